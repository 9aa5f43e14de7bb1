#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/batch_plan.h"
#include "models/network/layers/element_wise.h"
#include "models/network/layers/layer.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// A network at work on batches of one fixed size: operators and buffers are made once. A smaller batch is filled up with zeros that
/// count for nothing. One thread at a time; the bits do not depend on which.
class BatchRunner {
 public:
  /// Keeps nothing of `network`. `training`: batch norms work with the statistics of the loaded images, and only first-order backward
  /// passes are possible. Throws ResourceError if the buffers would pass 8 GiB.
  BatchRunner(const Network& network, const Normalization& normalization, std::int64_t batch, bool backward, bool training = false);

  /// Weights [outputs][inputs] of one layer for the following passes. Pointers must stay valid; no bias is null.
  void set_weights(std::size_t layer, const float* weights, const float* bias);
  /// The matrix that backward passes propagate through: the weights, or for the second order their squares.
  void set_backward_weights(std::size_t layer, const float* weights);
  /// The parameters of one batch norm for the following passes; the network's until then. Copied.
  void set_batch_norm(std::size_t index, const BatchNormParameters& parameters);

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
  const float* logits() const { return value(plan_.steps.back().output); }
  const std::vector<std::uint8_t>& labels() const { return labels_; }  ///< of the loaded images
  std::int64_t loaded() const { return loaded_; }
  std::int64_t classes() const { return classes_; }

  /// Where the caller puts the derivative by the logits of the loaded images before `backward`.
  float* diff_logits() { return diff(plan_.steps.back().output); }
  /// Carries one order of derivative back; with_bias fills diff_bias too (first order only). May be called again for another derivative
  /// by the logits.
  void backward(Order order, bool with_bias, bool reference_quirks = false);
  /// Summed over the loaded images, [outputs][inputs].
  const std::vector<float>& diff_weights(std::size_t layer) const { return diff_weights_[layer]; }
  const std::vector<float>& diff_bias(std::size_t layer) const { return diff_biases_[layer]; }

  /// In training, of batch norm `index`: the last forward pass's statistics, and the last backward pass's gradient summed over the images.
  const BatchStatistics& batch_statistics(std::size_t index) const { return *operators_[step_of_batch_norm_[index]]->batch_statistics(); }
  const std::vector<float>& diff_gamma(std::size_t index) const { return diff_gammas_[index]; }
  const std::vector<float>& diff_beta(std::size_t index) const { return diff_betas_[index]; }

 private:
  /// A step and the element-wise ones that follow in place: they go through the caches together.
  struct Stage {
    std::size_t first = 0, last = 0;  ///< steps
  };
  /// A quantiser at work; bits 0: none.
  struct Rounding {
    float range = 0;
    int bits = 0;
  };

  void allocate(bool backward);
  void build_operators(const Network& network, bool backward, bool training);
  void group_into_stages();
  void load_image(const ImageSet& images, std::size_t image, std::int64_t slot);
  void clear_unused_images();

  void forward_stage(const Stage& stage, const Activations& activations);
  Rounding look_at_output(const PlannedStep& step, const Activations& activations) const;
  void backward_stage(const Stage& stage, const BackwardBuffers& settings, bool with_bias);
  void prepare_backward(std::size_t step, bool with_bias, BackwardBuffers& buffers);
  void add_second_reader(std::size_t step, const BackwardBuffers& buffers, std::int64_t begin, std::int64_t end);

  float* value(int v) const { return value_pointers_[static_cast<std::size_t>(v)]; }
  float* diff(int v) const { return diff_pointers_[static_cast<std::size_t>(v)]; }
  std::int64_t elements(int v) const { return plan_.values[static_cast<std::size_t>(v)].shape.elements(); }
  std::vector<const float*> inputs_of(const PlannedStep& step) const;
  std::int64_t tile_of(const PlannedStep& step) const;
  int weights_of(const PlannedStep& step) const { return step.node < 0 ? -1 : nodes_[static_cast<std::size_t>(step.node)].weights; }

  std::int64_t batch_, loaded_ = 0, classes_;
  Shape input_;
  std::vector<Node> nodes_;
  BatchPlan plan_;
  std::vector<std::vector<float>> buffers_, diff_buffers_;
  std::vector<float*> value_pointers_, diff_pointers_;     ///< per planned value
  std::vector<std::unique_ptr<LayerOperator>> operators_;  ///< per step
  std::vector<ElementWiseOperator*> element_wise_;         ///< per step; null where it is not
  std::vector<Stage> stages_;
  std::vector<std::vector<bool>> second_reader_;  ///< per step and input: another reader gives its part of the derivative before
  std::vector<std::vector<float>> fork_scratch_;  ///< per input of a step: where the second reader of a value puts its part
  std::vector<std::size_t> step_of_weights_, step_of_batch_norm_;
  std::vector<std::vector<float>> diff_weights_, diff_biases_, diff_gammas_, diff_betas_;
  std::vector<std::array<float, 256>> pixel_values_;  ///< per channel
  std::vector<std::uint8_t> labels_;
};

}  // namespace swimsim
