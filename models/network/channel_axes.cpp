#include "models/network/channel_axes.h"

#include <algorithm>
#include <limits>

#include "models/network/layers/layer.h"
#include "models/network/layers/window.h"

namespace swimsim {

namespace {

using Part = ChannelAxes::Part;

/// Axes while they are being tied together: each points to an older one that it is the same as, or to itself.
class AxisFinder {
 public:
  explicit AxisFinder(const Network& network) : network_(network) {
    const std::size_t layers = network.weight_layers().size();
    found_.outputs.resize(layers);
    found_.inputs.resize(layers);
    found_.values.push_back({new_axis(network.input_shape().channels)});
    fix(found_.values.back());
    for (const Node& node : network.nodes()) found_.values.push_back(node.weights >= 0 ? weight_layer(node) : other(node));
    fix(found_.values.back());
  }

  /// With one axis for all that are the same, in the order in which they come by.
  ChannelAxes axes() {
    ChannelAxes result = found_;
    std::vector<std::size_t> number(found_.axes.size(), std::numeric_limits<std::size_t>::max());
    result.axes.clear();
    for (std::size_t axis = 0; axis < found_.axes.size(); ++axis) {
      if (root(axis) != axis) continue;
      number[axis] = result.axes.size();
      result.axes.push_back(found_.axes[axis]);
    }
    const auto rename = [&](std::vector<std::vector<Part>>& all) {
      for (auto& parts : all) {
        for (Part& part : parts) part.axis = number[root(part.axis)];
      }
    };
    rename(result.values);
    rename(result.inputs);
    for (std::size_t layer = 0; layer < result.outputs.size(); ++layer) {
      result.outputs[layer] = number[root(result.outputs[layer])];
      result.axes[result.outputs[layer]].layers.push_back(layer);
    }
    return result;
  }

 private:
  Part new_axis(std::int64_t channels) {
    same_as_.push_back(found_.axes.size());
    found_.axes.push_back({channels, false, {}});
    return {found_.axes.size() - 1, 1};
  }

  std::size_t root(std::size_t axis) const {
    while (same_as_[axis] != axis) axis = same_as_[axis];
    return axis;
  }

  void fix(const std::vector<Part>& parts) {
    for (const Part& part : parts) found_.axes[root(part.axis)].fixed = true;
  }

  void tie(const std::vector<Part>& a, const std::vector<Part>& b) {
    const bool alike = std::equal(a.begin(), a.end(), b.begin(), b.end(), [this](const Part& x, const Part& y) {
      return x.each == y.each && found_.axes[x.axis].channels == found_.axes[y.axis].channels;
    });
    if (!alike) {
      fix(a);
      fix(b);
      return;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t first = std::min(root(a[i].axis), root(b[i].axis)), second = std::max(root(a[i].axis), root(b[i].axis));
      same_as_[second] = first;
      found_.axes[first].fixed = found_.axes[first].fixed || found_.axes[second].fixed;
    }
  }

  const std::vector<Part>& value(int which) const { return found_.values[static_cast<std::size_t>(which)]; }

  std::vector<Part> weight_layer(const Node& node) {
    const auto layer = static_cast<std::size_t>(node.weights);
    const WeightLayer& shape = network_.weight_layers()[layer];
    const Window* window = node.layer->window();
    const std::int64_t kernel = window == nullptr ? 1 : window->height * window->width;
    const Part output = new_axis(shape.outputs);
    found_.outputs[layer] = output.axis;
    std::vector<Part> inputs = value(node.inputs[0]);
    if (network_.value_shape(node.inputs[0]).channels * kernel != shape.inputs) {  // groups: each reads channels of its own
      fix(inputs);
      fix({output});
      inputs = {new_axis(shape.inputs)};
      fix(inputs);
    } else {
      for (Part& part : inputs) part.each *= kernel;
    }
    found_.inputs[layer] = inputs;
    return {output};
  }

  std::vector<Part> other(const Node& node) {
    std::vector<Part> parts;
    switch (node.layer->channel_rule()) {
      case ChannelRule::kept:
        for (const int input : node.inputs) tie(value(node.inputs[0]), value(input));
        return value(node.inputs[0]);
      case ChannelRule::joined:
        for (const int input : node.inputs) parts.insert(parts.end(), value(input).begin(), value(input).end());
        return parts;
      case ChannelRule::flattened:
        parts = value(node.inputs[0]);
        for (Part& part : parts) part.each *= network_.value_shape(node.inputs[0]).height * network_.value_shape(node.inputs[0]).width;
        return parts;
      case ChannelRule::unknown:
        break;
    }
    for (const int input : node.inputs) fix(value(input));
    parts = {new_axis(network_.value_shape(static_cast<int>(found_.values.size())).channels)};
    fix(parts);
    return parts;
  }

  const Network& network_;
  ChannelAxes found_;
  std::vector<std::size_t> same_as_;
};

}  // namespace

ChannelAxes find_channel_axes(const Network& network) { return AxisFinder(network).axes(); }

std::vector<std::int64_t> order_of_parts(const ChannelAxes& axes, const std::vector<ChannelAxes::Part>& parts,
                                         const std::vector<std::vector<std::int64_t>>& order) {
  std::vector<std::int64_t> numbers;
  if (std::all_of(parts.begin(), parts.end(), [&](const Part& part) { return order[part.axis].empty(); })) return numbers;
  std::int64_t first = 0;  // of the part
  for (const Part& part : parts) {
    const std::vector<std::int64_t>& channels = order[part.axis];
    for (std::int64_t place = 0; place < axes.axes[part.axis].channels; ++place) {
      const std::int64_t channel = channels.empty() ? place : channels[static_cast<std::size_t>(place)];
      for (std::int64_t k = 0; k < part.each; ++k) numbers.push_back(first + channel * part.each + k);
    }
    first += axes.axes[part.axis].channels * part.each;
  }
  return numbers;
}

}  // namespace swimsim
