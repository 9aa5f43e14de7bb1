#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// [channels][height][width] to one vector, in that order.
std::shared_ptr<const Layer> make_flatten();

/// Imports ONNX Flatten with axis 1.
int import_flatten(const OnnxNode& node, Network& network);
/// Imports ONNX Reshape with a constant shape that keeps the batch and flattens the rest.
int import_reshape(const OnnxNode& node, Network& network);

}  // namespace swimsim
