#include "models/network/onnx_import.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

// The ONNX headers do not compile without warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
#include <onnx/checker.h>
#include <onnx/defs/tensor_proto_util.h>
#include <onnx/shape_inference/implementation.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cmath>
#include <map>
#include <new>
#include <optional>
#include <set>

#include "models/common/errors.h"
#include "models/common/read_file.h"
#include "models/network/layers/registry.h"
#include "models/network/onnx_constants.h"

namespace swimsim {

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;
constexpr int kMaxProtobufDepth = 32;
constexpr int kMaxNodes = 100000;
constexpr int kFirstOpset = 11, kLastOpset = 17;

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

onnx::ModelProto parse(const std::string& bytes) {
  if (bytes.size() > kMaxFileBytes) throw InputError(fmt::format("{} bytes; an ONNX file may have up to {}", bytes.size(), kMaxFileBytes));
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kMaxProtobufDepth);
  onnx::ModelProto model;
  if (bytes.empty() || !model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    throw InputError("is not an ONNX model, or is truncated or damaged (it does not parse)");
  }
  return model;
}

void check_version(const onnx::ModelProto& model) {
  bool found = false;
  for (const auto& opset : model.opset_import()) {
    if (!opset.domain().empty() && opset.domain() != "ai.onnx") continue;
    found = true;
    if (opset.version() < kFirstOpset || opset.version() > kLastOpset) {
      throw InputError(fmt::format("uses opset {}; {} to {} are supported", opset.version(), kFirstOpset, kLastOpset));
    }
  }
  if (!found) throw InputError(fmt::format("names no opset; {} to {} are supported", kFirstOpset, kLastOpset));
  if (model.functions_size() > 0) throw InputError("defines functions of its own, which are not supported");
}

std::string label_of(const onnx::NodeProto& node, int number) {
  const std::string name = node.name().empty() ? fmt::format("number {}", number) : fmt::format("'{}'", node.name());
  return fmt::format("node {} ({})", name, node.op_type());
}

