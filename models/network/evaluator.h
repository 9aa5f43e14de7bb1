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

/// Images per chunk of a forward pass: 64, fewer where their values would leave the caches for good (about 64 MiB in all).
std::int64_t evaluation_batch(const Network& network);

/// Throws std::logic_error if the weights do not have the form of the network's.
void check_weights_fit(const Network& network, const std::vector<std::vector<float>>& weights);

/// Throws InputError, saying both shapes, if the images do not fit the network's input or have more classes than it has outputs.
void check_images_fit(const Network& network, const ImageSet& images, const Normalization& normalization);

}  // namespace swimsim
