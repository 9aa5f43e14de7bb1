#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"
#include "models/network/layers/window.h"

namespace swimsim {

/// Largest value of each window; padding never wins. Both derivatives go to the first maximum in scan order (row by row).
std::shared_ptr<const Layer> make_max_pool(const Window& window);

/// Imports ONNX MaxPool of two dimensions with one output.
int import_max_pool(const OnnxNode& node, Network& network);

}  // namespace swimsim
