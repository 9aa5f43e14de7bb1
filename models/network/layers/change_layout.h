#pragma once

#include <memory>

#include "models/network/layers/layer.h"

namespace swimsim {

/// Copies a value of `batch` images into another layout; backward brings the derivative back.
std::unique_ptr<LayerOperator> make_layout_change(std::int64_t batch, const Shape& shape, Layout from, Layout to);

}  // namespace swimsim
