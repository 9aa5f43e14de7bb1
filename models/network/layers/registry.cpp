#include "models/network/layers/registry.h"

#include "models/network/layers/conv.h"
#include "models/network/layers/flatten.h"
#include "models/network/layers/linear.h"
#include "models/network/layers/max_pool.h"
#include "models/network/layers/relu.h"

namespace swimsim {

namespace {

int import_identity(const OnnxNode& node, Network&) { return node.value(0); }

}  // namespace

const std::vector<OnnxOperator>& onnx_operators() {
  static const std::vector<OnnxOperator> operators = {
      {"Add", import_bias_add},     {"Conv", import_conv},         {"Flatten", import_flatten},
      {"Gemm", import_gemm},        {"Identity", import_identity}, {"MatMul", import_matmul},
      {"MaxPool", import_max_pool}, {"Relu", import_relu},         {"Reshape", import_reshape},
  };
  return operators;
}

}  // namespace swimsim
