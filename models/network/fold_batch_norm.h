#pragma once

#include "models/network/network.h"

namespace swimsim {

/// The same network with every batch norm that directly follows a weight layer, as its only reader, folded into that layer: weights
/// of output o times gamma / sqrt(variance + epsilon), the bias accordingly. Layers without a bias get one. What the crossbars hold is then
/// the folded weights, and a quantiser sees the output after the batch norm. Other batch norms stay as they are.
Network fold_batch_norms(const Network& network);

}  // namespace swimsim