// Says all that is wrong with the operators at once, before the checker stumbles over the first.
void check_operators(const onnx::GraphProto& graph) {
  if (graph.node_size() > kMaxNodes) throw InputError(fmt::format("has {} nodes; up to {} are supported", graph.node_size(), kMaxNodes));
  const std::vector<std::string> supported = supported_onnx_operators(), of_constants = constant_operators();
  std::vector<std::string> known = supported;
  known.insert(known.end(), of_constants.begin(), of_constants.end());
  std::vector<Diagnostic> problems;
  for (int n = 0; n < graph.node_size(); ++n) {
    const onnx::NodeProto& node = graph.node(n);
    const bool own_domain = node.domain().empty() || node.domain() == "ai.onnx";
    const bool is_known = std::find(known.begin(), known.end(), node.op_type()) != known.end();
    if (own_domain && is_known) continue;
    const std::string operation = own_domain ? node.op_type() : node.domain() + "." + node.op_type();
    problems.push_back({{},
                        fmt::format("{}: operator '{}' is not supported; supported: {}; on constants: {}", label_of(node, n), operation,
                                    join(supported), join(of_constants))});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

void check_tensor_storage(const onnx::TensorProto& tensor) {
  if (tensor.external_data_size() > 0 || (tensor.has_data_location() && tensor.data_location() == onnx::TensorProto::EXTERNAL)) {
    throw InputError(fmt::format(
        "initialiser '{}' is stored in another file (external data), which is not supported; save the model in one file", tensor.name()));
  }
  std::int64_t elements = 1;
  for (const std::int64_t size : tensor.dims()) {
    if (size < 0 || (size > 0 && elements > Network::kMaxElements / size)) {
      throw InputError(fmt::format("initialiser '{}' has a negative size or more than {} elements", tensor.name(), Network::kMaxElements));
    }
    elements *= size;
  }
}

OnnxTensor read_tensor(const onnx::TensorProto& tensor, const std::string& name) {
  check_tensor_storage(tensor);
  OnnxTensor result;
  result.name = name;
  result.shape.assign(tensor.dims().begin(), tensor.dims().end());
  std::size_t elements = 1;
  for (const std::int64_t size : result.shape) elements *= static_cast<std::size_t>(size);
  std::size_t stored = 0;
  try {
    if (tensor.data_type() == onnx::TensorProto::FLOAT) {
      result.values = onnx::ParseData<float>(&tensor);
      stored = result.values.size();
    } else if (tensor.data_type() == onnx::TensorProto::INT64) {
      result.integers = onnx::ParseData<std::int64_t>(&tensor);
      stored = result.integers.size();
    } else if (tensor.data_type() == onnx::TensorProto::DOUBLE) {
      const std::vector<double> numbers = onnx::ParseData<double>(&tensor);
      for (const double number : numbers) result.values.push_back(static_cast<float>(number));
      stored = result.values.size();
    } else if (tensor.data_type() == onnx::TensorProto::INT32 || tensor.data_type() == onnx::TensorProto::BOOL) {
      const bool raw_bool = tensor.data_type() == onnx::TensorProto::BOOL && tensor.has_raw_data();
      if (raw_bool) {
        for (const char byte : tensor.raw_data()) result.integers.push_back(byte != 0 ? 1 : 0);
      } else {
        const std::vector<std::int32_t> numbers = onnx::ParseData<std::int32_t>(&tensor);
        result.integers.assign(numbers.begin(), numbers.end());
      }
      stored = result.integers.size();
    } else {
      throw InputError(fmt::format("initialiser '{}' has type {}; floating-point weights of 32 or 64 bits and whole numbers are supported",
                                   name, onnx::TensorProto::DataType_Name(tensor.data_type())));
    }
  } catch (const InputError&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError(fmt::format("initialiser '{}' cannot be read: {}", name, error.what()));
  }
  if (stored != elements) throw InputError(fmt::format("initialiser '{}' holds {} values, its shape says {}", name, stored, elements));
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    if (!std::isfinite(result.values[i])) {
      throw InputError(fmt::format("initialiser '{}' holds {} at position {}; weights must be finite", name, result.values[i], i));
    }
  }
  return result;
}

Shape read_input_shape(const onnx::ValueInfoProto& input) {
  const auto& shape = input.type().tensor_type().shape();
  const auto fixed = [&](int axis) {
    const auto& dimension = shape.dim(axis);
    if (!dimension.has_dim_value() || dimension.dim_value() < 1 || dimension.dim_value() > Network::kMaxValueElements) {
      throw InputError(
          fmt::format("input '{}': dimension {} must be a fixed number of 1 to {}", input.name(), axis, Network::kMaxValueElements));
    }
    return dimension.dim_value();
  };
  if (input.type().tensor_type().elem_type() != onnx::TensorProto::FLOAT)
    throw InputError(fmt::format("input '{}' must be float32", input.name()));
  if (shape.dim_size() == 2) return {fixed(1), 1, 1, true};
  if (shape.dim_size() == 4) return {fixed(1), fixed(2), fixed(3), false};
  throw InputError(fmt::format("input '{}' has {} dimensions; [batch][channels][height][width] or [batch][features] is supported",
                               input.name(), shape.dim_size()));
}

// Walks the nodes, which the checker found to be in topological order, and calls the rule of each.
class Importer {
 public:
  explicit Importer(const onnx::GraphProto& graph) : graph_(graph) {}

  Network run(const std::string& name) {
    for (const auto& tensor : graph_.initializer()) add_constant(tensor.name(), read_tensor(tensor, tensor.name()));
    if (graph_.sparse_initializer_size() > 0) throw InputError("sparse initialisers are not supported");
    const onnx::ValueInfoProto& input = the_input();
    Network network(name, read_input_shape(input));
    values_[input.name()] = 0;
    count_readers();
    for (int n = 0; n < graph_.node_size(); ++n) import_node(graph_.node(n), n, network);
    check_output(network);
    return network;
  }

 private:
  void add_constant(const std::string& name, OnnxTensor tensor) { constants_[name] = std::move(tensor); }

  const onnx::ValueInfoProto& the_input() const {
    const onnx::ValueInfoProto* found = nullptr;
    for (const auto& input : graph_.input()) {
      if (constants_.count(input.name()) > 0) continue;  // older files list their weights as inputs too
      if (found != nullptr) throw InputError(fmt::format("has two inputs, '{}' and '{}'; one is supported", found->name(), input.name()));
      found = &input;
    }
    if (found == nullptr) throw InputError("has no input");
    return *found;
  }

  void count_readers() {
    for (const auto& node : graph_.node()) {
      for (const auto& input : node.input()) ++readers_[input];
    }
    for (const auto& output : graph_.output()) ++readers_[output.name()];
  }

  void import_node(const onnx::NodeProto& proto, int number, Network& network) {
    if (proto.op_type() == "Constant") {
      import_constant(proto, number);
      return;
    }
    const OnnxNode node = describe(proto, number);
    for (int output = 1; output < proto.output_size(); ++output) {
      if (readers_.count(proto.output(output)) > 0) node.refuse(fmt::format("output '{}' is not supported", proto.output(output)));
    }
    if (proto.output_size() < 1) node.refuse("has no output");
    if (std::optional<OnnxTensor> constant = fold_constants(node, network)) {
      constant->name = proto.output(0);
      add_constant(proto.output(0), std::move(*constant));
      return;
    }
    const std::vector<OnnxOperator>& operators = onnx_operators();
    const auto found = std::find_if(operators.begin(), operators.end(), [&](const OnnxOperator& o) { return o.name == proto.op_type(); });
    if (found == operators.end()) node.refuse("is supported on constants only");
    values_[proto.output(0)] = found->rule(node, network);
  }

  void import_constant(const onnx::NodeProto& proto, int number) {
    if (proto.output_size() < 1) throw InputError(label_of(proto, number) + ": has no output");
    const std::string& name = proto.output(0);
    OnnxTensor tensor;
    tensor.name = name;
    for (const auto& attribute : proto.attribute()) {
      if (attribute.name() == "value" && attribute.has_t()) {
        tensor = read_tensor(attribute.t(), name);
      } else if (attribute.name() == "value_int") {
        tensor.integers = {attribute.i()};
      } else if (attribute.name() == "value_ints") {
        tensor.integers.assign(attribute.ints().begin(), attribute.ints().end());
        tensor.shape = {attribute.ints_size()};
      } else if (attribute.name() == "value_float" && std::isfinite(attribute.f())) {
        tensor.values = {attribute.f()};
      } else {
        continue;
      }
      add_constant(name, std::move(tensor));
      return;
    }
    throw InputError(label_of(proto, number) + ": only constants with attribute value, value_int, value_ints or value_float are supported");
  }

  OnnxNode describe(const onnx::NodeProto& proto, int number) const {
    OnnxNode node;
    node.label = label_of(proto, number);
    node.operation = proto.op_type();
    node.is_last = graph_.output_size() == 1 && proto.output_size() > 0 && proto.output(0) == graph_.output(0).name();
    node.name = proto.name().empty() ? fmt::format("{}_{}", proto.op_type(), number) : proto.name();
    for (const auto& attribute : proto.attribute()) {
      if (attribute.type() == onnx::AttributeProto::INT) node.integers[attribute.name()] = {attribute.i()};
      if (attribute.type() == onnx::AttributeProto::INTS)
        node.integers[attribute.name()] = {attribute.ints().begin(), attribute.ints().end()};
      if (attribute.type() == onnx::AttributeProto::FLOAT) node.floats[attribute.name()] = attribute.f();
      if (attribute.type() == onnx::AttributeProto::FLOAT && !std::isfinite(attribute.f()))
        node.refuse(fmt::format("attribute '{}' is {}; it must be finite", attribute.name(), attribute.f()));
      if (attribute.type() == onnx::AttributeProto::STRING) node.texts[attribute.name()] = attribute.s();
    }
    for (const auto& name : proto.input()) {
      OnnxNode::Input input;
      const auto constant = constants_.find(name);
      const auto value = values_.find(name);
      if (constant != constants_.end()) {
        input.constant = &constant->second;
      } else if (value != values_.end()) {
        input.value = value->second;
        input.shared = readers_.at(name) > 1;
      } else if (!name.empty()) {
        node.refuse(fmt::format("reads '{}', which nothing before it computes", name));
      }
      node.inputs.push_back(input);
    }
    return node;
  }

  void check_output(const Network& network) const {
    if (graph_.output_size() != 1) throw InputError(fmt::format("has {} outputs; one is supported", graph_.output_size()));
    const std::string& name = graph_.output(0).name();
    const auto found = values_.find(name);
    const int last = static_cast<int>(network.nodes().size());
    if (found == values_.end() || found->second != last) {
      throw InputError(fmt::format("output '{}' must be what the last node computes", name));
    }
    if (!network.value_shape(last).flat) {
      throw InputError(fmt::format("output '{}' is {}; one vector of classes is needed", name, to_string(network.value_shape(last))));
    }
    std::vector<int> readers(network.nodes().size() + 1, 0);
    for (const Node& node : network.nodes()) {
      for (const int input : node.inputs) ++readers[static_cast<std::size_t>(input)];
    }
    for (int value = 1; value < last; ++value) {
      if (readers[static_cast<std::size_t>(value)] == 0) {
        throw InputError(fmt::format("node '{}' computes what nothing reads", network.nodes()[static_cast<std::size_t>(value - 1)].name));
      }
    }
    std::set<std::string> names;
    for (const WeightLayer& layer : network.weight_layers()) {
      if (!names.insert(layer.name).second)
        throw InputError(fmt::format("initialiser '{}' is shared by two layers, which is not supported", layer.name));
    }
    if (network.weight_layers().empty()) throw InputError("has no weights to program");
  }

  const onnx::GraphProto& graph_;
  std::map<std::string, OnnxTensor> constants_;
  std::map<std::string, int> values_, readers_;
};

// libonnx's own shapes, as a second opinion on ours. Only for models that our rules have accepted: libonnx 1.12 crashes on some broken
// attributes and declared types, which is why the declarations are left out and why it does not run first.
void compare_inferred_output(onnx::ModelProto& model, const Network& network) {
  model.mutable_graph()->clear_value_info();
  model.mutable_graph()->mutable_output(0)->clear_type();
  onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(),
                                     {/*check_type=*/true, /*strict_mode=*/1, /*data_prop=*/false});
  const auto& type = model.graph().output(0).type().tensor_type();
  if (!type.has_shape()) return;  // shape arithmetic in the graph, which it does not follow: no opinion
  const auto& shape = type.shape();
  const bool same = shape.dim_size() == 2 && (!shape.dim(1).has_dim_value() || shape.dim(1).dim_value() == network.classes());
  if (!same)
    throw InputError(
        fmt::format("output '{}' is not [batch][{}] by ONNX shape inference", model.graph().output(0).name(), network.classes()));
}

