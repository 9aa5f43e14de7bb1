#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// x for x > 0, slope * x otherwise; slope is above 0. Second order: slope^2 on the negative side.
std::shared_ptr<const Layer> make_leaky_relu(float slope);
/// x held to low .. high (ReLU6 is 0 .. 6). Both derivatives pass strictly between them.
std::shared_ptr<const Layer> make_clip(float low, float high);
/// 1 / (1 + exp(-x)). Second order: f'^2 h, see ActivationOperator.
std::shared_ptr<const Layer> make_sigmoid();
/// tanh(x). Second order: f'^2 h.
std::shared_ptr<const Layer> make_tanh();

/// Import ONNX LeakyRelu, Clip (limits are constants), Sigmoid and Tanh.
int import_leaky_relu(const OnnxNode& node, Network& network);
int import_clip(const OnnxNode& node, Network& network);
int import_sigmoid(const OnnxNode& node, Network& network);
int import_tanh(const OnnxNode& node, Network& network);

}  // namespace swimsim
