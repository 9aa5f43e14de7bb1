#pragma once

// Writes a graph of graph_reference.h as an ONNX model.

#include "tests/support/graph_reference.h"
#include "tests/support/network_onnx_models.h"

namespace swimsim::testing {

inline void window_attributes(onnx::NodeProto& proto, const Window& w) {
  OnnxModel::attribute(proto, "kernel_shape", {w.height, w.width});
  OnnxModel::attribute(proto, "strides", {w.stride_y, w.stride_x});
  OnnxModel::attribute(proto, "pads", {w.pad_y, w.pad_x, w.pad_below(), w.pad_right()});
  if (w.dilation_y != 1 || w.dilation_x != 1) OnnxModel::attribute(proto, "dilations", {w.dilation_y, w.dilation_x});
}

inline OnnxModel to_onnx(const Network& network, const std::vector<GraphNode>& nodes, int opset = 13) {
  const Shape& image = network.input_shape();
  OnnxModel model({-1, image.channels, image.height, image.width}, opset);
  const auto name = [&](int value) {
    if (value == 0) return std::string("input");
    return value == static_cast<int>(nodes.size()) ? std::string("out") : "v" + std::to_string(value);
  };
  const auto channels = [&](const std::string& of, const std::vector<float>& values) {
    model.weight(of, {static_cast<std::int64_t>(values.size())}, values);
    return of;
  };
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const GraphNode& node = nodes[n];
    const Node& ours = network.nodes()[n];
    std::vector<std::string> inputs;
    for (const int input : node.inputs) inputs.push_back(name(input));
    const std::string own = "n" + std::to_string(n) + ".";
    if (ours.weights >= 0) {
      const auto layer = static_cast<std::size_t>(ours.weights);
      const WeightLayer& description = network.weight_layers()[layer];
      std::vector<std::int64_t> shape{description.outputs, description.inputs};
      const std::int64_t places = node.window.height * node.window.width;
      if (node.kind == Op::conv) shape = {description.outputs, description.inputs / places, node.window.height, node.window.width};
      model.weight(description.name, shape, network.weights(layer));
      inputs.push_back(description.name);
      inputs.push_back(channels(own + "bias", network.biases(layer)));
    }
    if (ours.batch_norm >= 0) {
      const BatchNormParameters& p = network.batch_norms()[static_cast<std::size_t>(ours.batch_norm)];
      inputs.push_back(channels(own + "gamma", p.gamma));
      inputs.push_back(channels(own + "beta", p.beta));
      inputs.push_back(channels(own + "mean", p.mean));
      inputs.push_back(channels(own + "variance", p.variance));
    }
    if (node.kind == Op::clip) {
      model.weight(own + "low", {}, {kClipLow});
      model.weight(own + "high", {}, {kClipHigh});
      inputs.insert(inputs.end(), {own + "low", own + "high"});
    }
    if (node.kind == Op::pad) {
      const Window& w = node.window;
      model.integers(own + "pads", {0, 0, w.pad_y, w.pad_x, 0, 0, w.pad_below(), w.pad_right()});
      inputs.push_back(own + "pads");
    }
    onnx::NodeProto& proto = model.node(ours.layer->kind(), inputs, name(static_cast<int>(n) + 1));
    if (node.kind == Op::linear) {
      proto.set_op_type("Gemm");
      OnnxModel::attribute(proto, "transB", 1);
    }
    if (node.kind == Op::conv || node.kind == Op::max_pool || node.kind == Op::average_pool) window_attributes(proto, node.window);
    if (node.kind == Op::conv) OnnxModel::attribute(proto, "group", node.groups);
    if (node.kind == Op::average_pool) OnnxModel::attribute(proto, "count_include_pad", node.count_padding ? 1 : 0);
    if (node.kind == Op::batch_norm) OnnxModel::number(proto, "epsilon", 1e-3f);
    if (node.kind == Op::leaky_relu) OnnxModel::number(proto, "alpha", kLeakySlope);
    if (node.kind == Op::concat) OnnxModel::attribute(proto, "axis", 1);
  }
  model.output("out", {-1, network.classes()});
  return model;
}

}  // namespace swimsim::testing
