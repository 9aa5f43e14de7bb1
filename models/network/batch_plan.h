#pragma once

#include <cstdint>
#include <vector>

#include "models/network/layers/layer.h"
#include "models/network/network.h"

namespace swimsim {

/// A value at work: one of the network's, or a copy of one in another layout.
struct PlannedValue {
  Shape shape;
  Layout layout = Layout::plain;
  bool wants_gradient = false;  ///< some weight lies before it
  int buffer = -1;              ///< where its numbers lie; values share buffers in place or at different times
  int diff_buffer = -1;         ///< likewise its derivative; -1: none
};

/// One operator at work, in the order of execution.
struct PlannedStep {
  int node = -1;                      ///< of the network; -1: a change of layout
  std::vector<int> inputs;            ///< planned values
  std::vector<Layout> input_layouts;  ///< what the operator takes them for
  int output = 0;                     ///< planned value
};

/// How a network runs on batches: layouts, changes of layout where they differ, and buffers. Every value that a backward pass reads
/// keeps its buffer until the next forward pass, so a forward pass may be followed by several backward passes.
struct BatchPlan {
  std::vector<PlannedValue> values;        ///< value 0 is the network's input, the last one its output
  std::vector<PlannedStep> steps;          ///< step i computes value i + 1
  std::vector<std::int64_t> buffers;       ///< elements for one image
  std::vector<std::int64_t> diff_buffers;  ///< likewise
};

/// training: batch norms keep their inputs, which they need for the way back.
BatchPlan plan_batch(const Network& network, bool backward, bool training);

}  // namespace swimsim
