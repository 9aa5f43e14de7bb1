#pragma once

#include <cstdint>

#include "models/common/normal.h"

namespace swimsim {

/// e^x for x clipped to [-87, 88], relative error about 1e-7 (polynomial of Cephes' expf), without libm and without branches, so that
/// loops over columns vectorise and the bits do not depend on the C library.
inline float exp_clipped(float x) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer, which then stands in the low bits
  const float above = x > -87.0f ? x : -87.0f;
  const float clipped = above < 88.0f ? above : 88.0f;
  const float shifted = clipped * 1.44269504088896341f + kRound;
  const float n = shifted - kRound;
  const float r = clipped - n * 0.693359375f - n * -2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  const std::uint32_t exponent = detail::float_to_bits(shifted) - 0x4b400000u;  // n as an integer
  return y * detail::bits_to_float((exponent + 127u) << 23);
}

/// Natural logarithm of a positive normal float, relative error about 1e-7, on the same terms.
inline float log_clipped(float x) { return detail::log_positive(x > 1.17549435e-38f ? x : 1.17549435e-38f); }

}  // namespace swimsim
