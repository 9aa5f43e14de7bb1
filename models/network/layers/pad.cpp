#include "models/network/layers/pad.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"

namespace swimsim {

namespace {

class PadOperator final : public LayerOperator {
 public:
  PadOperator(const Border& border, const OperatorContext& context)
      : border_(border),
        in_(context.inputs[0]),
        out_(context.output),
        block_(block_of(context.output_layout)),
        planes_(context.batch * in_.channels / block_) {}

  void forward(const std::vector<const float*>& inputs, float* output) override {
    std::fill_n(output, planes_ * out_.height * out_.width * block_, 0.0f);
    each_row([&](std::int64_t inside, std::int64_t outside) { std::copy_n(inputs[0] + inside, in_.width * block_, output + outside); });
  }

  void backward(const BackwardBuffers& buffers) override {
    float* diff_input = buffers.diff_inputs[0];
    if (diff_input == nullptr) return;
    each_row([&](std::int64_t inside, std::int64_t outside) {
      std::copy_n(buffers.diff_output + outside, in_.width * block_, diff_input + inside);
    });
  }

 private:
  // visit(where a row of the image starts in the input, where in the output).
  template <typename Visit>
  void each_row(Visit visit) const {
    for (std::int64_t plane = 0; plane < planes_; ++plane) {
      for (std::int64_t y = 0; y < in_.height; ++y) {
        visit((plane * in_.height + y) * in_.width * block_,
              ((plane * out_.height + y + border_.above) * out_.width + border_.left) * block_);
      }
    }
  }

  Border border_;
  Shape in_, out_;
  std::int64_t block_, planes_;
};

class Pad final : public Layer {
 public:
  explicit Pad(const Border& border) : border_(border) {}
  const char* kind() const override { return "Pad"; }
  ChannelRule channel_rule() const override { return ChannelRule::kept; }
  OnnxOperation onnx() const override {
    return {"Pad", {}, {}, {}, {}, {0, 0, border_.above, border_.left, 0, 0, border_.below, border_.right}};
  }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    const Shape& in = inputs.at(0);
    if (in.flat) throw InputError(fmt::format("Pad: needs an image, got the flattened value {}", to_string(in)));
    constexpr std::int64_t kMaxBorder = 4096;
    for (const std::int64_t side : {border_.above, border_.left, border_.below, border_.right}) {
      if (side < 0 || side > kMaxBorder) throw InputError(fmt::format("Pad: {} rows or columns; 0 to {}", side, kMaxBorder));
    }
    return {in.channels, in.height + border_.above + border_.below, in.width + border_.left + border_.right};
  }
  Layouts choose_layouts(const std::vector<Shape>& /*inputs*/, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    return {offered, offered[0]};
  }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<PadOperator>(border_, context);
  }

 private:
  Border border_;
};

}  // namespace

std::shared_ptr<const Layer> make_pad(const Border& border) { return std::make_shared<Pad>(border); }

int import_pad(const OnnxNode& node, Network& network) {
  if (node.text("mode", "constant") != "constant") node.refuse(fmt::format("mode '{}' is not supported", node.text("mode", "")));
  const OnnxTensor *pads = node.constant_or_null(1), *filling = node.constant_or_null(2);
  const bool zeros = filling == nullptr || (filling->values.size() == 1 && filling->values[0] == 0);
  if (!zeros || node.constant_or_null(3) != nullptr) node.refuse("only zeros on all axes are supported");
  const bool flat = network.value_shape(node.value(0)).flat;
  const std::size_t axes = flat ? 2 : 4;
  if (pads == nullptr || pads->integers.size() != 2 * axes) node.refuse(fmt::format("pads must be {} whole numbers", 2 * axes));
  const std::vector<std::int64_t>& p = pads->integers;
  if (std::all_of(p.begin(), p.end(), [](std::int64_t pad) { return pad == 0; })) return node.value(0);
  if (flat || p[0] != 0 || p[1] != 0 || p[4] != 0 || p[5] != 0) node.refuse("only height and width can be padded");
  return network.add(node.name, make_pad({p[2], p[3], p[6], p[7]}), {node.value(0)});
}

}  // namespace swimsim
