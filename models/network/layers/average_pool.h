#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"
#include "models/network/layers/window.h"

namespace swimsim {

/// Mean of each window. With `count_padding` the padding counts as zeros, k = kernel height * width; without it k counts what lies on
/// the image. First order: diff / k; second order: h / k^2, with `reference_quirks` h / k as the authors' code.
std::shared_ptr<const Layer> make_average_pool(const Window& window, bool count_padding);

/// Mean of each channel: [channels][1][1].
std::shared_ptr<const Layer> make_global_average_pool();

/// Import ONNX AveragePool (two dimensions) and GlobalAveragePool.
int import_average_pool(const OnnxNode& node, Network& network);
int import_global_average_pool(const OnnxNode& node, Network& network);

}  // namespace swimsim
