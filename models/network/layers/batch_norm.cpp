#include "models/network/layers/batch_norm.h"

#include <fmt/format.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/network/layers/batch_statistics.h"
#include "models/network/layers/element_wise.h"

namespace swimsim {

namespace {

class BatchNormOperator final : public ElementWiseOperator {
 public:
  explicit BatchNormOperator(const OperatorContext& context)
      : ElementWiseOperator(context),
        block_(block_of(context.output_layout)),
        blocks_(context.output.channels / block_),
        plane_(context.output.height * context.output.width * block_) {}

  void set_batch_norm(const BatchNormParameters& parameters) override {
    affine_ = affine_of(parameters);
    squares_ = affine_.scale;
    for (float& factor : squares_) factor *= factor;
  }

  void forward_range(const std::vector<const float*>& inputs, float* output, std::int64_t begin, std::int64_t end) override {
    each_plane(begin, end, [&](std::int64_t at, std::int64_t channel) {
      const float* x = inputs[0] + at;
      float* y = output + at;
      const float* scale = affine_.scale.data() + channel;
      const float* shift = affine_.shift.data() + channel;
      if (block_ == 1) {
        const float own_scale = scale[0], own_shift = shift[0];
        for (std::int64_t i = 0; i < plane_; ++i) y[i] = x[i] * own_scale + own_shift;
        return;
      }
      float own_scale[kChannelBlock], own_shift[kChannelBlock];  // copies, which the stores below cannot change
      std::copy_n(scale, kChannelBlock, own_scale);
      std::copy_n(shift, kChannelBlock, own_shift);
      for (std::int64_t i = 0; i < plane_; i += kChannelBlock) {
        for (int lane = 0; lane < kChannelBlock; ++lane) y[i + lane] = x[i + lane] * own_scale[lane] + own_shift[lane];
      }
    });
  }

  void backward_range(const BackwardBuffers& buffers, std::int64_t begin, std::int64_t end) override {
    if (buffers.diff_inputs[0] == nullptr) return;
    const std::vector<float>& factors = buffers.order == Order::second ? squares_ : affine_.scale;
    each_plane(begin, end, [&](std::int64_t at, std::int64_t channel) {
      const float* diff_output = buffers.diff_output + at;
      float* diff_input = buffers.diff_inputs[0] + at;
      const float* factor = factors.data() + channel;
      if (block_ == 1) {
        const float own_factor = factor[0];
        for (std::int64_t i = 0; i < plane_; ++i) diff_input[i] = diff_output[i] * own_factor;
        return;
      }
      float own_factor[kChannelBlock];
      std::copy_n(factor, kChannelBlock, own_factor);
      for (std::int64_t i = 0; i < plane_; i += kChannelBlock) {
        for (int lane = 0; lane < kChannelBlock; ++lane) diff_input[i + lane] = diff_output[i + lane] * own_factor[lane];
      }
    });
  }

 private:
  // visit(first element, first channel) of each plane.
  template <typename Visit>
  void each_plane(std::int64_t begin, std::int64_t end, Visit visit) const {
    for (std::int64_t at = begin; at < end; at += plane_) visit(at, at / plane_ % blocks_ * block_);
  }

  std::int64_t block_, blocks_, plane_;
  ChannelAffine affine_;
  std::vector<float> squares_;
};

class BatchNorm final : public ElementWiseLayer {
 public:
  explicit BatchNorm(std::int64_t channels) : channels_(channels) {}
  const char* kind() const override { return "BatchNormalization"; }
  OnnxOperation onnx() const override { return {"BatchNormalization", {}, {}, {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    if (inputs.at(0).channels != channels_) {
      throw InputError(fmt::format("BatchNormalization: parameters for {} channels, the value is {}", channels_, to_string(inputs.at(0))));
    }
    return inputs.at(0);
  }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    if (context.training) return std::make_unique<BatchStatisticsOperator>(context);
    return std::make_unique<BatchNormOperator>(context);
  }

 private:
  std::int64_t channels_;
};

}  // namespace

std::shared_ptr<const Layer> make_batch_norm(std::int64_t channels) { return std::make_shared<BatchNorm>(channels); }

ChannelAffine affine_of(const BatchNormParameters& parameters) {
  ChannelAffine affine;
  for (std::size_t c = 0; c < parameters.gamma.size(); ++c) {
    const double scale = parameters.gamma[c] / std::sqrt(static_cast<double>(parameters.variance[c]) + parameters.epsilon);
    affine.scale.push_back(static_cast<float>(scale));
    affine.shift.push_back(static_cast<float>(parameters.beta[c] - parameters.mean[c] * scale));
  }
  return affine;
}

int import_batch_norm(const OnnxNode& node, Network& network) {
  if (node.integer("training_mode", 0) != 0) node.refuse("training_mode 1 is not supported; export the network in evaluation mode");
  const auto channels = static_cast<std::size_t>(network.value_shape(node.value(0)).channels);
  const auto parameter = [&](std::size_t input) {
    const OnnxTensor& tensor = node.weight(input);
    if (tensor.values.size() != channels) {
      node.refuse(fmt::format("'{}' holds {} values, expected one for each of {} channels", tensor.name, tensor.values.size(), channels));
    }
    return tensor.values;
  };
  BatchNormParameters parameters;
  parameters.gamma = parameter(1);
  parameters.beta = parameter(2);
  parameters.mean = parameter(3);
  parameters.variance = parameter(4);
  parameters.epsilon = node.number("epsilon", 1e-5f);
  return network.add_batch_norm(node.name, node.value(0), std::move(parameters));
}

}  // namespace swimsim
