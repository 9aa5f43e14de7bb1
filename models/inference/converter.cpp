#include "models/inference/converter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/common/random.h"

namespace swimsim {

namespace {

constexpr double kWorstOffset_lsb = 64, kWorstGain = 0.9;  // so that the products of whole numbers fit 63 bits

double trimmed(double error, double step) { return error - std::nearbyint(error / step) * step; }

}  // namespace

ConverterError draw_converter_error(const InferenceOptions& options, std::uint64_t seed, std::uint32_t trial, std::size_t tile,
                                    int converter) {
  DrawId id{seed, trial, Purpose::adc_mismatch};
  id.weight = static_cast<std::uint32_t>(tile);
  id.event = static_cast<std::uint32_t>(converter);
  ConverterError error;
  error.offset_lsb = options.adc_offset_sigma * static_cast<double>(random_normal(id));
  id.slice = 1;
  error.gain = options.adc_gain_sigma * static_cast<double>(random_normal(id));
  if (options.adc_calibration != AdcCalibration::none) error.offset_lsb = trimmed(error.offset_lsb, kTrimStep_lsb);
  const int top = (1 << options.adc_bits) - 1;
  if (options.adc_calibration == AdcCalibration::offset_and_gain) error.gain = trimmed(error.gain, kTrimStep_lsb / std::max(top, 1));
  error.offset_lsb = std::clamp(error.offset_lsb, -kWorstOffset_lsb, kWorstOffset_lsb);
  error.gain = std::clamp(error.gain, -kWorstGain, kWorstGain);
  return error;
}

ColumnConverters make_converters(const AdcRange& range, double unit_S, int cols, int column_mux,
                                 const std::vector<ConverterError>& errors) {
  ColumnConverters made;
  constexpr int kMultiplierBits = 30;
  constexpr int kMostShift = 54;
  const double lsb = range.lsb_S() / unit_S;  // in units
  made.bottom = range.bits == 0 ? std::numeric_limits<std::int32_t>::min() : 0;
  made.top = range.bits == 0 ? std::numeric_limits<std::int32_t>::max() : (1 << range.bits) - 1;
  made.low = static_cast<std::int32_t>(std::nearbyint(range.low_S / unit_S));
  made.shift = std::clamp(std::ilogb(lsb) + kMultiplierBits, 1, kMostShift);
  const double one = std::ldexp(1.0, made.shift);
  for (std::size_t col = 0; col < static_cast<std::size_t>(cols); ++col) {
    const ConverterError error = errors.empty() ? ConverterError{} : errors[col / static_cast<std::size_t>(column_mux)];
    made.multiplier.push_back(static_cast<std::int32_t>(std::llrint(one / lsb * (1 + error.gain))));
    made.rounding.push_back(std::llrint(one * (0.5 + error.offset_lsb)));
  }
  return made;
}

}  // namespace swimsim
