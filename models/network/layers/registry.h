#pragma once

#include <string>
#include <vector>

#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// How one ONNX operator becomes part of a network.
struct OnnxOperator {
  std::string name;
  OnnxRule rule;
};

/// The registration list, in alphabetical order: a new operator is a line there.
const std::vector<OnnxOperator>& onnx_operators();

}  // namespace swimsim
