#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// W x + b on a flattened value; W is [outputs][inputs].
std::shared_ptr<const Layer> make_linear(std::int64_t outputs, std::int64_t inputs);

/// Imports ONNX Gemm with constant B and C and transA 0; the layer's weights are alpha * B, its bias beta * C.
int import_gemm(const OnnxNode& node, Network& network);
/// Imports ONNX MatMul of a value and a constant [inputs][outputs].
int import_matmul(const OnnxNode& node, Network& network);
/// Imports the ONNX Add of a constant bias that follows a MatMul.
int import_bias_add(const OnnxNode& node, Network& network);

}  // namespace swimsim
