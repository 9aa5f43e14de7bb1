#pragma once

#include <cstdint>

#include "models/network/lanes/taps.h"

namespace swimsim::lanes {

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
