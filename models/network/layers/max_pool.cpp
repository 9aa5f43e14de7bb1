#include "models/network/layers/max_pool.h"

#include <algorithm>

namespace swimsim {

namespace {

// The common 2x2 pool.
bool halves(const Window& window) {
  return window.height == 2 && window.width == 2 && window.stride_y == 2 && window.stride_x == 2 && window.pad_y == 0 &&
         window.pad_x == 0 && window.extra_y == 0 && window.extra_x == 0;
}

// Several channels side by side: one comparison serves them all.
class BlockedMaxPoolOperator final : public LayerOperator {
 public:
  BlockedMaxPoolOperator(const Window& window, const OperatorContext& context)
      : window_(window),
        in_(context.inputs[0]),
        out_(context.output),
        planes_(context.batch * in_.channels / kChannelBlock),
        halves_(halves(window)) {}

  void forward(const std::vector<const float*>& inputs, float* output) override {
    if (halves_) {
      pool_halves(inputs[0], output);
      return;
    }
    each_place([&](std::int64_t plane, const WindowPart& part, std::int64_t at) {
      const float* in = inputs[0] + plane * in_.height * in_.width * kChannelBlock;
      float largest[kChannelBlock];
      std::copy_n(in + (part.y_begin * in_.width + part.x_begin) * kChannelBlock, kChannelBlock, largest);
      each_element(part, [&](std::int64_t i) {
        for (int lane = 0; lane < kChannelBlock; ++lane) {
          const float value = in[i * kChannelBlock + lane];
          largest[lane] = value > largest[lane] ? value : largest[lane];
        }
      });
      std::copy_n(largest, kChannelBlock, output + (plane * out_.height * out_.width + at) * kChannelBlock);
    });
  }

  void backward(const BackwardBuffers& buffers) override {
    if (buffers.diff_inputs[0] == nullptr) return;
    const std::int64_t in_plane = in_.height * in_.width * kChannelBlock;
    std::fill_n(buffers.diff_inputs[0], planes_ * in_plane, 0.0f);
    each_place([&](std::int64_t plane, const WindowPart& part, std::int64_t at) {
      const float* in = buffers.inputs[0] + plane * in_plane;
      float* diff_in = buffers.diff_inputs[0] + plane * in_plane;
      const float* diff = buffers.diff_output + (plane * out_.height * out_.width + at) * kChannelBlock;
      const auto first = static_cast<std::int32_t>(part.y_begin * in_.width + part.x_begin);
      float largest[kChannelBlock];
      std::int32_t best[kChannelBlock];
      std::copy_n(in + first * kChannelBlock, kChannelBlock, largest);
      std::fill_n(best, kChannelBlock, first);
      each_element(part, [&](std::int64_t i) {
        for (int lane = 0; lane < kChannelBlock; ++lane) {
          const float value = in[i * kChannelBlock + lane];
          const bool larger = value > largest[lane];
          best[lane] = larger ? static_cast<std::int32_t>(i) : best[lane];
          largest[lane] = larger ? value : largest[lane];
        }
      });
      each_element(part, [&](std::int64_t i) {
        for (int lane = 0; lane < kChannelBlock; ++lane) {
          const float part_of_diff = best[lane] == static_cast<std::int32_t>(i) ? diff[lane] : 0.0f;
          diff_in[i * kChannelBlock + lane] += part_of_diff;
        }
      });
    });
  }

 private:
  void pool_halves(const float* input, float* output) const {
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      for (std::int64_t y = 0; y < out_.height; ++y) {
        const float* upper = input + (plane * in_.height + 2 * y) * in_.width * kChannelBlock;
        const float* lower = upper + in_.width * kChannelBlock;
        for (std::int64_t x = 0; x < out_.width; ++x) {
          for (int lane = 0; lane < kChannelBlock; ++lane) {
            const float a = upper[lane] > upper[lane + kChannelBlock] ? upper[lane] : upper[lane + kChannelBlock];
            const float b = lower[lane] > lower[lane + kChannelBlock] ? lower[lane] : lower[lane + kChannelBlock];
            output[lane] = a > b ? a : b;
          }
          upper += 2 * kChannelBlock;
          lower += 2 * kChannelBlock;
          output += kChannelBlock;
        }
      }
    }
  }

  template <typename Visit>
  void each_place(Visit visit) const {
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      for (std::int64_t y = 0; y < out_.height; ++y) {
        for (std::int64_t x = 0; x < out_.width; ++x) visit(plane, window_.part_at(y, x, in_), y * out_.width + x);
      }
    }
  }

  template <typename Visit>
  void each_element(const WindowPart& part, Visit visit) const {
    for (std::int64_t y = part.y_begin; y < part.y_end; ++y) {
      for (std::int64_t x = part.x_begin; x < part.x_end; ++x) visit(y * in_.width + x);
    }
  }

  Window window_;
  Shape in_, out_;
  std::int64_t planes_;
  bool halves_;
};

class MaxPoolOperator final : public LayerOperator {
 public:
  MaxPoolOperator(const Window& window, const OperatorContext& context)
      : window_(window), in_(context.inputs[0]), out_(context.output), planes_(context.batch * in_.channels), halves_(halves(window)) {}

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
    const auto [y_begin, y_end, x_begin, x_end] = window_.part_at(out_y, out_x, in_);
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
  bool halves_;
};

class MaxPool final : public Layer {
 public:
  explicit MaxPool(const Window& window) : window_(window) {}
  const char* kind() const override { return "MaxPool"; }
  ChannelRule channel_rule() const override { return ChannelRule::kept; }
  OnnxOperation onnx() const override { return {"MaxPool", {}, onnx_window(window_), {}, {}, {}}; }
  const Window* window() const override { return &window_; }
  Shape output_shape(const std::vector<Shape>& inputs) const override { return pooled_shape(window_, inputs.at(0), kind()); }
  Layouts choose_layouts(const std::vector<Shape>& /*inputs*/, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    return {offered, offered[0]};
  }
  bool backward_reads_inputs() const override { return true; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    if (context.input_layout(0) == Layout::blocked) return std::make_unique<BlockedMaxPoolOperator>(window_, context);
    return std::make_unique<MaxPoolOperator>(window_, context);
  }

 private:
  Window window_;
};

}  // namespace

std::shared_ptr<const Layer> make_max_pool(const Window& window) { return std::make_shared<MaxPool>(window); }

int import_max_pool(const OnnxNode& node, Network& network) {
  const Window window = import_pool_window(node, network.value_shape(node.value(0)));
  return network.add(node.name, make_max_pool(window), {node.value(0)});
}

}  // namespace swimsim
