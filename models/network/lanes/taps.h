#pragma once

#include <cstdint>
#include <vector>

namespace swimsim::lanes {

/// One input that an output sums over.
struct Tap {
  std::int32_t offset = 0;  ///< of the input, in floats from the place
  std::int32_t row = 0;     ///< of the packed weights
};

struct Taps {
  const Tap* first = nullptr;
  std::int64_t count = 0;
};

/// The taps of one place, in the order of the weights, and of those the ones whose input is not zero for all images of a register: leaving
/// the others out changes no sum of finite numbers.
class TapFinder {
 public:
  TapFinder() = default;
  /// Offsets of the inputs from the place; their rows are 0, 1, 2 ...
  explicit TapFinder(const std::vector<std::int32_t>& offsets);

  Taps all() const { return {taps_.data(), static_cast<std::int64_t>(taps_.size())}; }

  /// Looks at the values that the following calls of `nonzero` take their inputs from.
  void note(const float* values, std::int64_t floats);
  /// At `place`, in floats from the start of the values. Valid until the next call.
  Taps nonzero(std::int64_t place);

 private:
  std::vector<Tap> taps_, kept_;
  std::vector<std::int32_t> elements_;  ///< of each tap, from the place
  std::vector<std::uint8_t> nonzero_;   ///< per element of the values
  bool few_zeros_ = true;
};

}  // namespace swimsim::lanes
