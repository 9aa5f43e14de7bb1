#pragma once

#include <algorithm>

#include "models/network/layers/layer.h"

namespace swimsim {

/// An operator that makes number i of the output from number i of each input, whatever the layout. A runner takes several of them, one
/// after the other, through the caches in one go, a range of whole planes at a time. A plane is what lies side by side: the rows and
/// columns of one channel or of one block of channels.
class ElementWiseOperator : public LayerOperator {
 public:
  explicit ElementWiseOperator(const OperatorContext& context) : count_(context.batch * context.output.elements()) {}

  virtual void forward_range(const std::vector<const float*>& inputs, float* output, std::int64_t begin, std::int64_t end) = 0;
  virtual void backward_range(const BackwardBuffers& buffers, std::int64_t begin, std::int64_t end) = 0;

  void forward(const std::vector<const float*>& inputs, float* output) final { forward_range(inputs, output, 0, count_); }
  void backward(const BackwardBuffers& buffers) final { backward_range(buffers, 0, count_); }

 private:
  std::int64_t count_;
};

/// A layer whose operators are element-wise: any layout will do, as long as all inputs have the same.
class ElementWiseLayer : public Layer {
 public:
  Shape output_shape(const std::vector<Shape>& inputs) const override { return inputs.at(0); }
  Layouts choose_layouts(const std::vector<Shape>& inputs, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    const bool any_blocked = std::find(offered.begin(), offered.end(), Layout::blocked) != offered.end();
    const Layout layout = any_blocked ? Layout::blocked : Layout::plain;
    return {std::vector<Layout>(inputs.size(), layout), layout};
  }
  std::size_t inputs_written_over() const override { return 1; }
  ChannelRule channel_rule() const override { return ChannelRule::kept; }
};

/// An activation function without weights. `Function` has `float value(float x)` and `float slope(float y)`, the derivative f'(x) by the
/// output y = f(x). Second order: f'(x)^2 h; the term f''(x) g is dropped with the other terms that a recursion on h alone cannot
/// carry, so the sum stays positive as a Gauss-Newton approximation does.
template <typename Function>
class ActivationOperator final : public ElementWiseOperator {
 public:
  ActivationOperator(const OperatorContext& context, Function function) : ElementWiseOperator(context), function_(function) {}

  void forward_range(const std::vector<const float*>& inputs, float* output, std::int64_t begin, std::int64_t end) override {
    const float* x = inputs[0];
    const Function f = function_;
    for (std::int64_t i = begin; i < end; ++i) output[i] = f.value(x[i]);
  }

  void backward_range(const BackwardBuffers& buffers, std::int64_t begin, std::int64_t end) override {
    float* diff_input = buffers.diff_inputs[0];
    if (diff_input == nullptr) return;
    const float* output = buffers.output;
    const float* diff_output = buffers.diff_output;
    const Function f = function_;
    if (buffers.order == Order::first) {
      for (std::int64_t i = begin; i < end; ++i) diff_input[i] = diff_output[i] * f.slope(output[i]);
    } else {
      for (std::int64_t i = begin; i < end; ++i) {
        const float slope = f.slope(output[i]);
        diff_input[i] = diff_output[i] * (slope * slope);
      }
    }
  }

 private:
  Function function_;
};

template <typename Function>
class ActivationLayer final : public ElementWiseLayer {
 public:
  /// `floats` and `scalars`: attributes and further inputs of the ONNX node that has this kind as its name.
  ActivationLayer(const char* kind, Function function, std::map<std::string, float> floats = {}, std::vector<float> scalars = {})
      : kind_(kind), function_(function), floats_(std::move(floats)), scalars_(std::move(scalars)) {}
  const char* kind() const override { return kind_; }
  OnnxOperation onnx() const override { return {kind_, {}, {}, floats_, scalars_, {}}; }
  bool backward_reads_output() const override { return true; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<ActivationOperator<Function>>(context, function_);
  }

 private:
  const char* kind_;
  Function function_;
  std::map<std::string, float> floats_;
  std::vector<float> scalars_;
};

}  // namespace swimsim
