#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/engine.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// Evaluates a network on images with weights from outside: quantised ones, or those read back from cells.
/// One thread: the same call gives the same bits, always, and no image's bits depend on the others. Construct once and call often: the
/// primitives are built once, and small networks keep the images as they need them. Works in a forked child whether it was constructed
/// before or after the fork, as long as the parent has one thread. Not for use from two threads at a time.
class Evaluator {
 public:
  /// Keeps its own copies. Throws InputError if the normalisation or the ranges do not suit the network.
  Evaluator(const Network& network, const ActivationRanges& ranges, const Normalization& normalization, Engine engine = Engine::automatic);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;

  /// Share (0..1) of images [first, first + count) whose largest logit (the first of equals) is their label.
  /// `weights` is per weight layer [outputs][inputs].
  double accuracy(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count);

  /// Logits [image][class] of images [first, first + count).
  std::vector<float> logits(const std::vector<std::vector<float>>& weights, const ImageSet& images, std::size_t first, std::size_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Freezes the activation ranges: per weight layer the largest magnitude of its output over images [0, count) (0: all), in one pass; the
/// layers before it run with quantisers whose range is the largest magnitude seen so far. `weights` is per weight layer [outputs][inputs]
/// (codes * scale). bits 0 switches the quantisers off and looks at nothing. Throws InputError if bits is outside 0..16.
ActivationRanges calibrate_activations(const Network& network, const std::vector<std::vector<float>>& weights, const ImageSet& images,
                                       const Normalization& normalization, std::size_t count, int bits);

/// Throws InputError, saying both shapes, if the images do not fit the network's input or have more classes than it has outputs.
void check_images_fit(const Network& network, const ImageSet& images, const Normalization& normalization);

}  // namespace swimsim
