#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/engine.h"
#include "models/network/loss.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

struct SecondDerivativeOptions {
  Loss loss = Loss::cross_entropy;
  /// Reproduce the authors' code: h propagates through a layer with s instead of s^2 (s = max|w|), and the first-order term is added:
  /// |h + 2 g| with g the sum of batch-of-128 mean gradients.
  bool reference_quirks = false;
  int threads = 1;                                                    ///< changes no bit of the result
  std::function<void(std::size_t done, std::size_t total)> progress;  ///< images; called by the caller's thread
  Engine engine = Engine::automatic;                                  ///< forced by tests and benchmarks only
};

/// SWIM's sensitivity: the diagonal second derivative of the loss by each weight, by one forward and one backward pass over images
/// [first, first + count), mean over the images, off-diagonal terms dropped (reference/swim.md section 3). Taken with respect to the
/// per-layer max-normalised weight w' = w / max|w|, that is max|w|^2 times the derivative by w. Straight-through at quantisers; a ReLU
/// masks; a max pool routes to its first maximum in scan order.
/// `weights` is per weight layer [outputs][inputs] (codes * scale); the result has the same form. No thread outlives the call.
std::vector<std::vector<double>> second_derivative(const Network& network, const std::vector<std::vector<float>>& weights,
                                                   const ActivationRanges& ranges, const ImageSet& images,
                                                   const Normalization& normalization, std::size_t first, std::size_t count,
                                                   const SecondDerivativeOptions& options = {});

/// The empirical Fisher information: the square of each image's own gradient of the loss, mean over the images. As the second derivative
/// by the max-normalised weight, in the same form and straight through quantisers. reference_quirks changes nothing here.
std::vector<std::vector<double>> squared_gradient(const Network& network, const std::vector<std::vector<float>>& weights,
                                                  const ActivationRanges& ranges, const ImageSet& images,
                                                  const Normalization& normalization, std::size_t first, std::size_t count,
                                                  const SecondDerivativeOptions& options = {});

/// Loss and its gradient, mean over the images, by the weights and biases as they are (not normalised).
struct LossGradient {
  double loss = 0;
  std::vector<std::vector<double>> weights;  ///< per weight layer [outputs][inputs]
  std::vector<std::vector<double>> biases;   ///< per weight layer; empty where it has no bias
};
LossGradient loss_gradient(const Network& network, const std::vector<std::vector<float>>& weights, const ActivationRanges& ranges,
                           const ImageSet& images, const Normalization& normalization, std::size_t first, std::size_t count,
                           Loss loss = Loss::cross_entropy);
LossGradient loss_gradient(const Network& network, const std::vector<std::vector<float>>& weights, const ActivationRanges& ranges,
                           const ImageSet& images, const Normalization& normalization, std::size_t first, std::size_t count,
                           const SecondDerivativeOptions& options);

/// Both by one forward pass, with the bits that `loss_gradient` and `second_derivative` give.
struct GradientAndSecondDerivative {
  LossGradient gradient;
  std::vector<std::vector<double>> second;
};
GradientAndSecondDerivative gradient_and_second_derivative(const Network& network, const std::vector<std::vector<float>>& weights,
                                                           const ActivationRanges& ranges, const ImageSet& images,
                                                           const Normalization& normalization, std::size_t first, std::size_t count,
                                                           const SecondDerivativeOptions& options = {});

}  // namespace swimsim
