#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// Batch norm with running statistics: (x - mean) / sqrt(variance + epsilon) * gamma + beta for each channel. First order: the factor
/// gamma / sqrt(variance + epsilon); second order: its square. The parameters live in the Network.
std::shared_ptr<const Layer> make_batch_norm(std::int64_t channels);

/// The same as x * scale + shift.
struct ChannelAffine {
  std::vector<float> scale, shift;
};
ChannelAffine affine_of(const BatchNormParameters& parameters);

/// Imports ONNX BatchNormalization (training_mode 0) with constant parameters.
int import_batch_norm(const OnnxNode& node, Network& network);

}  // namespace swimsim
