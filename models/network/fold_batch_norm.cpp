#include "models/network/fold_batch_norm.h"

#include "models/network/layers/batch_norm.h"
#include "models/network/layers/layer.h"

namespace swimsim {

namespace {

// Per node: the batch norm that goes into its weights, or -1.
std::vector<int> batch_norms_to_fold(const Network& network) {
  const std::vector<Node>& nodes = network.nodes();
  std::vector<int> readers(nodes.size() + 1, 0);
  for (const Node& node : nodes) {
    for (const int input : node.inputs) ++readers[static_cast<std::size_t>(input)];
  }
  std::vector<int> folded(nodes.size(), -1);
  for (const Node& node : nodes) {
    if (node.batch_norm < 0 || node.inputs[0] == 0) continue;
    const auto source = static_cast<std::size_t>(node.inputs[0]) - 1;
    if (nodes[source].weights >= 0 && readers[source + 1] == 1) folded[source] = node.batch_norm;
  }
  return folded;
}

void fold(const BatchNormParameters& batch_norm, std::vector<float>& weights, std::vector<float>& bias) {
  const ChannelAffine affine = affine_of(batch_norm);
  const std::size_t outputs = affine.scale.size(), inputs = weights.size() / outputs;
  if (bias.empty()) bias.assign(outputs, 0.0f);
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t i = 0; i < inputs; ++i) weights[o * inputs + i] *= affine.scale[o];
    bias[o] = bias[o] * affine.scale[o] + affine.shift[o];
  }
}

}  // namespace

Network fold_batch_norms(const Network& network) {
  const std::vector<int> folded = batch_norms_to_fold(network);
  Network result(network.name(), network.input_shape());
  std::vector<int> value_of{0};  // of each of the old values
  for (std::size_t n = 0; n < network.nodes().size(); ++n) {
    const Node& node = network.nodes()[n];
    std::vector<int> inputs;
    for (const int input : node.inputs) inputs.push_back(value_of[static_cast<std::size_t>(input)]);
    if (node.batch_norm >= 0) {
      const bool vanishes = node.inputs[0] > 0 && folded[static_cast<std::size_t>(node.inputs[0]) - 1] == node.batch_norm;
      const auto index = static_cast<std::size_t>(node.batch_norm);
      value_of.push_back(vanishes ? inputs[0] : result.add_batch_norm(node.name, inputs[0], network.batch_norms()[index]));
    } else if (node.weights >= 0) {
      const auto layer = static_cast<std::size_t>(node.weights);
      std::vector<float> weights = network.weights(layer), bias = network.biases(layer);
      if (folded[n] >= 0) fold(network.batch_norms()[static_cast<std::size_t>(folded[n])], weights, bias);
      value_of.push_back(
          result.add(node.name, node.layer, std::move(inputs), network.weight_layers()[layer], std::move(weights), std::move(bias)));
    } else {
      value_of.push_back(result.add(node.name, node.layer, std::move(inputs)));
    }
  }
  return result;
}

}  // namespace swimsim