Network import_checked(const std::string& bytes, const std::string& source) {
  onnx::ModelProto model = parse(bytes);
  check_version(model);
  check_operators(model.graph());
  for (const auto& tensor : model.graph().initializer()) check_tensor_storage(tensor);
  const std::size_t slash = source.find_last_of('/');
  try {
    onnx::checker::check_model(model);
    Network network = Importer(model.graph()).run(slash == std::string::npos ? source : source.substr(slash + 1));
    compare_inferred_output(model, network);
    return network;
  } catch (const InputError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw ResourceError(fmt::format("{}: not enough memory for the model", source));
  } catch (const std::exception& error) {
    throw InputError(fmt::format("is not a sound ONNX model: {}", error.what()));
  }
}

}  // namespace

std::vector<std::string> supported_onnx_operators() {
  std::vector<std::string> names;
  for (const OnnxOperator& known : onnx_operators()) names.push_back(known.name);
  return names;
}

Network import_onnx_bytes(const std::string& bytes, const std::string& source) {
  try {
    return import_checked(bytes, source);
  } catch (const InputError& error) {
    std::vector<Diagnostic> diagnostics = error.diagnostics();
    for (Diagnostic& diagnostic : diagnostics) diagnostic.place.file = source;
    throw InputError(std::move(diagnostics));
  }
}

Network import_onnx(const std::string& path) { return import_onnx_bytes(read_file(path, kMaxFileBytes), path); }

}  // namespace swimsim
