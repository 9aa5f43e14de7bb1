#include "models/network/layers/add.h"

#include <fmt/format.h>

#include "models/common/errors.h"
#include "models/network/layers/element_wise.h"
#include "models/network/layers/linear.h"

namespace swimsim {

namespace {

class AddOperator final : public ElementWiseOperator {
 public:
  using ElementWiseOperator::ElementWiseOperator;

  void forward_range(const std::vector<const float*>& inputs, float* output, std::int64_t begin, std::int64_t end) override {
    const float* a = inputs[0];
    const float* b = inputs[1];
    for (std::int64_t i = begin; i < end; ++i) output[i] = a[i] + b[i];
  }

  void backward_range(const BackwardBuffers& buffers, std::int64_t begin, std::int64_t end) override {
    for (float* diff : buffers.diff_inputs) {
      if (diff != nullptr && diff != buffers.diff_output) std::copy(buffers.diff_output + begin, buffers.diff_output + end, diff + begin);
    }
  }
};

class Add final : public ElementWiseLayer {
 public:
  const char* kind() const override { return "Add"; }
  OnnxOperation onnx() const override { return {"Add", {}, {}, {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    const Shape &a = inputs.at(0), &b = inputs.at(1);
    const bool same = a.channels == b.channels && a.height == b.height && a.width == b.width && a.flat == b.flat;
    if (!same) throw InputError(fmt::format("Add: {} and {}; only values of one shape can be added", to_string(a), to_string(b)));
    return a;
  }
  std::size_t inputs_written_over() const override { return 2; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<AddOperator>(context);
  }
};

}  // namespace

std::shared_ptr<const Layer> make_add() { return std::make_shared<Add>(); }

int import_add(const OnnxNode& node, Network& network) {
  const bool two_values = node.inputs.size() == 2 && node.inputs[0].value >= 0 && node.inputs[1].value >= 0;
  if (!two_values) return import_bias_add(node, network);
  return network.add(node.name, make_add(), {node.value(0), node.value(1)});
}

}  // namespace swimsim
