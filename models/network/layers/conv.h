#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"
#include "models/network/layers/window.h"

namespace swimsim {

/// 2-D convolution (cross-correlation, as ONNX) with weights [out_channels][in_channels / groups][height][width]. Output channel o reads
/// the input channels of group o / (out_channels / groups). A row of the weight matrix is one output channel's kernel, so a crossbar holds
/// the groups side by side and drives them one after the other.
std::shared_ptr<const Layer> make_conv(std::int64_t out_channels, std::int64_t in_channels, const Window& window, std::int64_t groups = 1);

/// Imports ONNX Conv of two dimensions with constant weights; the bias is optional.
int import_conv(const OnnxNode& node, Network& network);

}  // namespace swimsim
