#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

/// One pulse and what was read after it.
struct MeasuredPulse {
  std::int8_t polarity = 0;  ///< +1 SET, -1 RESET, 0 a read before any pulse
  float amplitude_V = 0;     ///< magnitude
  double width_s = 0;
  double g_S = 0;  ///< NaN: not read
};

/// A train of pulses on one device without a gap; its first row is read.
struct MeasuredRun {
  std::string device, run;
  std::int64_t first_pulse = 0;
  std::vector<MeasuredPulse> pulses;
};

/// A pulse response as it was measured: one run or several, of one device or several.
struct MeasuredPulses {
  std::vector<MeasuredRun> runs;  ///< in the order of the file
  double lowest_S = 0, highest_S = 0;
  std::size_t readings = 0;  ///< conductances in the file

  double range_S() const { return highest_S - lowest_S; }
  std::size_t devices() const;
};

/// Most bytes of a file with measured pulses.
constexpr std::size_t kLargestMeasuredBytes = std::size_t{512} << 20U;

/// Reads a CSV file (docs/fitting.md). Throws InputError with every mistake that was found, each with its line.
MeasuredPulses read_measured_pulses(std::string_view text, const std::string& file);

}  // namespace swimsim
