#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace swimsim {

/// Sums of fewer than 2^24 in magnitude are exact in single precision, whatever their order: a matrix product by a library and a loop
/// give the same bits.
constexpr std::int32_t kSumLimit = 1 << 24;

/// What one unit of the whole numbers of a layer is worth.
struct SumUnits {
  double g_S = 0;          ///< of conductances and column sums
  double variance_S2 = 0;  ///< of read noise variances; 0: no noise
  /// Units of conductance that one root of a unit of variance is.
  float noise_scale() const;
};

/// The cells of a tile as inference sees them, in whole units; `rows` x `cols`, row by row.
struct TileMatrix {
  int rows = 0, cols = 0;
  std::vector<float> g;         ///< conductances; may be below 0 where a kernel's law of errors goes there
  std::vector<float> variance;  ///< of one read; empty: no read noise

  /// Sums over the rows of digit * g: the currents of the columns by read volts of one DAC step. `digits`: one for each row. Exact.
  void column_sums(const std::int32_t* digits, std::int32_t* sums) const;
  /// Sums over the rows of digit^2 * variance. All 0 without read noise. Exact.
  void column_variances(const std::int32_t* digits, std::int32_t* sums) const;
};

/// Unit of whole numbers up to `largest` such that `rows` of them times `digit_max` stay below kSumLimit after rounding:
/// full * 2^-k with the largest k that does it. With 128 rows, 1-bit DACs and largest between 1 and 2 times full, k is 16.
double whole_unit(double full, double largest, int rows, double digit_max);

/// value / unit, rounded half to even.
void to_whole(const std::vector<float>& values, double unit, std::vector<float>& whole);

}  // namespace swimsim
