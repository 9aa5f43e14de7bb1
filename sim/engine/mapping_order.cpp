#include "sim/engine/mapping_order.h"

#include <algorithm>
#include <cmath>

#include "models/network/channel_axes.h"
#include "models/selection/channel_order.h"

namespace swimsim {

namespace {

std::vector<double> channel_scores(const ChannelAxes::Axis& axis, const Mapping& mapping,
                                   const std::vector<std::vector<double>>& sensitivity) {
  std::vector<double> score(static_cast<std::size_t>(axis.channels), 0.0);
  for (const std::size_t layer : axis.layers) {
    const auto inputs = static_cast<std::size_t>(mapping.layers()[layer].inputs);
    for (std::size_t weight = 0; weight < sensitivity[layer].size(); ++weight)
      score[weight / inputs] += std::fabs(sensitivity[layer][weight]);
  }
  return score;
}

/// The layer with most weights, the first of equals.
std::size_t largest_layer(const ChannelAxes::Axis& axis, const Mapping& mapping) {
  return *std::max_element(axis.layers.begin(), axis.layers.end(), [&](std::size_t a, std::size_t b) {
    return mapping.layers()[a].outputs * mapping.layers()[a].inputs < mapping.layers()[b].outputs * mapping.layers()[b].inputs;
  });
}

}  // namespace

std::vector<LayerOrder> order_by_sensitivity(const Network& network, const Mapping& mapping,
                                             const std::vector<std::vector<double>>& sensitivity, int column_mux, bool spread) {
  const ChannelAxes axes = find_channel_axes(network);
  std::vector<std::vector<std::int64_t>> of_axis;
  for (const ChannelAxes::Axis& axis : axes.axes) {
    of_axis.emplace_back();
    if (axis.fixed || axis.layers.empty()) continue;
    const OutputColumns columns{mapping.cells_per_weight(largest_layer(axis, mapping)), mapping.options().tile_cols, column_mux, spread};
    of_axis.back() = outputs_by_score(channel_scores(axis, mapping, sensitivity), columns);
  }
  std::vector<LayerOrder> orders;
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer)
    orders.push_back({of_axis[axes.outputs[layer]], order_of_parts(axes, axes.inputs[layer], of_axis)});
  return orders;
}

}  // namespace swimsim
