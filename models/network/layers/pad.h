#pragma once

#include <memory>

#include "models/network/layers/layer.h"
#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// Rows and columns of zeros around an image.
struct Border {
  std::int64_t above = 0, left = 0, below = 0, right = 0;
};
/// Both derivatives of the zeros are dropped.
std::shared_ptr<const Layer> make_pad(const Border& border);

/// Imports ONNX Pad of height and width with zeros, as PyTorch writes it in front of an average pool; without any padding it vanishes.
int import_pad(const OnnxNode& node, Network& network);

}  // namespace swimsim
