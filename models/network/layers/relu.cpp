#include "models/network/layers/relu.h"

namespace swimsim {

namespace {

class ReluOperator final : public LayerOperator {
 public:
  explicit ReluOperator(std::int64_t count) : count_(count) {}

  void forward(const std::vector<const float*>& inputs, float* output) override {
    const float* x = inputs[0];
    for (std::int64_t i = 0; i < count_; ++i) output[i] = x[i] > 0 ? x[i] : 0.0f;
  }

  void backward(const BackwardBuffers& buffers) override {
    float* diff_input = buffers.diff_inputs[0];
    if (diff_input == nullptr) return;
    const float* output = buffers.output;
    const float* diff_output = buffers.diff_output;
    for (std::int64_t i = 0; i < count_; ++i) {
      const float diff = diff_output[i];  // read whether wanted or not, so that the compiler vectorises
      diff_input[i] = output[i] > 0 ? diff : 0.0f;
    }
  }

 private:
  std::int64_t count_;
};

class Relu final : public Layer {
 public:
  const char* kind() const override { return "Relu"; }
  OnnxOperation onnx() const override { return {"Relu", {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override { return inputs.at(0); }
  bool works_in_place() const override { return true; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<ReluOperator>(context.batch * context.output.elements());
  }
};

}  // namespace

std::shared_ptr<const Layer> make_relu() { return std::make_shared<Relu>(); }

int import_relu(const OnnxNode& node, Network& network) { return network.add(node.name, make_relu(), {node.value(0)}); }

}  // namespace swimsim
