#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// The channels of several values one after the other. Both derivatives are cut into the same parts.
std::shared_ptr<const Layer> make_concat();

/// Imports ONNX Concat of values along the channels.
int import_concat(const OnnxNode& node, Network& network);

}  // namespace swimsim
