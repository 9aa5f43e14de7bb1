#include "models/network/network.h"

#include <fmt/format.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/network/layers/batch_norm.h"
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
  nodes_.push_back({node_name, std::move(layer), std::move(inputs), -1, -1});
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

int Network::add_batch_norm(const std::string& node_name, int input, BatchNormParameters parameters) {
  const std::size_t channels = parameters.gamma.size();
  const bool same = parameters.beta.size() == channels && parameters.mean.size() == channels && parameters.variance.size() == channels;
  if (!same) throw InputError(fmt::format("node '{}': gamma, beta, mean and variance must have one number for each channel", node_name));
  for (std::size_t c = 0; c < channels; ++c) {
    const bool finite = std::isfinite(parameters.gamma[c]) && std::isfinite(parameters.beta[c]) && std::isfinite(parameters.mean[c]);
    const float spread = parameters.variance[c] + parameters.epsilon;
    if (!finite || !(parameters.variance[c] >= 0) || !(spread > 0) || !std::isfinite(spread)) {
      throw InputError(fmt::format(
          "node '{}': channel {} has gamma {}, beta {}, mean {}, variance {} and epsilon {}; they must be finite, "
          "the variance 0 or more and with epsilon above 0",
          node_name, c, parameters.gamma[c], parameters.beta[c], parameters.mean[c], parameters.variance[c], parameters.epsilon));
    }
  }
  const int value = add(node_name, make_batch_norm(static_cast<std::int64_t>(channels)), {input});
  nodes_.back().batch_norm = static_cast<int>(batch_norms_.size());
  batch_norms_.push_back(std::move(parameters));
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
