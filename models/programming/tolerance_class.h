#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace swimsim {

/// How closely a cell is verified, as a schedule carries it: four bits a cell. Class 0 has the scheme's tolerance, two classes on it is
/// twice as wide (each class doubles the variance that a window allows); cells of the last class are not verified at all.
constexpr int kToleranceClasses = 16;
constexpr std::uint8_t kNeverVerified = kToleranceClasses - 1;

/// A window in units of class 0; exact for even classes.
inline double tolerance_of_class(int tolerance_class) {
  constexpr double kSquareRootOf2 = 1.4142135623730951;
  return std::ldexp(tolerance_class % 2 == 0 ? 1.0 : kSquareRootOf2, tolerance_class / 2);
}

/// The nearest class, by the logarithm, of a cell that may have `variance` times the variance that class 0 leaves it.
inline std::uint8_t class_of_variance(double variance) {
  if (!(variance > 1)) return 0;
  return static_cast<std::uint8_t>(std::lround(std::min(std::log2(variance), kToleranceClasses - 1.0)));
}

}  // namespace swimsim
