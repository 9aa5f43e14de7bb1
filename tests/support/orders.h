#pragma once

// Random orders of rows and columns, for properties.

#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "models/array/mapping.h"

namespace swimsim::testing {

/// Of 0 .. count - 1.
inline std::vector<std::int64_t> any_permutation(std::int64_t count) {
  const auto keys = *rc::gen::container<std::vector<std::uint32_t>>(static_cast<std::size_t>(count), rc::gen::arbitrary<std::uint32_t>());
  std::vector<std::int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return keys[static_cast<std::size_t>(a)] < keys[static_cast<std::size_t>(b)]; });
  return order;
}

/// Rows or columns of a layer may be in an order of their own, or both, or none.
inline std::vector<LayerOrder> any_orders(const std::vector<MatrixShape>& layers) {
  std::vector<LayerOrder> orders;
  for (const MatrixShape& layer : layers) {
    LayerOrder& order = orders.emplace_back();
    if (*rc::gen::arbitrary<bool>()) order.outputs = any_permutation(layer.outputs);
    if (*rc::gen::arbitrary<bool>()) order.inputs = any_permutation(layer.inputs);
  }
  return orders;
}

}  // namespace swimsim::testing
