#pragma once

#include <string>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

/// Reads an ONNX model (opset 11 to 17, one image input, one output [batch][classes]) with float32 weights inside the file.
/// Throws InputError naming the file and, where there is one, the node, the operator or the initialiser, and saying what is supported:
/// a file that does not parse or check, an unknown operator, an attribute we cannot honour, weights that are NaN or infinite, external
/// data.
Network import_onnx(const std::string& path);

/// As `import_onnx`, from bytes; `source` names them in messages.
Network import_onnx_bytes(const std::string& bytes, const std::string& source);

/// Operators that the import knows, in alphabetical order.
std::vector<std::string> supported_onnx_operators();

}  // namespace swimsim
