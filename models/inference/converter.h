#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/inference/inference_options.h"

namespace swimsim {

/// The range that the ADCs of a layer share, referred to column sums in siemens: code 0 is at low_S, the highest at high_S, and a
/// converter rounds to the nearest of the 2^bits levels in between. Outside the code clips.
struct AdcRange {
  double low_S = 0, high_S = 0;
  int bits = 8;  ///< 0: an ideal converter, which goes on in steps of high_S - low_S without end on either side
  double lsb_S() const { return (high_S - low_S) / static_cast<double>(bits == 0 ? 1 : (1 << bits) - 1); }
};

/// How far a converter is off: its code is that of (1 + gain) (sum - low) + offset LSB.
struct ConverterError {
  double offset_lsb = 0, gain = 0;
};

/// Draws the errors of a converter of a tile and takes away what the calibration measures. The references of the calibration and its
/// trims have steps of kTrimStep_lsb: what is left is at most half of that at the low end, and with offset_and_gain at the high end too.
constexpr double kTrimStep_lsb = 0.125;
ConverterError draw_converter_error(const InferenceOptions& options, std::uint64_t seed, std::uint32_t trial, std::size_t tile,
                                    int converter);

/// A transfer in whole numbers: code = ((sum - low) * multiplier + rounding) >> shift, held to bottom .. top.
/// The multiplier has 30 bits, so the slope is that of the range to 2^-29.
struct ColumnConverters {
  std::int32_t low = 0, bottom = 0, top = 0;
  int shift = 0;
  std::vector<std::int32_t> multiplier;  ///< per column of the tile
  std::vector<std::int64_t> rounding;

  std::int32_t code(std::size_t col, std::int32_t sum) const {
    const std::int64_t level = (std::int64_t{sum - low} * multiplier[col] + rounding[col]) >> shift;
    return static_cast<std::int32_t>(level < bottom ? bottom : (level > top ? top : level));
  }
};

/// Converters of `cols` columns for sums in units of unit_S. `errors`: one for each converter, shared by `column_mux` columns; empty: none.
ColumnConverters make_converters(const AdcRange& range, double unit_S, int cols, int column_mux, const std::vector<ConverterError>& errors);

}  // namespace swimsim
