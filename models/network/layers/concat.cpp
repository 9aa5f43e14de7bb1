#include "models/network/layers/concat.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"

namespace swimsim {

namespace {

class ConcatOperator final : public LayerOperator {
 public:
  explicit ConcatOperator(const OperatorContext& context) : batch_(context.batch), whole_(context.output.elements()) {
    for (const Shape& input : context.inputs) parts_.push_back(input.elements());
  }

  void forward(const std::vector<const float*>& inputs, float* output) override {
    std::int64_t at = 0;
    for (std::size_t input = 0; input < parts_.size(); ++input) {
      const std::int64_t part = parts_[input];
      for (std::int64_t n = 0; n < batch_; ++n) std::copy_n(inputs[input] + n * part, part, output + n * whole_ + at);
      at += part;
    }
  }

  void backward(const BackwardBuffers& buffers) override {
    std::int64_t at = 0;
    for (std::size_t input = 0; input < parts_.size(); ++input) {
      const std::int64_t part = parts_[input];
      float* diff = buffers.diff_inputs[input];
      for (std::int64_t n = 0; n < batch_ && diff != nullptr; ++n) {
        std::copy_n(buffers.diff_output + n * whole_ + at, part, diff + n * part);
      }
      at += part;
    }
  }

 private:
  std::int64_t batch_, whole_;
  std::vector<std::int64_t> parts_;  ///< elements of each input for one image
};

class Concat final : public Layer {
 public:
  const char* kind() const override { return "Concat"; }
  ChannelRule channel_rule() const override { return ChannelRule::joined; }
  OnnxOperation onnx() const override { return {"Concat", {{"axis", 1}}, {}, {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    Shape whole = inputs.at(0);
    whole.channels = 0;
    for (const Shape& part : inputs) {
      if (part.height != whole.height || part.width != whole.width || part.flat != whole.flat) {
        throw InputError(fmt::format("Concat: {} beside {}; heights and widths must be the same", to_string(inputs[0]), to_string(part)));
      }
      whole.channels += part.channels;
    }
    return whole;
  }
  // Blocks may stay blocks if each part fills whole ones, which is what being blocked means.
  Layouts choose_layouts(const std::vector<Shape>& inputs, const Shape& /*output*/, const std::vector<Layout>& offered) const override {
    const bool all_blocked = std::count(offered.begin(), offered.end(), Layout::blocked) == static_cast<std::ptrdiff_t>(offered.size());
    const Layout layout = all_blocked ? Layout::blocked : Layout::plain;
    return {std::vector<Layout>(inputs.size(), layout), layout};
  }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<ConcatOperator>(context);
  }
};

}  // namespace

std::shared_ptr<const Layer> make_concat() { return std::make_shared<Concat>(); }

int import_concat(const OnnxNode& node, Network& network) {
  std::vector<int> values;
  for (std::size_t input = 0; input < node.inputs.size(); ++input) values.push_back(node.value(input));
  if (values.empty()) node.refuse("has no inputs");
  const std::int64_t rank = network.value_shape(values[0]).flat ? 2 : 4, axis = node.integer("axis", 1);
  if (axis != 1 && axis != 1 - rank) node.refuse(fmt::format("axis {} is not supported, only 1 (channels)", axis));
  return network.add(node.name, make_concat(), std::move(values));
}

}  // namespace swimsim
