#include "models/network/layers/conv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/common/errors.h"
#include "models/network/layers/one_dnn_operand.h"

namespace swimsim {

namespace {

using dnnl::memory;

memory::desc describe(const memory::dims& dims, memory::format_tag tag) { return {dims, memory::data_type::f32, tag}; }

// Shapes, strides and layouts of a convolution in oneDNN's terms.
struct Problem {
  memory::dims stride, dilation, pad_begin, pad_end;
  memory::desc source, weights, output;                    ///< as the network holds them
  memory::desc any_source, any_weights, any_output, bias;  ///< what the primitive may choose from

  Problem(std::int64_t out_channels, const Window& window, std::int64_t groups, const OperatorContext& context)
      : stride{window.stride_y, window.stride_x},
        dilation{window.dilation_y - 1, window.dilation_x - 1},
        pad_begin{window.pad_y, window.pad_x},
        pad_end{window.pad_below(), window.pad_right()} {
    using Tag = memory::format_tag;
    const Shape& in = context.inputs[0];
    const Shape& out = context.output;
    const memory::dims source_dims{context.batch, in.channels, in.height, in.width};
    const memory::dims output_dims{context.batch, out.channels, out.height, out.width};
    memory::dims weight_dims{out_channels, in.channels, window.height, window.width};
    if (groups > 1) weight_dims = {groups, out_channels / groups, in.channels / groups, window.height, window.width};
    source = describe(source_dims, tag_of(context.input_layout(0)));
    output = describe(output_dims, tag_of(context.output_layout));
    weights = describe(weight_dims, groups > 1 ? Tag::goihw : Tag::oihw);
    bias = describe({out_channels}, Tag::x);
    // Few channels waste most of a blocked layout; from 16 on oneDNN's own layouts pay for the changes.
    const bool both_plain = context.input_layout(0) == Layout::plain && context.output_layout == Layout::plain;
    const bool free_choice = both_plain && groups == 1 && in.channels >= 16 && out.channels >= 16;
    any_source = free_choice ? describe(source_dims, Tag::any) : source;
    any_output = free_choice ? describe(output_dims, Tag::any) : output;
    any_weights = describe(weight_dims, Tag::any);
  }

  static memory::format_tag tag_of(Layout layout) {
    if (layout == Layout::plain) return memory::format_tag::nchw;
    return kChannelBlock == 16 ? memory::format_tag::nChw16c : memory::format_tag::nChw8c;
  }
};

class ConvOperator final : public LayerOperator {
 public:
  ConvOperator(std::int64_t out_channels, const Window& window, std::int64_t groups, const OperatorContext& context)
      : source_elements_(context.batch * context.inputs[0].elements()), scratch_(context.scratch) {
    const Problem p(out_channels, window, groups, context);
    constexpr auto direct = dnnl::algorithm::convolution_direct;
    dnnl::engine& engine = one_dnn_engine();
    const auto kind = context.backward ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const dnnl::convolution_forward::primitive_desc forward_desc(
        {kind, direct, p.any_source, p.any_weights, p.bias, p.any_output, p.stride, p.dilation, p.pad_begin, p.pad_end}, own_scratch(),
        engine);
    forward_.emplace(forward_desc);
    forward_scratch_ = memory(forward_desc.scratchpad_desc(), engine);
    source_ = Operand(p.source, forward_desc.src_desc());
    weights_ = Operand(p.weights, forward_desc.weights_desc());
    output_ = Operand(p.output, forward_desc.dst_desc());
    bias_ = memory(p.bias, engine, nullptr);
    no_bias_.assign(static_cast<std::size_t>(out_channels), 0.0f);
    if (!context.backward) return;

    const dnnl::convolution_backward_weights::primitive_desc by_weights_desc(
        {direct, p.any_source, p.any_weights, p.bias, p.any_output, p.stride, p.dilation, p.pad_begin, p.pad_end}, own_scratch(), engine,
        forward_desc);
    by_weights_.emplace(by_weights_desc);
    by_weights_scratch_ = memory(by_weights_desc.scratchpad_desc(), engine);
    by_weights_source_ = Operand(p.source, by_weights_desc.src_desc());
    by_weights_diff_output_ = Operand(p.output, by_weights_desc.diff_dst_desc());
    diff_weights_ = Operand(p.weights, by_weights_desc.diff_weights_desc());
    diff_bias_ = memory(p.bias, engine, nullptr);
    unwanted_bias_.resize(static_cast<std::size_t>(out_channels));
    if (!context.input_gradient) return;

    const dnnl::convolution_backward_data::primitive_desc by_input_desc(
        {direct, p.any_source, p.any_weights, p.any_output, p.stride, p.dilation, p.pad_begin, p.pad_end}, own_scratch(), engine,
        forward_desc);
    by_input_.emplace(by_input_desc);
    by_input_scratch_ = memory(by_input_desc.scratchpad_desc(), engine);
    diff_source_ = Operand(p.source, by_input_desc.diff_src_desc());
    backward_weights_ = Operand(p.weights, by_input_desc.weights_desc());
    by_input_diff_output_ = Operand(p.output, by_input_desc.diff_dst_desc());
  }

