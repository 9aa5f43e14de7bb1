#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

struct BuiltinNetwork {
  std::string name;         ///< "lenet"
  std::string title;        ///< one line for `swimsim list networks`
  std::int64_t full_width;  ///< channels of the first convolution as published
  Network (*build)(std::uint64_t seed, std::int64_t width);
};

/// All built-in networks: the registration list.
const std::vector<BuiltinNetwork>& builtin_networks();

/// A built-in network with untrained weights drawn from `seed`. `width` is the number of channels of the first convolution, and every other
/// layer but the last grows with it; 0: as published. Throws InputError on an unknown name or a width outside 0..4096.
Network make_builtin_network(const std::string& name, std::uint64_t seed, std::int64_t width = 0);

}  // namespace swimsim
