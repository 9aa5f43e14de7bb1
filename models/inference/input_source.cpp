#include "models/inference/input_source.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "models/network/layers/layer.h"

namespace swimsim {

namespace {

bool is_one_of(std::string_view kind, std::initializer_list<std::string_view> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

const Node& node_of(const Network& network, int value) { return network.nodes()[static_cast<std::size_t>(value - 1)]; }

}  // namespace

bool may_be_negative(const Network& network, const Normalization& normalization, int value) {
  if (value == 0) return std::any_of(normalization.mean.begin(), normalization.mean.end(), [](float mean) { return mean > 0; });
  const Node& node = node_of(network, value);
  const std::string_view kind = node.layer->kind();
  if (is_one_of(kind, {"Relu", "Sigmoid"})) return false;
  if (kind == "Clip") return node.layer->onnx().scalars.front() < 0;  // its lower limit
  if (!is_one_of(kind, {"MaxPool", "AveragePool", "GlobalAveragePool", "Flatten", "Pad", "Add", "Concat"})) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(), [&](int input) { return may_be_negative(network, normalization, input); });
}

int quantized_source(const Network& network, const ActivationRanges& ranges, int value) {
  if (value == 0) return -1;
  const Node& node = node_of(network, value);
  if (node.weights >= 0) {
    const auto layer = static_cast<std::size_t>(node.weights);
    return ranges.bits_of(layer) > 0 && ranges.range[layer] > 0 ? node.weights : -1;
  }
  if (!is_one_of(node.layer->kind(), {"Relu", "MaxPool", "Flatten", "Pad"})) return -1;
  return quantized_source(network, ranges, node.inputs[0]);
}

}  // namespace swimsim
