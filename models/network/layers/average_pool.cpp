#include "models/network/layers/average_pool.h"

#include <algorithm>

namespace swimsim {

namespace {

// `Block` channels lie side by side.
template <int Block>
class AveragePoolOperator final : public LayerOperator {
 public:
  AveragePoolOperator(const Window& window, bool count_padding, const OperatorContext& context)
      : window_(window),
        in_(context.inputs[0]),
        out_(context.output),
        planes_(context.batch * in_.channels / Block),
        count_padding_(count_padding) {}

  void forward(const std::vector<const float*>& inputs, float* output) override {
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      const float* in = inputs[0] + plane * in_plane();
      float* out = output + plane * out_plane();
      each_place([&](const WindowPart& part, std::int64_t at) {
        float sum[Block] = {};
        each_element(part, [&](std::int64_t i) {
          for (int lane = 0; lane < Block; ++lane) sum[lane] += in[i * Block + lane];
        });
        const float share = share_of(part);
        for (int lane = 0; lane < Block; ++lane) out[at * Block + lane] = sum[lane] * share;
      });
    }
  }

  void backward(const BackwardBuffers& buffers) override {
    if (buffers.diff_inputs[0] == nullptr) return;
    std::fill_n(buffers.diff_inputs[0], planes_ * in_plane(), 0.0f);
    const bool squared = buffers.order == Order::second && !buffers.reference_quirks;
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      float* diff_in = buffers.diff_inputs[0] + plane * in_plane();
      const float* diff_out = buffers.diff_output + plane * out_plane();
      each_place([&](const WindowPart& part, std::int64_t at) {
        const float share = share_of(part), factor = squared ? share * share : share;
        float diff[Block];
        for (int lane = 0; lane < Block; ++lane) diff[lane] = diff_out[at * Block + lane] * factor;
        each_element(part, [&](std::int64_t i) {
          for (int lane = 0; lane < Block; ++lane) diff_in[i * Block + lane] += diff[lane];
        });
      });
    }
  }

 private:
  std::int64_t in_plane() const { return in_.height * in_.width * Block; }
  std::int64_t out_plane() const { return out_.height * out_.width * Block; }

  template <typename Visit>
  void each_place(Visit visit) const {
    for (std::int64_t y = 0; y < out_.height; ++y) {
      for (std::int64_t x = 0; x < out_.width; ++x) visit(window_.part_at(y, x, in_), y * out_.width + x);
    }
  }

  template <typename Visit>
  void each_element(const WindowPart& part, Visit visit) const {
    for (std::int64_t y = part.y_begin; y < part.y_end; ++y) {
      for (std::int64_t x = part.x_begin; x < part.x_end; ++x) visit(y * in_.width + x);
    }
  }

  float share_of(const WindowPart& part) const {
    const std::int64_t inside = (part.y_end - part.y_begin) * (part.x_end - part.x_begin);
    return 1.0f / static_cast<float>(count_padding_ ? window_.height * window_.width : inside);
  }

  Window window_;
  Shape in_, out_;
  std::int64_t planes_;
  bool count_padding_;
};

std::unique_ptr<LayerOperator> make_pool_operator(const Window& window, bool count_padding, const OperatorContext& context) {
  if (context.input_layout(0) == Layout::blocked) {
    return std::make_unique<AveragePoolOperator<kChannelBlock>>(window, count_padding, context);
  }
  return std::make_unique<AveragePoolOperator<1>>(window, count_padding, context);
}

class AveragePool final : public Layer {
 public:
  AveragePool(const Window& window, bool count_padding) : window_(window), count_padding_(count_padding) {}
  const char* kind() const override { return "AveragePool"; }
  ChannelRule channel_rule() const override { return ChannelRule::kept; }
  OnnxOperation onnx() const override {
    return {"AveragePool", {{"count_include_pad", count_padding_ ? 1 : 0}}, onnx_window(window_), {}, {}, {}};
  }
  Shape output_shape(const std::vector<Shape>& inputs) const override { return pooled_shape(window_, inputs.at(0), kind()); }
  Layouts choose_layouts(const std::vector<Shape>& /*inputs*/, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    return {offered, offered[0]};
  }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return make_pool_operator(window_, count_padding_, context);
  }

 private:
  Window window_;
  bool count_padding_;
};

class GlobalAveragePool final : public Layer {
 public:
  const char* kind() const override { return "GlobalAveragePool"; }
  ChannelRule channel_rule() const override { return ChannelRule::kept; }
  OnnxOperation onnx() const override { return {"GlobalAveragePool", {}, {}, {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    const Shape& in = inputs.at(0);
    check_window(whole(in), in, kind());
    return {in.channels, 1, 1};
  }
  // With one place for each channel both layouts are the same bytes.
  Layouts choose_layouts(const std::vector<Shape>& /*inputs*/, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    return {offered, Layout::plain};
  }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return make_pool_operator(whole(context.inputs[0]), false, context);
  }

 private:
  static Window whole(const Shape& in) {
    Window window;
    window.height = in.height;
    window.width = in.width;
    return window;
  }
};

}  // namespace

std::shared_ptr<const Layer> make_average_pool(const Window& window, bool count_padding) {
  return std::make_shared<AveragePool>(window, count_padding);
}

std::shared_ptr<const Layer> make_global_average_pool() { return std::make_shared<GlobalAveragePool>(); }

int import_average_pool(const OnnxNode& node, Network& network) {
  const Window window = import_pool_window(node, network.value_shape(node.value(0)));
  return network.add(node.name, make_average_pool(window, node.integer("count_include_pad", 0) != 0), {node.value(0)});
}

int import_global_average_pool(const OnnxNode& node, Network& network) {
  return network.add(node.name, make_global_average_pool(), {node.value(0)});
}

}  // namespace swimsim
