#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// max(x, 0). Both derivatives pass where x > 0.
std::shared_ptr<const Layer> make_relu();

/// Imports ONNX Relu.
int import_relu(const OnnxNode& node, Network& network);

}  // namespace swimsim
