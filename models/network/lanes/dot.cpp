#include "models/network/lanes/dot.h"

#include <algorithm>
#include <stdexcept>

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

namespace {

// At most 24 sums live in registers, with room for the inputs and one weight.
template <int kPixels, int kOutputs>
void dot(const float* const* pixels, const Taps& taps, const float* weights, float* sums) {
  Lanes sum[kOutputs][kPixels] = {};
  for (const Tap* tap = taps.first; tap != taps.first + taps.count; ++tap) {
    const float* row = weights + std::int64_t{tap->row} * kOutputs;
    Lanes input[kPixels];
    for (int pixel = 0; pixel < kPixels; ++pixel) input[pixel] = load(pixels[pixel] + tap->offset);
#pragma GCC unroll 24  // else the sums would live in memory
    for (int output = 0; output < kOutputs; ++output) {
      const Lanes weight = all(row[output]);
      for (int pixel = 0; pixel < kPixels; ++pixel) sum[output][pixel] = multiply_add(input[pixel], weight, sum[output][pixel]);
    }
  }
#pragma GCC unroll 24
  for (int output = 0; output < kOutputs; ++output) {
    Lanes largest = sum[output][0];
    for (int pixel = 1; pixel < kPixels; ++pixel) largest = larger(largest, sum[output][pixel]);
    store(sums + output * kLanes, largest);
  }
}

}  // namespace

int one_pixel_block(std::int64_t outputs) { return static_cast<int>(std::min<std::int64_t>(kLargestBlock, (outputs + 1) / 2 * 2)); }

DotFunction one_pixel_dot(int block) {
  switch (block) {
    case 2:
      return dot<1, 2>;
    case 4:
      return dot<1, 4>;
    case 6:
      return dot<1, 6>;
    case 8:
      return dot<1, 8>;
    case 10:
      return dot<1, 10>;
    case 12:
      return dot<1, 12>;
    case 14:
      return dot<1, 14>;
    case 16:
      return dot<1, 16>;
    case 18:
      return dot<1, 18>;
    case 20:
      return dot<1, 20>;
    case 22:
      return dot<1, 22>;
    case 24:
      return dot<1, 24>;
    default:
      throw std::logic_error("no kernel for this many outputs");
  }
}

int quad_block(std::int64_t outputs) { return static_cast<int>(std::min<std::int64_t>(6, (outputs + 1) / 2 * 2)); }

DotFunction quad_dot(int block) {
  switch (block) {
    case 2:
      return dot<kQuad, 2>;
    case 4:
      return dot<kQuad, 4>;
    case 6:
      return dot<kQuad, 6>;
    default:
      throw std::logic_error("no kernel for this many outputs");
  }
}

}  // namespace swimsim::lanes
