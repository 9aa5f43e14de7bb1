#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/engine.h"
#include "models/network/loss.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// Images that a pass takes at once. Fixed: sums run over chunks in order, so it shapes the bits.
constexpr std::size_t kDerivativeChunk = 64;

/// Which derivatives a pass carries back; any of them, all behind one forward pass.
struct DerivativeKinds {
  bool gradient = false;
  bool second = false;            ///< diagonal, off-diagonal terms dropped
  bool squared_gradient = false;  ///< each image's gradient squared
};

/// What a pass is built from; the matrices must outlive it.
struct DerivativeRequest {
  const Network& network;  ///< for its shapes and biases
  const ActivationRanges& ranges;
  const Normalization& normalization;
  const std::vector<std::vector<float>>& weights;  ///< per weight layer [outputs][inputs]
  const std::vector<std::vector<float>>* squares;  ///< what the second derivative propagates through; null without it
  DerivativeKinds kinds;
  Loss loss = Loss::cross_entropy;
  bool reference_quirks = false;  ///< rules of layers as the authors' code has them
};

/// Sums over the images of a chunk, per weight layer [outputs][inputs]; empty where not wanted.
struct DerivativeSums {
  double loss = 0;
  std::vector<std::vector<float>> gradient, bias_gradient;  ///< biases: empty where a layer has none
  std::vector<std::vector<float>> second, squared_gradient;
};

/// One thread at a time; the bits do not depend on which.
class DerivativePass {
 public:
  virtual ~DerivativePass() = default;
  /// Of images [first, first + count), at most kDerivativeChunk; `sums` is overwritten.
  virtual void run(const ImageSet& images, std::size_t first, std::size_t count, DerivativeSums& sums) = 0;
};

std::unique_ptr<DerivativePass> make_batch_derivative_pass(const DerivativeRequest& request);
std::unique_ptr<DerivativePass> make_lanes_derivative_pass(const DerivativeRequest& request);

}  // namespace swimsim
