#include "models/network/layers/vanishing.h"

#include <fmt/format.h>

namespace swimsim {

int import_identity(const OnnxNode& node, Network&) { return node.value(0); }

int import_dropout(const OnnxNode& node, Network&) {
  const OnnxTensor* training = node.constant_or_null(2);
  const bool trains = training != nullptr && (training->integers.size() != 1 || training->integers[0] != 0);
  if (trains) node.refuse("training_mode true is not supported; export the network in evaluation mode");
  return node.value(0);
}

int import_softmax(const OnnxNode& node, Network& network) {
  if (!node.is_last) node.refuse("is supported as the last node only");
  const Shape& shape = network.value_shape(node.value(0));
  const std::int64_t axis = node.integer("axis", shape.flat ? -1 : 1);
  if (!shape.flat || (axis != 1 && axis != -1)) {
    node.refuse(fmt::format("axis {} of {} is not supported, only the classes of a flattened value", axis, to_string(shape)));
  }
  return node.value(0);
}

}  // namespace swimsim
