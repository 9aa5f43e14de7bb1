#include "models/network/layers/flatten.h"

#include <fmt/format.h>

#include <algorithm>

namespace swimsim {

namespace {

class FlattenOperator final : public LayerOperator {
 public:
  explicit FlattenOperator(std::int64_t count) : count_(count) {}

  void forward(const std::vector<const float*>& inputs, float* output) override {
    if (inputs[0] != output) std::copy_n(inputs[0], count_, output);
  }

  void backward(const BackwardBuffers& buffers) override {
    float* diff_input = buffers.diff_inputs[0];
    if (diff_input != nullptr && diff_input != buffers.diff_output) std::copy_n(buffers.diff_output, count_, diff_input);
  }

 private:
  std::int64_t count_;
};

class Flatten final : public Layer {
 public:
  const char* kind() const override { return "Flatten"; }
  ChannelRule channel_rule() const override { return ChannelRule::flattened; }
  OnnxOperation onnx() const override { return {"Flatten", {{"axis", 1}}, {}, {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override { return {inputs.at(0).elements(), 1, 1, true}; }
  std::size_t inputs_written_over() const override { return 1; }
  bool keeps_numbers() const override { return true; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<FlattenOperator>(context.batch * context.output.elements());
  }
};

}  // namespace

std::shared_ptr<const Layer> make_flatten() { return std::make_shared<Flatten>(); }

int import_flatten(const OnnxNode& node, Network& network) {
  const std::int64_t axis = node.integer("axis", 1);
  const std::int64_t rank = network.value_shape(node.value(0)).flat ? 2 : 4;
  if (axis != 1 && axis != 1 - rank) node.refuse(fmt::format("axis {} is not supported, only 1 (keep the batch)", axis));
  return network.add(node.name, make_flatten(), {node.value(0)});
}

int import_reshape(const OnnxNode& node, Network& network) {
  const OnnxTensor* shape = node.constant_or_null(1);
  const std::int64_t elements = network.value_shape(node.value(0)).elements();
  const std::string supported = fmt::format("only the constant shapes [batch, {}], [-1, {}] and [0, -1] are supported", elements, elements);
  if (shape == nullptr || shape->integers.size() != 2) node.refuse(supported);
  const std::int64_t batch = shape->integers[0], rest = shape->integers[1];
  const bool zero_is_copy = node.integer("allowzero", 0) == 0;
  const bool keeps_batch = batch == -1 || batch == 1 || (batch == 0 && zero_is_copy);
  const bool flattens = rest == elements || (rest == -1 && batch != -1);
  if (!keeps_batch || !flattens) node.refuse(fmt::format("the shape is [{}, {}]; {}", batch, rest, supported));
  return network.add(node.name, make_flatten(), {node.value(0)});
}

}  // namespace swimsim
