#pragma once

#if defined(__AVX__)
#include <immintrin.h>
#endif

namespace swimsim::lanes {

/// Images side by side: as many floats as one register of the instruction set holds.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
constexpr int kLaneBytes = kLanes * static_cast<int>(sizeof(float));

/// One value of the network for kLanes images; always aligned in memory.
typedef float Lanes __attribute__((vector_size(kLaneBytes)));

inline Lanes load(const float* from) { return *reinterpret_cast<const Lanes*>(from); }
inline void store(float* to, Lanes value) { *reinterpret_cast<Lanes*>(to) = value; }
inline Lanes all(float value) { return value - Lanes{}; }
inline Lanes larger(Lanes a, Lanes b) { return a > b ? a : b; }
inline Lanes smaller(Lanes a, Lanes b) { return a < b ? a : b; }

/// a * b + sum, rounded once where the instruction set can. Written out because the build forbids the compiler to contract.
inline Lanes multiply_add(Lanes a, Lanes b, Lanes sum) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, sum);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, sum);
#else
  return a * b + sum;
#endif
}

/// Says to the compiler that loading `value` again at every use costs more than the register.
inline void keep_in_register(Lanes& value) {
#if defined(__x86_64__)
  asm("" : "+v"(value));
#endif
}

/// True if some image has another value than 0.
inline bool any_nonzero(Lanes value) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(value, _mm512_setzero_ps(), _CMP_NEQ_UQ) != 0;
#elif defined(__AVX__)
  return _mm256_movemask_ps(_mm256_cmp_ps(value, _mm256_setzero_ps(), _CMP_NEQ_UQ)) != 0;
#else
  bool any = false;
  for (int lane = 0; lane < kLanes; ++lane) any = any || value[lane] != 0;
  return any;
#endif
}

/// In the order of the lanes.
inline float sum_of_lanes(Lanes value) {
  float sum = value[0];
  for (int lane = 1; lane < kLanes; ++lane) sum += value[lane];
  return sum;
}

/// To the nearest integer, half to even; |value| must be below 2^22.
inline Lanes round_half_even(Lanes value) {
  constexpr float kOneAndAHalfTimes2To23 = 12582912.0f;  // adding it leaves no room for a fraction
  return (value + kOneAndAHalfTimes2To23) - kOneAndAHalfTimes2To23;
}

}  // namespace swimsim::lanes
