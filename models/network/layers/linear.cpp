#include "models/network/layers/linear.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "models/common/errors.h"
#include "models/network/layers/one_dnn_operand.h"

namespace swimsim {

namespace {

// Row-major C = op(A) op(B); op(A) is m x k.
void multiply(char transpose_a, char transpose_b, std::int64_t m, std::int64_t n, std::int64_t k, const float* a, std::int64_t lda,
              const float* b, std::int64_t ldb, float* c) {
  const dnnl_status_t status = dnnl_sgemm(transpose_a, transpose_b, m, n, k, 1.0f, a, lda, b, ldb, 0.0f, c, n);
  if (status != dnnl_success) throw ResourceError("oneDNN could not multiply two matrices");
}

class LinearOperator final : public LayerOperator {
 public:
  LinearOperator(std::int64_t outputs, std::int64_t inputs, const OperatorContext& context)
      : batch_(context.batch), outputs_(outputs), inputs_(inputs), scratch_(context.scratch) {}

  void set_weights(const float* weights, const float* bias) override {
    weights_ = weights;
    bias_ = bias;
  }

  void set_backward_weights(const float* weights) override { backward_weights_ = weights; }

  void forward(const std::vector<const float*>& inputs, float* output) override {
    hold_one_dnn_to_one_thread();
    multiply('N', 'T', batch_, outputs_, inputs_, inputs[0], inputs_, weights_, inputs_, output);
    if (bias_ == nullptr) return;
    for (std::int64_t n = 0; n < batch_; ++n) {
      float* row = output + n * outputs_;
      for (std::int64_t o = 0; o < outputs_; ++o) row[o] += bias_[o];
    }
  }

  void backward(const BackwardBuffers& buffers) override {
    hold_one_dnn_to_one_thread();
    const float* x = buffers.inputs[0];
    if (buffers.order == Order::second) {
      float* squares = scratch_->take(batch_ * inputs_);
      for (std::int64_t i = 0; i < batch_ * inputs_; ++i) squares[i] = x[i] * x[i];
      x = squares;
    }
    multiply('T', 'N', outputs_, inputs_, batch_, buffers.diff_output, outputs_, x, inputs_, buffers.diff_weights);
    if (buffers.diff_bias != nullptr) {
      std::fill_n(buffers.diff_bias, outputs_, 0.0f);
      for (std::int64_t n = 0; n < batch_; ++n) {
        for (std::int64_t o = 0; o < outputs_; ++o) buffers.diff_bias[o] += buffers.diff_output[n * outputs_ + o];
      }
    }
    if (buffers.diff_inputs[0] != nullptr) {
      multiply('N', 'N', batch_, inputs_, outputs_, buffers.diff_output, outputs_, backward_weights_, inputs_, buffers.diff_inputs[0]);
    }
  }

 private:
  std::int64_t batch_, outputs_, inputs_;
  const float* weights_ = nullptr;
  const float* bias_ = nullptr;
  const float* backward_weights_ = nullptr;
  std::shared_ptr<Scratch> scratch_;
};

// Forward passes only: the weights are packed once, when they are set, instead of at every product.
class PackedLinearOperator final : public LayerOperator {
 public:
  PackedLinearOperator(std::int64_t outputs, std::int64_t inputs, const OperatorContext& context) {
    using dnnl::memory;
    using Tag = memory::format_tag;
    const auto describe = [](const memory::dims& dims, Tag layout) { return memory::desc(dims, memory::data_type::f32, layout); };
    const memory::desc source = describe({context.batch, inputs}, Tag::nc), output = describe({context.batch, outputs}, Tag::nc);
    const memory::desc bias = describe({outputs}, Tag::x);
    dnnl::engine& engine = one_dnn_engine();
    const dnnl::inner_product_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, source, describe({outputs, inputs}, Tag::any), bias, output}, own_scratch(), engine);
    product_.emplace(description);
    scratch_ = memory(description.scratchpad_desc(), engine);
    source_ = memory(source, engine, nullptr);
    output_ = memory(output, engine, nullptr);
    bias_ = memory(bias, engine, nullptr);
    weights_ = Operand(describe({outputs, inputs}, Tag::oi), description.weights_desc());
    no_bias_.assign(static_cast<std::size_t>(outputs), 0.0f);
  }

  void set_weights(const float* weights, const float* bias) override {
    weights_.load(weights);
    bias_.set_data_handle(const_cast<float*>(bias != nullptr ? bias : no_bias_.data()));
  }

  void forward(const std::vector<const float*>& inputs, float* output) override {
    source_.set_data_handle(const_cast<float*>(inputs[0]));
    output_.set_data_handle(output);
    product_->execute(one_dnn_stream(), {{DNNL_ARG_SRC, source_},
                                         {DNNL_ARG_WEIGHTS, weights_.loaded()},
                                         {DNNL_ARG_BIAS, bias_},
                                         {DNNL_ARG_DST, output_},
                                         {DNNL_ARG_SCRATCHPAD, scratch_}});
  }

  void backward(const BackwardBuffers& /*buffers*/) override { throw std::logic_error("built for forward passes only"); }

 private:
  std::optional<dnnl::inner_product_forward> product_;
  dnnl::memory source_, output_, bias_, scratch_;
  Operand weights_;
  std::vector<float> no_bias_;
};

