#pragma once

#include <string>

#include "sim/workload/key_spec.h"

namespace swimsim {

/// Bits of single layers: a group of layer names, each with `weight_bits` (1 to 16), `activation_bits` (0 to 16) or both; or a list with
/// one such group for each layer. Whether the names exist is known with the network only.
KeySpec layer_bits_key(std::string path, Member<Workload::LayerBits> member, std::string description);

}  // namespace swimsim
