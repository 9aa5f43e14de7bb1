#pragma once

// A network whose channels have really changed places.

#include <vector>

#include "models/network/channel_axes.h"
#include "models/network/network.h"
#include "tests/support/orders.h"

namespace swimsim::testing {

using ChannelOrders = std::vector<std::vector<std::int64_t>>;  ///< per axis; empty: its own

/// For every axis that may be moved.
inline ChannelOrders any_channel_orders(const ChannelAxes& axes) {
  ChannelOrders orders;
  for (const ChannelAxes::Axis& axis : axes.axes)
    orders.push_back(axis.fixed || *rc::gen::weightedElement<bool>({{1, true}, {3, false}}) ? std::vector<std::int64_t>()
                                                                                            : any_permutation(axis.channels));
  return orders;
}

inline std::vector<LayerOrder> layer_orders(const ChannelAxes& axes, const ChannelOrders& orders) {
  std::vector<LayerOrder> of_layers;
  for (std::size_t layer = 0; layer < axes.outputs.size(); ++layer)
    of_layers.push_back({orders[axes.outputs[layer]], order_of_parts(axes, axes.inputs[layer], orders)});
  return of_layers;
}

inline void move(std::vector<float>& values, const std::vector<std::int64_t>& order) {
  if (order.empty() || values.empty()) return;
  const std::vector<float> old = values;
  for (std::size_t place = 0; place < old.size(); ++place) values[place] = old[static_cast<std::size_t>(order[place])];
}

inline void move_matrix(std::vector<float>& weights, const WeightLayer& shape, const LayerOrder& order) {
  const std::vector<float> old = weights;
  const auto at = [](const std::vector<std::int64_t>& of, std::int64_t place) {
    return of.empty() ? place : of[static_cast<std::size_t>(place)];
  };
  for (std::int64_t o = 0; o < shape.outputs; ++o) {
    for (std::int64_t i = 0; i < shape.inputs; ++i)
      weights[static_cast<std::size_t>(o * shape.inputs + i)] =
          old[static_cast<std::size_t>(at(order.outputs, o) * shape.inputs + at(order.inputs, i))];
  }
}

/// Weights, biases and batch norms in the order of their channels.
inline Network with_channels_moved(const Network& network, const ChannelAxes& axes, const ChannelOrders& orders) {
  Network moved = network;
  const std::vector<LayerOrder> of_layers = layer_orders(axes, orders);
  for (std::size_t layer = 0; layer < of_layers.size(); ++layer) {
    move_matrix(moved.weights(layer), network.weight_layers()[layer], of_layers[layer]);
    move(moved.biases(layer), of_layers[layer].outputs);
  }
  for (const Node& node : network.nodes()) {
    if (node.batch_norm < 0) continue;
    BatchNormParameters& parameters = moved.batch_norm(static_cast<std::size_t>(node.batch_norm));
    const auto order = order_of_parts(axes, axes.values[static_cast<std::size_t>(node.inputs[0])], orders);
    for (std::vector<float>* values : {&parameters.gamma, &parameters.beta, &parameters.mean, &parameters.variance}) move(*values, order);
  }
  return moved;
}

}  // namespace swimsim::testing
