#pragma once

#include <cstdint>
#include <vector>

#include "models/network/lanes/dot.h"

namespace swimsim::lanes {

/// Finds the taps whose input is not zero for all images of a register. Leaving the others out changes no sum of finite numbers.
class NonzeroTaps {
 public:
  /// Looks at the values that the following calls of `at` take their inputs from.
  void note(const float* values, std::int64_t floats);

  /// Of the taps with these offsets from `place` (floats from the start of the values), rows counted from 0. Valid until the next call.
  Taps at(const std::vector<std::int32_t>& offsets, std::int64_t place);

 private:
  std::vector<std::uint8_t> nonzero_;  ///< per element
  std::vector<std::int32_t> offsets_, rows_;
};

}  // namespace swimsim::lanes
