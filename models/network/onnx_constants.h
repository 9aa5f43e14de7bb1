#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// Operators that are worked out while importing, where all their inputs are constants: the shape arithmetic that exporters write in front
/// of a Reshape. In alphabetical order.
std::vector<std::string> constant_operators();

/// The tensor that `node` computes from constants, or nothing if it is not one of `constant_operators` or reads values of the network.
/// `Shape` of a value is taken for one image: the batch has size 1. Throws InputError, naming the node, if it makes no sense.
std::optional<OnnxTensor> fold_constants(const OnnxNode& node, const Network& network);

}  // namespace swimsim
