#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace swimsim {

/// What finishing a cell is worth, as a schedule carries it: four bits a cell. Class 0 is worth nothing, each further one twice the one
/// before it; the highest is the chip's most valuable cell. Sums of worth are whole numbers.
constexpr int kWorthClasses = 16;

constexpr std::uint32_t worth_of_class(int worth_class) {
  return worth_class == 0 ? 0 : std::uint32_t{1} << static_cast<unsigned>(worth_class - 1);
}

/// The nearest class, by the logarithm, of a cell that is worth `share` (0 to 1) of the most valuable one.
inline std::uint8_t class_of_worth(double share) {
  if (!(share > 0)) return 0;
  return static_cast<std::uint8_t>(std::clamp(kWorthClasses - 1 + std::lround(std::log2(share)), 0L, kWorthClasses - 1L));
}

/// Write while it pays: another step of a row is taken while its cells are worth the time that it takes.
struct RowPrice {
  double per_ps = 0;  ///< worth that a picosecond must bring; 0: every cell is finished, whatever it takes

  bool asked() const { return per_ps > 0; }
  bool pays(std::uint64_t worth, std::int64_t time_ps) const { return static_cast<double>(worth) >= per_ps * static_cast<double>(time_ps); }
};

}  // namespace swimsim
