#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"
#include "models/network/layers/window.h"

namespace swimsim {

/// 2-D convolution (cross-correlation, as ONNX) with weights [out_channels][in_channels][height][width].
std::shared_ptr<const Layer> make_conv(std::int64_t out_channels, std::int64_t in_channels, const Window& window);

/// Imports ONNX Conv of two dimensions with constant weights; the bias is optional; no groups.
int import_conv(const OnnxNode& node, Network& network);

}  // namespace swimsim
