#pragma once

#include "models/network/second_derivative.h"

namespace swimsim {

/// The diagonal of the empirical Fisher information: the squared gradient of each image's loss by each weight, mean over images
/// [first, first + count). By the per-layer max-normalised weight, that is max|w|^2 times that by w. Form, bits and errors as for
/// `second_derivative`; `reference_quirks` changes nothing. One forward and one backward pass an image, batches of one.
std::vector<std::vector<double>> squared_gradient(const Network& network, const std::vector<std::vector<float>>& weights,
                                                  const ActivationRanges& ranges, const ImageSet& images,
                                                  const Normalization& normalization, std::size_t first, std::size_t count,
                                                  const SecondDerivativeOptions& options = {});

}  // namespace swimsim
