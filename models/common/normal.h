#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace swimsim {

// Box-Muller from two 32-bit words in single precision, without libm (whose results depend on the instruction set that glibc picks),
// and without branches, so that loops over columns vectorise.

namespace detail {

inline float bits_to_float(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline std::uint32_t float_to_bits(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Natural logarithm of a positive normal float, relative error about 1e-7 (polynomial of Cephes' logf).
inline float log_positive(float x) {
  const std::uint32_t bits = float_to_bits(x);
  // Split x = m 2^e with m in [sqrt(1/2), sqrt(2)).
  const std::uint32_t shifted = bits - 0x3f3504f3u;
  const float e = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
  const float m = bits_to_float((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  const float z = m * m;
  float y = 7.0376836292e-2f;
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z - 0.5f * z + e * -2.12194440e-4f;
  return m + y + e * 0.693359375f;
}

struct CosSin {
  float cosine, sine;
};

/// cos and sin of 2 pi w / 2^32, absolute error about 1e-7.
inline CosSin cos_sin_turn(std::uint32_t w) {
  // Reduce to a signed eighth-turn-centred angle t in [-1/8, 1/8) turns around the nearest quarter.
  const std::uint32_t quarter = (w + 0x20000000u) >> 30;
  const float t = static_cast<float>(static_cast<std::int32_t>(w - (quarter << 30))) * 1.4629180792671596e-9f;  // 2 pi / 2^32
  const float z = t * t;
  const float sine = t + t * z * (-1.6666654611e-1f + z * (8.3321608736e-3f + z * -1.9515295891e-4f));
  const float cosine = 1.0f - 0.5f * z + z * z * (4.166664568298827e-2f + z * (-1.388731625493765e-3f + z * 2.443315711809948e-5f));
  // cos(pi/2 + t) = -sin t, sin(pi/2 + t) = cos t, and so on around the circle.
  const bool odd = (quarter & 1u) != 0;
  const std::uint32_t cosine_sign = ((quarter + 1u) & 2u) << 30, sine_sign = (quarter & 2u) << 30;
  return {bits_to_float(float_to_bits(odd ? sine : cosine) ^ cosine_sign), bits_to_float(float_to_bits(odd ? cosine : sine) ^ sine_sign)};
}

}  // namespace detail

/// Two independent standard normals.
struct NormalPair {
  float first, second;
};

/// From two uniform words; |z| <= 6.8.
inline NormalPair normals_from_words(std::uint32_t a, std::uint32_t b) {
  const float u = static_cast<float>(a) * 2.3283064365386963e-10f + 1.1641532182693481e-10f;  // (a + 1/2) / 2^32, in (0, 1]
  const float squared = -2.0f * detail::log_positive(u);
  const float radius = std::sqrt(squared > 0.0f ? squared : 0.0f);
  const detail::CosSin turn = detail::cos_sin_turn(b);
  return {radius * turn.cosine, radius * turn.sine};
}

/// The first of them.
inline float normal_from_words(std::uint32_t a, std::uint32_t b) { return normals_from_words(a, b).first; }

}  // namespace swimsim
