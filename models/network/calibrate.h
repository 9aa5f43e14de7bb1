#pragma once

#include <cstddef>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

constexpr int kMaxActivationBits = 16;

/// How activation ranges are found.
struct ActivationQuantization {
  int bits = 4;                 ///< 0..16; 0: activations stay float
  std::vector<int> layer_bits;  ///< per weight layer, in place of `bits`; empty: `bits` for all
  RangeRule range;
};

/// Freezes the activation ranges over images [0, count) (0: all). `weights` is per weight layer [outputs][inputs] (codes * scale).
/// RangeMethod::maximum: per weight layer the largest magnitude of its output, in one pass; the layers before it run with quantisers whose
/// range is the largest magnitude seen so far. The other methods go on from there: a second pass, with quantisers at the maxima, fills one
/// `MagnitudeHistogram` for each layer, from which the range is taken; memory does not grow with the images.
/// bits 0 switches the quantisers off and looks at nothing. Throws InputError if bits are outside 0..16 or there is no image.
ActivationRanges calibrate_activations(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                                       const Normalization& normalization, std::size_t count, const ActivationQuantization& how);

/// The same bits for all layers, ranges by maximum.
ActivationRanges calibrate_activations(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                                       const Normalization& normalization, std::size_t count, int bits);

}  // namespace swimsim
