#include "models/network/onnx_export.h"

#include <fmt/format.h>

// The ONNX headers do not compile without warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

#include "models/common/build_info.h"
#include "models/common/errors.h"
#include "models/network/layers/layer.h"

namespace swimsim {

namespace {

constexpr int kOpset = 13, kIrVersion = 8;

/// Values are called as the nodes that compute them, so that names are read back.
class Exporter {
 public:
  explicit Exporter(const Network& network) : network_(network) {}

  onnx::ModelProto run() {
    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.add_opset_import()->set_version(kOpset);
    model.set_producer_name("swimsim");
    model.set_producer_version(program_version());
    graph_ = model.mutable_graph();
    graph_->set_name(network_.name().empty() ? "network" : network_.name());
    declare(*graph_->add_input(), value_name(0), network_.input_shape());
    for (std::size_t node = 0; node < network_.nodes().size(); ++node) add_node(node);
    const int last = static_cast<int>(network_.nodes().size());
    declare(*graph_->add_output(), value_name(last), network_.value_shape(last));
    return model;
  }

 private:
  std::string value_name(int value) const {
    return value == 0 ? "input" : fmt::format("{}:{}", network_.nodes()[static_cast<std::size_t>(value - 1)].name, value);
  }

  static void declare(onnx::ValueInfoProto& info, const std::string& name, const Shape& shape) {
    info.set_name(name);
    onnx::TypeProto_Tensor* type = info.mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    type->mutable_shape()->add_dim()->set_dim_param("batch");
    type->mutable_shape()->add_dim()->set_dim_value(shape.channels);
    if (shape.flat) return;
    type->mutable_shape()->add_dim()->set_dim_value(shape.height);
    type->mutable_shape()->add_dim()->set_dim_value(shape.width);
  }

  void add_node(std::size_t number) {
    const Node& node = network_.nodes()[number];
    OnnxOperation operation = node.layer->onnx();
    if (operation.name.empty()) throw InputError(fmt::format("node '{}' ({}) cannot be written as ONNX", node.name, node.layer->kind()));
    onnx::NodeProto& proto = *graph_->add_node();
    proto.set_name(node.name);
    proto.set_op_type(operation.name);
    for (const int input : node.inputs) proto.add_input(value_name(input));
    proto.add_output(value_name(static_cast<int>(number) + 1));
    if (node.weights >= 0) {
      const auto index = static_cast<std::size_t>(node.weights);
      if (network_.weight_layers()[index].stored_input_major) operation.integers["transB"] = 0;
      add_weights(index, proto);
    }
    if (node.batch_norm >= 0) add_batch_norm(node, network_.batch_norms()[static_cast<std::size_t>(node.batch_norm)], operation, proto);
    for (std::size_t i = 0; i < operation.scalars.size(); ++i) {
      const std::string name = fmt::format("{}.constant{}", node.name, i);
      proto.add_input(name);
      add_tensor(name, {}, {operation.scalars[i]});
    }
    if (!operation.pads.empty()) add_pads(node.name + ".pads", operation.pads, proto);
    add_attributes(operation, proto);
  }

  void add_batch_norm(const Node& node, const BatchNormParameters& norm, OnnxOperation& operation, onnx::NodeProto& proto) {
    const auto add = [&](const char* part, const std::vector<float>& values) {
      proto.add_input(node.name + part);
      add_tensor(node.name + part, {static_cast<std::int64_t>(values.size())}, values);
    };
    add(".gamma", norm.gamma);
    add(".beta", norm.beta);
    add(".mean", norm.mean);
    add(".variance", norm.variance);
    operation.floats["epsilon"] = norm.epsilon;
  }

  void add_pads(const std::string& name, const std::vector<std::int64_t>& pads, onnx::NodeProto& proto) {
    proto.add_input(name);
    onnx::TensorProto& tensor = *graph_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(pads.size()));
    tensor.set_raw_data(pads.data(), pads.size() * sizeof(std::int64_t));
  }

  void add_weights(std::size_t index, onnx::NodeProto& proto) {
    const WeightLayer& layer = network_.weight_layers()[index];
    proto.add_input(layer.name);
    add_tensor(layer.name, layer.shape, to_onnx_order(layer, network_.weights(index)));
    const std::vector<float>& bias = network_.biases(index);
    if (bias.empty()) return;
    proto.add_input(layer.name + ".bias");
    add_tensor(layer.name + ".bias", {static_cast<std::int64_t>(bias.size())}, bias);
  }

  void add_tensor(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
    onnx::TensorProto& tensor = *graph_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : shape) tensor.add_dims(size);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
  }

  static void add_attributes(const OnnxOperation& operation, onnx::NodeProto& proto) {
    for (const auto& [name, value] : operation.integers) {
      onnx::AttributeProto& attribute = *proto.add_attribute();
      attribute.set_name(name);
      attribute.set_type(onnx::AttributeProto::INT);
      attribute.set_i(value);
    }
    for (const auto& [name, values] : operation.lists) {
      onnx::AttributeProto& attribute = *proto.add_attribute();
      attribute.set_name(name);
      attribute.set_type(onnx::AttributeProto::INTS);
      for (const std::int64_t value : values) attribute.add_ints(value);
    }
    for (const auto& [name, value] : operation.floats) {
      onnx::AttributeProto& attribute = *proto.add_attribute();
      attribute.set_name(name);
      attribute.set_type(onnx::AttributeProto::FLOAT);
      attribute.set_f(value);
    }
  }

  const Network& network_;
  onnx::GraphProto* graph_ = nullptr;
};

}  // namespace

std::string export_onnx(const Network& network) {
  std::string bytes;
  if (!Exporter(network).run().SerializeToString(&bytes)) throw ResourceError("the network is too large for an ONNX file (2 GiB)");
  return bytes;
}

}  // namespace swimsim
