#include "models/network/layers/max_pool.h"

#include <algorithm>

namespace swimsim {

namespace {

class MaxPoolOperator final : public LayerOperator {
 public:
  MaxPoolOperator(const Window& window, const OperatorContext& context)
      : window_(window), in_(context.inputs[0]), out_(context.output), planes_(context.batch * in_.channels) {
    halves_ =
        window.height == 2 && window.width == 2 && window.stride_y == 2 && window.stride_x == 2 && window.pad_y == 0 && window.pad_x == 0;
  }

  void forward(const std::vector<const float*>& inputs, float* output) override {
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      const float* in = inputs[0] + plane * in_.height * in_.width;
      float* out = output + plane * out_.height * out_.width;
      if (halves_) {
        pool_halves(in, out);
      } else {
        for (std::int64_t y = 0; y < out_.height; ++y) {
          for (std::int64_t x = 0; x < out_.width; ++x) out[y * out_.width + x] = in[first_maximum(in, y, x)];
        }
      }
    }
  }

  void backward(const BackwardBuffers& buffers) override {
    float* diff_input = buffers.diff_inputs[0];
    if (diff_input == nullptr) return;
    const bool every_input_is_written = halves_ && in_.height % 2 == 0 && in_.width % 2 == 0;
    if (!every_input_is_written) std::fill_n(diff_input, planes_ * in_.height * in_.width, 0.0f);
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      const float* in = buffers.inputs[0] + plane * in_.height * in_.width;
      float* diff_in = diff_input + plane * in_.height * in_.width;
      const float* diff_out = buffers.diff_output + plane * out_.height * out_.width;
      if (halves_) {
        route_halves(in, diff_out, diff_in);
        continue;
      }
      for (std::int64_t y = 0; y < out_.height; ++y) {
        for (std::int64_t x = 0; x < out_.width; ++x) diff_in[first_maximum(in, y, x)] += diff_out[y * out_.width + x];
      }
    }
  }

 private:
  // The common 2x2 pool, written so that the compiler vectorises it.
  void pool_halves(const float* in, float* out) const {
    for (std::int64_t y = 0; y < out_.height; ++y) {
      const float* upper = in + 2 * y * in_.width;
      const float* lower = upper + in_.width;
      float* row = out + y * out_.width;
      for (std::int64_t x = 0; x < out_.width; ++x) {
        const float a = upper[2 * x] > upper[2 * x + 1] ? upper[2 * x] : upper[2 * x + 1];
        const float b = lower[2 * x] > lower[2 * x + 1] ? lower[2 * x] : lower[2 * x + 1];
        row[x] = a > b ? a : b;
      }
    }
  }

  void route_halves(const float* in, const float* diff_out, float* diff_in) const {
    for (std::int64_t y = 0; y < out_.height; ++y) {
      const float* upper = in + 2 * y * in_.width;
      const float* lower = upper + in_.width;
      float* diff_upper = diff_in + 2 * y * in_.width;
      float* diff_lower = diff_upper + in_.width;
      const float* diff = diff_out + y * out_.width;
      for (std::int64_t x = 0; x < out_.width; ++x) {
        const float a = upper[2 * x], b = upper[2 * x + 1], c = lower[2 * x], d = lower[2 * x + 1];
        const float larger_upper = a > b ? a : b, larger_lower = c > d ? c : d;
        const float to_upper = larger_lower > larger_upper ? 0.0f : diff[x], to_lower = larger_lower > larger_upper ? diff[x] : 0.0f;
        diff_upper[2 * x] = b > a ? 0.0f : to_upper;
        diff_upper[2 * x + 1] = b > a ? to_upper : 0.0f;
        diff_lower[2 * x] = d > c ? 0.0f : to_lower;
        diff_lower[2 * x + 1] = d > c ? to_lower : 0.0f;
      }
    }
  }

  std::int64_t first_maximum(const float* in, std::int64_t out_y, std::int64_t out_x) const {
    const std::int64_t y0 = out_y * window_.stride_y - window_.pad_y, x0 = out_x * window_.stride_x - window_.pad_x;
    const std::int64_t y_begin = std::max<std::int64_t>(y0, 0), y_end = std::min(y0 + window_.height, in_.height);
    const std::int64_t x_begin = std::max<std::int64_t>(x0, 0), x_end = std::min(x0 + window_.width, in_.width);
    std::int64_t best = y_begin * in_.width + x_begin;
    float largest = in[best];
    for (std::int64_t y = y_begin; y < y_end; ++y) {
      for (std::int64_t x = x_begin; x < x_end; ++x) {
        const std::int64_t here = y * in_.width + x;
        const bool larger = in[here] > largest;
        best = larger ? here : best;
        largest = larger ? in[here] : largest;
      }
    }
    return best;
  }

  Window window_;
  Shape in_, out_;
  std::int64_t planes_;
  bool halves_ = false;  ///< the common 2x2 pool
};

class MaxPool final : public Layer {
 public:
  explicit MaxPool(const Window& window) : window_(window) {}
  const char* kind() const override { return "MaxPool"; }
  OnnxOperation onnx() const override { return {"MaxPool", {}, onnx_window(window_), {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    const Shape& in = inputs.at(0);
    check_window(window_, in, kind());
    return {in.channels, window_.out_height(in.height), window_.out_width(in.width)};
  }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<MaxPoolOperator>(window_, context);
  }

 private:
  Window window_;
};

}  // namespace

std::shared_ptr<const Layer> make_max_pool(const Window& window) { return std::make_shared<MaxPool>(window); }

int import_max_pool(const OnnxNode& node, Network& network) {
  const Shape& input = network.value_shape(node.value(0));
  const Window window = import_window(node, {}, input);
  const bool rounds_up = node.integer("ceil_mode", 0) != 0;
  check_window(window, input, node.label);
  const bool divides = (input.height + 2 * window.pad_y - window.height) % window.stride_y == 0 &&
                       (input.width + 2 * window.pad_x - window.width) % window.stride_x == 0;
  if (rounds_up && !divides) node.refuse("ceil_mode 1 is supported only where the windows fit without a rest");
  return network.add(node.name, make_max_pool(window), {node.value(0)});
}

}  // namespace swimsim
