#include "models/network/network.h"

#include <fmt/format.h>

#include "models/common/errors.h"
#include "models/network/layers/layer.h"

namespace swimsim {

std::string to_string(const Shape& shape) {
  return shape.flat ? fmt::format("{}", shape.channels) : fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}

std::int64_t Network::classes() const { return value_shape(static_cast<int>(nodes_.size())).elements(); }

int Network::add(const std::string& node_name, std::shared_ptr<const Layer> layer, std::vector<int> inputs) {
  std::vector<Shape> shapes;
  for (const int input : inputs) {
    if (input < 0 || input > static_cast<int>(nodes_.size())) throw std::logic_error("a node may read older values only");
    shapes.push_back(value_shape(input));
  }
  Shape shape;
  try {
    shape = layer->output_shape(shapes);
  } catch (const InputError& error) {
    throw InputError(fmt::format("node '{}': {}", node_name, error.what()));
  }
  if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || shape.channels > kMaxValueElements ||
      shape.height > kMaxValueElements / shape.channels || shape.width > kMaxValueElements / (shape.channels * shape.height)) {
    throw InputError(fmt::format("node '{}': its output {} has more than {} elements", node_name, to_string(shape), kMaxValueElements));
  }
  nodes_.push_back({node_name, std::move(layer), std::move(inputs), -1});
  shapes_.push_back(shape);
  return static_cast<int>(nodes_.size());
}

int Network::add(const std::string& node_name, std::shared_ptr<const Layer> layer, std::vector<int> inputs, WeightLayer description,
                 std::vector<float> weights, std::vector<float> bias) {
  const bool bias_fits = bias.empty() || static_cast<std::int64_t>(bias.size()) == description.outputs;
  if (static_cast<std::int64_t>(weights.size()) != description.count() || !bias_fits) {
    throw InputError(fmt::format("node '{}': weights '{}' hold {} values and the bias {}; expected {} x {} and {} or none", node_name,
                                 description.name, weights.size(), bias.size(), description.outputs, description.inputs,
                                 description.outputs));
  }
  const int value = add(node_name, std::move(layer), std::move(inputs));
  nodes_.back().weights = static_cast<int>(weight_layers_.size());
  weight_layers_.push_back(std::move(description));
  weights_.push_back(std::move(weights));
  biases_.push_back(std::move(bias));
  return value;
}

std::int64_t Network::weight_count() const {
  std::int64_t count = 0;
  for (const auto& layer : weights_) count += static_cast<std::int64_t>(layer.size());
  return count;
}

std::int64_t Network::bias_count() const {
  std::int64_t count = 0;
  for (const auto& layer : biases_) count += static_cast<std::int64_t>(layer.size());
  return count;
}

}  // namespace swimsim
