#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/layers/layer.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// A network at work on batches of one fixed size: operators and buffers are made once. A smaller batch is filled up with zeros that
/// count for nothing. One thread at a time; the bits do not depend on which.
class BatchRunner {
 public:
  /// Keeps nothing of `network`. Throws ResourceError if the buffers would pass 8 GiB.
  BatchRunner(const Network& network, const Normalization& normalization, std::int64_t batch, bool backward);

  /// Weights [outputs][inputs] of one layer for the following passes. Pointers must stay valid; no bias is null.
  void set_weights(std::size_t layer, const float* weights, const float* bias);
  /// The matrix that backward passes propagate through: the weights, or for the second order their squares.
  void set_backward_weights(std::size_t layer, const float* weights);

  /// Normalises images [first, first + count) into the input.
  void load_images(const ImageSet& images, std::size_t first, std::int64_t count);
  /// The same for the images that `indices` names.
  void load_images(const ImageSet& images, const std::uint32_t* indices, std::int64_t count);

  /// How a forward pass treats the outputs of weight layers.
  struct Activations {
    const ActivationRanges* ranges = nullptr;  ///< quantisers; null: none
    std::vector<float>* seen = nullptr;        ///< raised to the largest magnitude per weight layer before quantising; null: not looked at
    bool quantize_by_seen = false;             ///< quantise by `seen` (with the bits of `ranges`) instead of ranges->range
    /// Called with the outputs of each weight layer before quantising; empty: not called.
    std::function<void(std::size_t layer, const float* values, std::int64_t count)> observe = {};
  };
  void forward(const Activations& activations);
  /// [image][class] of the last forward pass.
  const float* logits() const { return values_.back(); }
  const std::vector<std::uint8_t>& labels() const { return labels_; }  ///< of the loaded images
  std::int64_t loaded() const { return loaded_; }
  std::int64_t classes() const { return classes_; }

  /// Where the caller puts the derivative by the logits of the loaded images before `backward`.
  float* diff_logits() { return diffs_.back(); }
  /// Carries one order of derivative back; with_bias fills diff_bias too (first order only).
  void backward(Order order, bool with_bias);
  /// Summed over the loaded images, [outputs][inputs].
  const std::vector<float>& diff_weights(std::size_t layer) const { return diff_weights_[layer]; }
  const std::vector<float>& diff_bias(std::size_t layer) const { return diff_biases_[layer]; }

 private:
  void plan_buffers(const Network& network, bool backward);
  void build_operators(const Network& network, bool backward);
  float* fork_scratch(std::size_t slot, std::int64_t count);
  void load_image(const ImageSet& images, std::size_t image, std::int64_t slot);

  std::int64_t batch_, loaded_ = 0, classes_;
  Shape input_;
  std::vector<Node> nodes_;
  std::vector<std::int64_t> elements_;  ///< of each value, for one image
  std::vector<int> node_of_weights_;
  std::vector<std::unique_ptr<LayerOperator>> operators_;
  std::vector<bool> wants_gradient_;  ///< per value: some weight lies before it
  std::vector<std::vector<float>> storage_, diff_storage_;
  std::vector<float*> values_, diffs_;            ///< per value; a node that works in place shares its input's
  std::vector<std::vector<float>> fork_scratch_;  ///< per input of a node: where the second reader of a value puts its part
  std::vector<std::vector<float>> diff_weights_, diff_biases_;
  std::vector<std::array<float, 256>> pixel_values_;  ///< per channel
  std::vector<std::uint8_t> labels_;
};

}  // namespace swimsim
