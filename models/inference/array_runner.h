#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/inference/array_network.h"

namespace swimsim {

/// What computes the weight layers of a batch: inputs [image][element] of `images` images, the first of which has number `first` in its
/// set, to outputs [image][channel][row][column] before the activation quantiser.
using WeightLayerPass =
    std::function<void(const ArrayLayer& layer, const float* inputs, std::size_t first, std::int64_t images, float* outputs)>;

/// Runs a network on batches of images, weight layers by a pass from outside, the others by their digital operators.
class ArrayRunner {
 public:
  /// Throws ResourceError if the values of a batch would pass 8 GiB.
  ArrayRunner(const ArrayNetwork& network, std::int64_t batch);

  /// Images [first, first + count), at most `batch`. Returns logits [image][class], valid until the next call.
  const float* run(const ImageSet& images, std::size_t first, std::int64_t count, const WeightLayerPass& pass);
  std::int64_t batch() const { return batch_; }

 private:
  const ArrayNetwork* network_;
  std::int64_t batch_;
  std::vector<std::unique_ptr<LayerOperator>> operators_;  ///< per node; null: a weight layer
  std::vector<std::vector<float>> values_;
};

}  // namespace swimsim
