#pragma once

#include <string>

#include "models/network/network.h"

namespace swimsim {

/// The network as an ONNX model (opset 13, float32, any batch) that `import_onnx` reads back: same graph, weights, biases and names.
/// Throws InputError, naming the node, if a layer has no ONNX form.
std::string export_onnx(const Network& network);

}  // namespace swimsim
