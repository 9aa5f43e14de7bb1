#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// The sum of two values of one shape, as a residual network's shortcut. Both derivatives go to both unchanged.
std::shared_ptr<const Layer> make_add();

/// Imports ONNX Add: of two values, or of the constant bias that follows a MatMul.
int import_add(const OnnxNode& node, Network& network);

}  // namespace swimsim
