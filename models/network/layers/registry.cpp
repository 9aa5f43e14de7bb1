#include "models/network/layers/registry.h"

#include "models/network/layers/activations.h"
#include "models/network/layers/add.h"
#include "models/network/layers/average_pool.h"
#include "models/network/layers/batch_norm.h"
#include "models/network/layers/concat.h"
#include "models/network/layers/conv.h"
#include "models/network/layers/flatten.h"
#include "models/network/layers/linear.h"
#include "models/network/layers/max_pool.h"
#include "models/network/layers/pad.h"
#include "models/network/layers/relu.h"
#include "models/network/layers/vanishing.h"

namespace swimsim {

const std::vector<OnnxOperator>& onnx_operators() {
  static const std::vector<OnnxOperator> operators = {
      {"Add", import_add},
      {"AveragePool", import_average_pool},
      {"BatchNormalization", import_batch_norm},
      {"Clip", import_clip},
      {"Concat", import_concat},
      {"Conv", import_conv},
      {"Dropout", import_dropout},
      {"Flatten", import_flatten},
      {"Gemm", import_gemm},
      {"GlobalAveragePool", import_global_average_pool},
      {"Identity", import_identity},
      {"LeakyRelu", import_leaky_relu},
      {"LogSoftmax", import_softmax},
      {"MatMul", import_matmul},
      {"MaxPool", import_max_pool},
      {"Pad", import_pad},
      {"Relu", import_relu},
      {"Reshape", import_reshape},
      {"Sigmoid", import_sigmoid},
      {"Softmax", import_softmax},
      {"Tanh", import_tanh},
  };
  return operators;
}

}  // namespace swimsim
