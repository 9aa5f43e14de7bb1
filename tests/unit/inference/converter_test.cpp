#include "models/inference/converter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/inference/tile_matrix.h"

namespace swimsim {
namespace {

// 3 bits over -10 .. 60 uS in units of 1 nS: an LSB is 10 uS.
const AdcRange kRange{-10e-6, 60e-6, 3};

std::int32_t code(const ColumnConverters& converters, double sum_uS, std::size_t col = 0) {
  return converters.code(col, static_cast<std::int32_t>(std::llrint(sum_uS * 1000)));
}

TEST(Converters, RoundToTheNearestLevel) {
  const ColumnConverters converters = make_converters(kRange, 1e-9, 1, 1, {});
  EXPECT_EQ(code(converters, -10), 0);
  EXPECT_EQ(code(converters, -5.1), 0);
  EXPECT_EQ(code(converters, -4.9), 1);
  EXPECT_EQ(code(converters, 0), 1);
  EXPECT_EQ(code(converters, 44.9), 5);
  EXPECT_EQ(code(converters, 45.1), 6);
}

TEST(Converters, ClipOutsideTheirRange) {
  const ColumnConverters converters = make_converters(kRange, 1e-9, 1, 1, {});
  EXPECT_EQ(code(converters, -30), 0);
  EXPECT_EQ(code(converters, 60), 7);
  EXPECT_EQ(code(converters, 9000), 7);
  EXPECT_EQ(converters.code(0, -2 * kSumLimit), 0);
  EXPECT_EQ(converters.code(0, 2 * kSumLimit), 7);
}

TEST(Converters, AnIdealOneGivesEverySumAndNeverClips) {
  const ColumnConverters converters = make_converters({0, 1e-9, 0}, 1e-9, 1, 1, {});
  for (const std::int32_t sum : {-2 * kSumLimit, -1, 0, 1, 12345, kSumLimit - 1, 2 * kSumLimit}) EXPECT_EQ(converters.code(0, sum), sum);
}

// In doubles, for the whole of the range of sums and for LSBs from far below a unit to far above; next to a step either code will do.
TEST(Converters, AgreeWithDoubles) {
  for (const double lsb : {0.0004, 0.3, 1.0, 7.3, 1000.0, 123456.7}) {
    for (const int bits : {1, 4, 8, 16}) {
      const double low = std::nearbyint(-3.4 * lsb);
      const int top = (1 << bits) - 1;
      const ColumnConverters converters = make_converters({low, low + lsb * top, bits}, 1, 1, 1, {});
      for (std::int32_t sum = -kSumLimit; sum < kSumLimit; sum += 9973) {
        const double exact = (sum - low) / lsb;
        const double wanted = std::clamp(std::nearbyint(exact), 0.0, static_cast<double>(top));
        const double off_step = std::fabs(exact - std::floor(exact) - 0.5);
        if (off_step < 1e-4 && exact > -1 && exact < top + 1) continue;
        ASSERT_EQ(converters.code(0, sum), static_cast<std::int32_t>(wanted)) << "LSB " << lsb << ", " << bits << " bits, sum " << sum;
      }
    }
  }
}

TEST(Converters, OffsetAndGainMoveTheCode) {
  const ColumnConverters converters = make_converters(kRange, 1e-9, 2, 1, {{1.2, 0}, {0, 0.4}});
  EXPECT_EQ(code(converters, 0), 2);       // 1 + 1.2
  EXPECT_EQ(code(converters, 20, 1), 4);   // 1.4 * 3 = 4.2
  EXPECT_EQ(code(converters, -10, 1), 0);  // the gain is about the low end
}

TEST(Converters, NeighbouringColumnsShareOne) {
  const ColumnConverters converters = make_converters(kRange, 1e-9, 5, 2, {{0, 0}, {2, 0}, {-1, 0}});
  const std::vector<std::int32_t> expected{1, 1, 3, 3, 0};
  for (std::size_t col = 0; col < 5; ++col) EXPECT_EQ(code(converters, 0, col), expected[col]) << col;
}

InferenceOptions spread(AdcCalibration calibration) {
  InferenceOptions options;
  options.adc_bits = 8;
  options.adc_offset_sigma = 2;
  options.adc_gain_sigma = 0.02;
  options.adc_calibration = calibration;
  return options;
}

TEST(ConverterErrors, ACalibrationOfTheOffsetLeavesHalfATrimStepAndTheGain) {
  for (int converter = 0; converter < 200; ++converter) {
    const ConverterError before = draw_converter_error(spread(AdcCalibration::none), 1, 0, 3, converter);
    const ConverterError after = draw_converter_error(spread(AdcCalibration::offset), 1, 0, 3, converter);
    EXPECT_LE(std::fabs(after.offset_lsb), kTrimStep_lsb / 2);
    EXPECT_EQ(after.gain, before.gain);
  }
}

TEST(ConverterErrors, ACalibrationOfBothLeavesHalfATrimStepAtEitherEnd) {
  for (int converter = 0; converter < 200; ++converter) {
    const ConverterError after = draw_converter_error(spread(AdcCalibration::offset_and_gain), 1, 0, 3, converter);
    EXPECT_LE(std::fabs(after.offset_lsb), kTrimStep_lsb / 2);
    EXPECT_LE(std::fabs(after.gain) * 255, kTrimStep_lsb / 2 * (1 + 1e-12));
  }
}

TEST(ConverterErrors, BelongToSeedTrialTileAndConverter) {
  const InferenceOptions options = spread(AdcCalibration::none);
  const double one = draw_converter_error(options, 1, 0, 3, 5).offset_lsb;
  EXPECT_EQ(one, draw_converter_error(options, 1, 0, 3, 5).offset_lsb);
  EXPECT_NE(one, draw_converter_error(options, 2, 0, 3, 5).offset_lsb);
  EXPECT_NE(one, draw_converter_error(options, 1, 1, 3, 5).offset_lsb);
  EXPECT_NE(one, draw_converter_error(options, 1, 0, 4, 5).offset_lsb);
  EXPECT_NE(one, draw_converter_error(options, 1, 0, 3, 6).offset_lsb);
}

}  // namespace
}  // namespace swimsim