  void set_weights(const float* weights, const float* bias) override {
    weights_.load(weights);
    bias_.set_data_handle(const_cast<float*>(bias != nullptr ? bias : no_bias_.data()));
  }

  void set_backward_weights(const float* weights) override {
    if (by_input_) backward_weights_.load(weights);
  }

  void forward(const std::vector<const float*>& inputs, float* output) override {
    forward_->execute(one_dnn_stream(), {{DNNL_ARG_SRC, source_.load(inputs[0])},
                                         {DNNL_ARG_WEIGHTS, weights_.loaded()},
                                         {DNNL_ARG_BIAS, bias_},
                                         {DNNL_ARG_DST, output_.aim(output)},
                                         {DNNL_ARG_SCRATCHPAD, forward_scratch_}});
    output_.store();
  }

  void backward(const BackwardBuffers& buffers) override {
    const float* x = buffers.inputs[0];
    if (buffers.order == Order::second) {
      float* squares = scratch_->take(source_elements_);
      for (std::int64_t i = 0; i < source_elements_; ++i) squares[i] = x[i] * x[i];
      x = squares;
    }
    diff_bias_.set_data_handle(buffers.diff_bias != nullptr ? buffers.diff_bias : unwanted_bias_.data());
    by_weights_->execute(one_dnn_stream(), {{DNNL_ARG_SRC, by_weights_source_.load(x)},
                                            {DNNL_ARG_DIFF_DST, by_weights_diff_output_.load(buffers.diff_output)},
                                            {DNNL_ARG_DIFF_WEIGHTS, diff_weights_.aim(buffers.diff_weights)},
                                            {DNNL_ARG_DIFF_BIAS, diff_bias_},
                                            {DNNL_ARG_SCRATCHPAD, by_weights_scratch_}});
    diff_weights_.store();
    if (buffers.diff_inputs[0] == nullptr) return;
    by_input_->execute(one_dnn_stream(), {{DNNL_ARG_DIFF_DST, by_input_diff_output_.load(buffers.diff_output)},
                                          {DNNL_ARG_WEIGHTS, backward_weights_.loaded()},
                                          {DNNL_ARG_DIFF_SRC, diff_source_.aim(buffers.diff_inputs[0])},
                                          {DNNL_ARG_SCRATCHPAD, by_input_scratch_}});
    diff_source_.store();
  }

