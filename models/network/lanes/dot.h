#pragma once

#include <cstdint>

namespace swimsim::lanes {

/// The inputs that one output sums over.
struct Taps {
  const std::int32_t* offset = nullptr;  ///< of the input, in floats from the place of a pixel
  const std::int32_t* row = nullptr;     ///< of the packed weights
  std::int64_t count = 0;
};

/// sums[output][image] = sum over the taps, in order, of input * weight; every output by itself, so no bit depends on how outputs and
/// pixels are grouped. `weights` is [row][outputs]. Of several pixels the largest sum of each output counts.
using DotFunction = void (*)(const float* const* pixels, const Taps& taps, const float* weights, float* sums);

/// Outputs of one block where `outputs` are wanted: an even number up to 24.
constexpr int kLargestBlock = 24;
int one_pixel_block(std::int64_t outputs);
DotFunction one_pixel_dot(int block);

/// The same for four pixels at once: 2, 4 or 6.
constexpr int kQuad = 4;
int quad_block(std::int64_t outputs);
DotFunction quad_dot(int block);

}  // namespace swimsim::lanes
