#pragma once

#include <cstdint>
#include <string>

#include "models/common/errors.h"

namespace swimsim {

/// sum += more, for exact totals in whole picoseconds and attojoules. Throws RangeError where 64 bits do not suffice.
inline void add_checked(std::int64_t& sum, std::int64_t more, const char* what) {
  if (__builtin_add_overflow(sum, more, &sum)) throw RangeError(std::string("the total of ") + what + " does not fit 64 bits (9.2e18)");
}

/// A non-negative figure as a whole number, rounded. Throws RangeError above `most`, which is at most 9e18.
inline std::int64_t round_checked(double value, double most, const char* what) {
  if (!(value <= most)) throw RangeError(std::string(what) + " is out of range");
  return static_cast<std::int64_t>(value + 0.5);
}

}  // namespace swimsim
