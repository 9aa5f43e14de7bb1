#pragma once

#include "models/dataset/image_set.h"
#include "models/inference/input_coding.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// Whether a value of the network can be below 0, by its structure: what follows a relu cannot, and pools, paddings, sums and
/// concatenations of such values cannot either.
bool may_be_negative(const Network& network, const Normalization& normalization, int value);

/// The weight layer whose quantised output levels a value holds unchanged: through relu, max pool, flatten and padding. -1 if there is
/// none, or its quantiser is off.
int quantized_source(const Network& network, const ActivationRanges& ranges, int value);

}  // namespace swimsim
