#include "models/inference/tile_matrix.h"

#include <cmath>
#include <stdexcept>

namespace swimsim {

namespace {

void weighted_sums(const TileMatrix& tile, const std::vector<float>& matrix, const std::int32_t* digits, bool square, std::int32_t* sums) {
  const auto cols = static_cast<std::size_t>(tile.cols);
  for (std::size_t col = 0; col < cols; ++col) sums[col] = 0;
  if (matrix.empty()) return;
  for (std::size_t row = 0; row < static_cast<std::size_t>(tile.rows); ++row) {
    const std::int32_t digit = square ? digits[row] * digits[row] : digits[row];
    if (digit == 0) continue;
    const float* cells = &matrix[row * cols];
    for (std::size_t col = 0; col < cols; ++col) sums[col] += digit * static_cast<std::int32_t>(cells[col]);
  }
}

}  // namespace

float SumUnits::noise_scale() const { return static_cast<float>(std::sqrt(variance_S2) / g_S); }

void TileMatrix::column_sums(const std::int32_t* digits, std::int32_t* sums) const { weighted_sums(*this, g, digits, false, sums); }

void TileMatrix::column_variances(const std::int32_t* digits, std::int32_t* sums) const {
  weighted_sums(*this, variance, digits, true, sums);
}

double whole_unit(double full, double largest, int rows, double digit_max) {
  if (!(full > 0) || !std::isfinite(largest)) throw std::logic_error("inference: a unit of nothing");
  const double room = (kSumLimit - 1) / (rows * digit_max) - 1;  // of one cell; rounding takes one at most
  constexpr int kMostHalvings = 60;                              // where all cells are next to nothing
  int k = 0;
  while (k < kMostHalvings && std::ldexp(largest / full, k + 1) <= room) ++k;
  while (std::ldexp(largest / full, k) > room) --k;
  return std::ldexp(full, -k);
}

void to_whole(const std::vector<float>& values, double unit, std::vector<float>& whole) {
  whole.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) whole[i] = static_cast<float>(std::nearbyint(static_cast<double>(values[i]) / unit));
}

}  // namespace swimsim
