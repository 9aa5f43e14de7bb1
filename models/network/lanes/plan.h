#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/network/lanes/layout.h"
#include "models/network/layers/window.h"
#include "models/network/network.h"

namespace swimsim::lanes {

/// What the engine does in one go: a weight layer with all that follows it up to the next one, or a layer that stands alone.
struct Stage {
  enum class Kind { conv, linear, max_pool, relu } kind = Kind::linear;
  Layout input, output;
  Window window;          ///< of a convolution or a pool
  std::size_t layer = 0;  ///< which weight layer
  bool relu = false;      ///< a weight layer: negative outputs become 0, after the quantiser
  bool halves = false;    ///< a convolution: a 2x2 max pool of stride 2 follows

  bool has_weights() const { return kind == Kind::conv || kind == Kind::linear; }
  /// Offset in the input, padding counted, of the first input of the window at a place of the convolution's own output.
  std::int64_t window_corner(std::int64_t y, std::int64_t x) const {
    return input.at(0, y * window.stride_y - window.pad_y, x * window.stride_x - window.pad_x);
  }
  /// Offsets in floats of the inputs of one output from the corner of its window, in the order of the weights; of a linear layer from the
  /// start.
  std::vector<std::int32_t> input_offsets() const;
};

/// A chain of stages; each reads what the one before it wrote.
struct Plan {
  std::vector<Stage> stages;
};

/// The plan of a network that suits the lanes, nothing for others. Suitable is a chain of Conv (one group, no dilation, the same pad on
/// opposite sides), Linear, Relu, MaxPool and Flatten whose first layer with arithmetic has weights, with at most 2^18 weights a layer and
/// 2^14 elements a value: the images of one register and the weights of a layer then stay in a core's own cache.
std::optional<Plan> plan_for(const Network& network);

}  // namespace swimsim::lanes