 private:
  std::optional<dnnl::convolution_forward> forward_;
  std::optional<dnnl::convolution_backward_data> by_input_;
  std::optional<dnnl::convolution_backward_weights> by_weights_;
  Operand source_, weights_, output_;
  Operand by_weights_source_, by_weights_diff_output_, diff_weights_;
  Operand diff_source_, backward_weights_, by_input_diff_output_;
  memory bias_, diff_bias_;
  memory forward_scratch_, by_weights_scratch_, by_input_scratch_;
  std::vector<float> no_bias_, unwanted_bias_;
  std::int64_t source_elements_;
  std::shared_ptr<Scratch> scratch_;
};

class Conv final : public Layer {
 public:
  Conv(std::int64_t out_channels, std::int64_t in_channels, const Window& window, std::int64_t groups)
      : out_channels_(out_channels), in_channels_(in_channels), window_(window), groups_(groups) {}
  const char* kind() const override { return "Conv"; }
  OnnxOperation onnx() const override {
    OnnxOperation operation{"Conv", {{"group", groups_}}, onnx_window(window_), {}, {}, {}};
    operation.lists["dilations"] = {window_.dilation_y, window_.dilation_x};
    return operation;
  }
  const Window* window() const override { return &window_; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    const Shape& in = inputs.at(0);
    check_window(window_, in, kind());
    if (in.channels != in_channels_) {
      throw InputError(fmt::format("Conv: the weights need {} input channels, got {}", in_channels_, to_string(in)));
    }
    if (groups_ < 1 || in_channels_ % groups_ != 0 || out_channels_ % groups_ != 0) {
      throw InputError(fmt::format("Conv: {} groups do not divide {} input and {} output channels", groups_, in_channels_, out_channels_));
    }
    return {out_channels_, window_.out_height(in.height), window_.out_width(in.width)};
  }

  // Blocked where oneDNN has a kernel for it: whole blocks in and out (of each group), one channel a group, or a first convolution on an
  // image of up to three channels.
  Layouts choose_layouts(const std::vector<Shape>& /*inputs*/, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    const auto whole_blocks = [](std::int64_t channels) { return channels % kChannelBlock == 0; };
    const bool depthwise = groups_ == in_channels_ && groups_ == out_channels_ && whole_blocks(groups_);
    const bool group_fits = depthwise || (whole_blocks(in_channels_ / groups_) && whole_blocks(out_channels_ / groups_));
    const bool first = groups_ == 1 && in_channels_ <= 3 && whole_blocks(out_channels_) && offered[0] == Layout::plain;
    if (group_fits) return {{Layout::blocked}, Layout::blocked};
    return {{Layout::plain}, first ? Layout::blocked : Layout::plain};
  }

  bool backward_reads_inputs() const override { return true; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<ConvOperator>(out_channels_, window_, groups_, context);
  }

 private:
  std::int64_t out_channels_, in_channels_;
  Window window_;
  std::int64_t groups_;
};

}  // namespace

std::shared_ptr<const Layer> make_conv(std::int64_t out_channels, std::int64_t in_channels, const Window& window, std::int64_t groups) {
  return std::make_shared<Conv>(out_channels, in_channels, window, groups);
}

int import_conv(const OnnxNode& node, Network& network) {
  const OnnxTensor& weight = node.weight(1);
  if (weight.shape.size() != 4) {
    node.refuse(fmt::format("weights '{}' have {} dimensions; only 2-D convolutions (4) are supported", weight.name, weight.shape.size()));
  }
  const Shape& input = network.value_shape(node.value(0));
  const std::int64_t groups = node.integer("group", 1);
  if (groups < 1 || input.channels % groups != 0) node.refuse(fmt::format("{} groups do not divide {} channels", groups, input.channels));
  const std::int64_t in_channels = input.channels / groups == weight.shape[1] ? input.channels : weight.shape[1];
  const Window window = import_window(node, {weight.shape[2], weight.shape[3]}, input);

  WeightLayer description;
  description.name = weight.name;
  description.shape = weight.shape;
  description.outputs = weight.shape[0];
  description.inputs = weight.shape[1] * weight.shape[2] * weight.shape[3];
  const OnnxTensor* bias = node.constant_or_null(2);
  return network.add(node.name, make_conv(weight.shape[0], in_channels, window, groups), {node.value(0)}, description, weight.values,
                     bias != nullptr ? bias->values : std::vector<float>{});
}

}  // namespace swimsim