class Linear final : public Layer {
 public:
  Linear(std::int64_t outputs, std::int64_t inputs) : outputs_(outputs), inputs_(inputs) {}
  const char* kind() const override { return "Linear"; }
  OnnxOperation onnx() const override { return {"Gemm", {{"transB", 1}}, {}, {}, {}, {}}; }
  Shape output_shape(const std::vector<Shape>& inputs) const override {
    const Shape& in = inputs.at(0);
    if (!in.flat || in.channels != inputs_) {
      throw InputError(fmt::format("a {}x{} matrix needs a flattened value of {}, got {}{}", outputs_, inputs_, inputs_, to_string(in),
                                   in.flat ? "" : " (not flattened)"));
    }
    return {outputs_, 1, 1, true};
  }
  bool backward_reads_inputs() const override { return true; }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    if (!context.backward) return std::make_unique<PackedLinearOperator>(outputs_, inputs_, context);
    return std::make_unique<LinearOperator>(outputs_, inputs_, context);
  }

 private:
  std::int64_t outputs_, inputs_;
};

}  // namespace

std::shared_ptr<const Layer> make_linear(std::int64_t outputs, std::int64_t inputs) { return std::make_shared<Linear>(outputs, inputs); }

namespace {

// The network holds alpha * B and beta * C: what a crossbar and its digital adder would be given.
void scale_values(const OnnxNode& node, float factor, std::vector<float>& values) {
  for (float& value : values) {
    value *= factor;
    if (!std::isfinite(value)) node.refuse(fmt::format("a weight or bias times {} is not finite", factor));
  }
}

// `input_major`: the tensor is [inputs][outputs].
int add_linear(const OnnxNode& node, Network& network, const OnnxTensor& weight, bool input_major, float factor, std::vector<float> bias) {
  if (weight.shape.size() != 2) {
    node.refuse(fmt::format("weights '{}' have {} dimensions; only 2 are supported", weight.name, weight.shape.size()));
  }
  WeightLayer description;
  description.name = weight.name;
  description.shape = weight.shape;
  description.stored_input_major = input_major;
  description.outputs = weight.shape[input_major ? 1 : 0];
  description.inputs = weight.shape[input_major ? 0 : 1];
  std::vector<float> matrix = weight.values;
  if (input_major) {
    for (std::int64_t o = 0; o < description.outputs; ++o) {
      for (std::int64_t i = 0; i < description.inputs; ++i) {
        matrix[static_cast<std::size_t>(o * description.inputs + i)] = weight.values[static_cast<std::size_t>(i * description.outputs + o)];
      }
    }
  }
  if (factor != 1) scale_values(node, factor, matrix);
  return network.add(node.name, make_linear(description.outputs, description.inputs), {node.value(0)}, description, std::move(matrix),
                     std::move(bias));
}

// A constant that adds one number to each of `outputs`; ONNX may broadcast a scalar.
std::vector<float> bias_of(const OnnxNode& node, const OnnxTensor& tensor, std::int64_t outputs) {
  const auto count = static_cast<std::int64_t>(tensor.values.size());
  if (count == 1) return std::vector<float>(static_cast<std::size_t>(outputs), tensor.values[0]);
  const bool row = !tensor.shape.empty() && tensor.shape.back() == outputs;
  if (count != outputs || !row) node.refuse(fmt::format("bias '{}' must hold {} float32 values in one row", tensor.name, outputs));
  return tensor.values;
}

}  // namespace

int import_gemm(const OnnxNode& node, Network& network) {
  const OnnxTensor& weight = node.weight(1);
  if (node.integer("transA", 0) != 0) node.refuse("transA 1 is not supported");
  if (weight.shape.size() != 2) node.refuse(fmt::format("weights '{}' must have 2 dimensions", weight.name));
  const bool input_major = node.integer("transB", 0) == 0;
  const OnnxTensor* tensor = node.constant_or_null(2);
  std::vector<float> bias;
  if (tensor != nullptr) bias = bias_of(node, *tensor, weight.shape[input_major ? 1 : 0]);
  const float beta = node.number("beta", 1);
  if (beta != 1) scale_values(node, beta, bias);
  return add_linear(node, network, weight, input_major, node.number("alpha", 1), std::move(bias));
}

int import_matmul(const OnnxNode& node, Network& network) { return add_linear(node, network, node.weight(1), true, 1, {}); }

int import_bias_add(const OnnxNode& node, Network& network) {
  const bool first_is_constant = !node.inputs.empty() && node.inputs[0].constant != nullptr;
  const std::size_t value_at = first_is_constant ? 1 : 0;
  const char* const supported = "only the sum of two values and a constant bias right after a MatMul are supported";
  if (node.inputs.size() != 2 || node.inputs[1 - value_at].value >= 0) node.refuse(supported);
  const int value = node.value(value_at);
  const Node* source = value > 0 ? &network.nodes()[static_cast<std::size_t>(value - 1)] : nullptr;
  if (source == nullptr || source->weights < 0 || node.inputs[value_at].shared || std::string(source->layer->kind()) != "Linear") {
    node.refuse(supported);
  }
  const auto layer = static_cast<std::size_t>(source->weights);
  if (!network.biases(layer).empty()) node.refuse(supported);
  network.biases(layer) = bias_of(node, node.weight(1 - value_at), network.weight_layers()[layer].outputs);
  return value;
}

}  // namespace swimsim
