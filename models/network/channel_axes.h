#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

/// Which channels of a network can change places, and which of them only together: the outputs of a layer are the inputs of the layers
/// that read it, so that an order of its outputs is absorbed by the order of their inputs.
struct ChannelAxes {
  /// Channels that are the same wherever they come by.
  struct Axis {
    std::int64_t channels = 0;
    bool fixed = false;               ///< keeps its order: images, logits, convolutions with groups
    std::vector<std::size_t> layers;  ///< weight layers whose outputs they are
  };
  /// A row of channels inside a value; each channel is so many numbers (channels of the value, or word lines) that follow one another.
  struct Part {
    std::size_t axis = 0;
    std::int64_t each = 1;
  };

  std::vector<Axis> axes;
  std::vector<std::vector<Part>> values;  ///< of every value of the network, in the order of its channels
  std::vector<std::size_t> outputs;       ///< per weight layer: the axis of its outputs
  std::vector<std::vector<Part>> inputs;  ///< per weight layer: its rows, one after the other
};

/// Follows the channels through the graph. Activations, batch norms and pools keep them, flattening makes height * width inputs of each,
/// an addition ties those of its operands together, a concatenation puts them side by side; a layer that says nothing of its channels
/// (ChannelRule) fixes them.
ChannelAxes find_channel_axes(const Network& network);

/// Order of the numbers of these parts, place by place, when the channels of axis a are in the order `order[a]` (channel by place; empty:
/// their own). Empty if all of them are in their own.
std::vector<std::int64_t> order_of_parts(const ChannelAxes& axes, const std::vector<ChannelAxes::Part>& parts,
                                         const std::vector<std::vector<std::int64_t>>& order);

}  // namespace swimsim
