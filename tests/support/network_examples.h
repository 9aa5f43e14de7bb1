#pragma once

#include "tests/support/network_reference.h"

namespace swimsim::testing {

using Kind = LayerSpec::Kind;

/// A small network with every layer kind in an awkward form: a strided convolution, an overlapping padded pool.
inline const Shape kSmallInput{2, 11, 9, false};
inline std::vector<LayerSpec> small_specs() {
  return {{Kind::conv, 5, window_of(3, 1, 1)},
          {Kind::relu, 0, {}},
          {Kind::max_pool, 0, window_of(3, 2, 1)},
          {Kind::conv, 7, window_of(3, 2, 0)},
          {Kind::relu, 0, {}},
          {Kind::flatten, 0, {}},
          {Kind::linear, 12, {}},
          {Kind::relu, 0, {}},
          {Kind::linear, 4, {}}};
}

/// Enough channels that the convolutions run in oneDNN's own layouts.
inline std::vector<LayerSpec> wide_specs() {
  return {{Kind::conv, 24, window_of(3, 1, 1)},
          {Kind::relu, 0, {}},
          {Kind::conv, 18, window_of(3, 1, 1)},
          {Kind::relu, 0, {}},
          {Kind::max_pool, 0, window_of(2, 2, 0)},
          {Kind::flatten, 0, {}},
          {Kind::linear, 4, {}}};
}

}  // namespace swimsim::testing
