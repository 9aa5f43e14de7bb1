#pragma once

#include <cmath>

#include "models/common/fast_math.h"

namespace swimsim {

/// Cumulative standard normal, absolute error below 3e-7 (Abramowitz and Stegun 26.2.17), without libm.
inline float normal_cumulative(float z) {
  const float size = z < 0 ? -z : z;
  const float t = 1.0f / (1.0f + 0.2316419f * size);
  const float poly = t * (0.319381530f + t * (-0.356563782f + t * (1.781477937f + t * (-1.821255978f + t * 1.330274429f))));
  const float tail = 0.39894228f * exp_clipped(-0.5f * size * size) * poly;
  return z < 0 ? tail : 1.0f - tail;
}

namespace detail {

/// Smallest k with P(X <= k) >= Phi(z) by summing up from k = 0, for few expected events, p <= 1/2.
inline int binomial_by_sum(int n, float p, float z) {
  constexpr float kNothing = 1e-9f;
  const float wanted = normal_cumulative(z), left = 1.0f - p, odds = p / left;
  float chance = exp_clipped(static_cast<float>(n) * log_clipped(left)), sum = chance;
  int k = 0;
  while (sum < wanted && k < n && chance > kNothing) {
    chance *= static_cast<float>(n - k) * odds / static_cast<float>(k + 1);
    sum += chance;
    ++k;
  }
  return k;
}

/// The same by the Cornish-Fisher expansion of third order, with Sheppard's corrections because k is a whole number.
inline int binomial_by_expansion(int n, float p, float z) {
  const float mean = static_cast<float>(n) * p, variance = mean * (1.0f - p);
  const float square = variance - 1.0f / 12.0f, sigma = std::sqrt(square);
  const float skew = variance * (1.0f - 2.0f * p) / (square * sigma);
  const float excess = (variance * (1.0f - 6.0f * p * (1.0f - p)) + 1.0f / 120.0f) / (square * square);
  const float z2 = z * z;
  const float w = z + skew * (z2 - 1.0f) / 6.0f + z * (excess * (z2 - 3.0f) / 24.0f - skew * skew * (2.0f * z2 - 5.0f) / 36.0f);
  const float k = mean + sigma * w + 0.5f;
  return k > 0 ? (k < static_cast<float>(n) ? static_cast<int>(k) : n) : 0;
}

}  // namespace detail

/// The quantile at Phi(z) of a binomial of `n` trials with probability `p`: a standard normal z makes one draw of it. Rises with z.
/// The distribution it makes differs from the binomial by less than 2e-4 in the cumulative.
inline int binomial_quantile(int n, float p, float z) {
  constexpr float kFew = 8.0f;  // expected events up to which summing is worth its time
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1.0f) return n;
  const bool rare = p <= 0.5f;
  const float q = rare ? p : 1.0f - p, side = rare ? z : -z;
  const int k = static_cast<float>(n) * q < kFew ? detail::binomial_by_sum(n, q, side) : detail::binomial_by_expansion(n, q, side);
  return rare ? k : n - k;
}

}  // namespace swimsim
