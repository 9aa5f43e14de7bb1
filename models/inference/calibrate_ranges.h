#pragma once

#include <vector>

#include "models/inference/array_network.h"

namespace swimsim {

/// Sets what the images decide: the steps of inputs that do not come from a quantised layer (the largest magnitude is the largest code),
/// the range of each layer's ADCs, and with them the factors of the outputs. Digital weights for the inputs, ideal converters on cells at
/// their targets for the ADCs.
void calibrate_ranges(const ArrayNetwork& network, const ArrayNetworkSource& source, std::vector<ArrayLayer>& layers);

}  // namespace swimsim
