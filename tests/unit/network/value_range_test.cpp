// Ranges of quantisers: closed forms, and the search beside brute force.
#include "models/network/value_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/common/errors.h"
#include "models/common/random.h"

namespace swimsim {
namespace {

float range(const std::vector<float>& values, const RangeRule& rule, float code_max = 15) {
  return range_of(values.data(), static_cast<std::int64_t>(values.size()), rule, code_max);
}

std::vector<float> normals(std::size_t count) {
  std::vector<float> values;
  DrawId id;
  id.seed = 5;
  for (std::size_t i = 0; i < count; ++i) {
    id.weight = static_cast<std::uint32_t>(i);
    values.push_back(static_cast<float>(random_normal(id)));
  }
  return values;
}

double error_of(const std::vector<float>& values, float range, float code_max) {
  return squared_error(values.data(), static_cast<std::int64_t>(values.size()), range, code_max);
}

/// Least sum of squared errors over 20000 ranges up to the maximum.
double brute_force(const std::vector<float>& values, float code_max) {
  const float largest = range(values, {});
  double least = error_of(values, largest, code_max);
  for (int i = 1; i < 20'000; ++i) least = std::min(least, error_of(values, largest * static_cast<float>(i) / 20'000, code_max));
  return least;
}

TEST(RangeOf, PercentileIsTheNearestRank) {
  std::vector<float> values;
  for (int i = 1; i <= 1000; ++i) values.push_back(static_cast<float>(i % 2 == 0 ? i : -i));
  std::reverse(values.begin(), values.end());
  const auto percentile = [&values](double p) { return range(values, {RangeMethod::percentile, p}); };
  EXPECT_EQ(percentile(100), 1000);
  EXPECT_EQ(percentile(99.9), 999);
  EXPECT_EQ(percentile(99.85), 999);
  EXPECT_EQ(percentile(50), 500);
  EXPECT_EQ(percentile(0.01), 1);
  EXPECT_EQ(range(values, {}), 1000);
  EXPECT_THROW(percentile(0), InputError);
  EXPECT_THROW(percentile(100.1), InputError);
}

TEST(RangeOf, PercentileOfMostlyZerosIsTheMaximum) {
  std::vector<float> values(100, 0.0f);
  values[7] = -3;
  EXPECT_EQ(range(values, {RangeMethod::percentile, 90}), 3);
  EXPECT_EQ(range({0, 0}, {RangeMethod::least_squares}), 0);
}

TEST(RangeOf, ValuesOnTheGridAreNotClipped) {
  std::vector<float> values;
  for (int code = -15; code <= 15; ++code) values.push_back(0.25f * static_cast<float>(code));
  EXPECT_EQ(range(values, {RangeMethod::least_squares}), 3.75f);
}

TEST(RangeOf, OneOutlierIsWorthClippingWhenManySmallOnesGain) {
  std::vector<float> values = normals(20'000);
  values[11] = 40;
  const float least = range(values, {RangeMethod::least_squares}, 7);
  EXPECT_GT(least, 2.0f);
  EXPECT_LT(least, 5.0f);
}

// A symmetric uniform quantiser of a standard normal with 2 * 7 + 1 = 15 levels spends its range at about 2.6 sigma, with 31 at about 3.
TEST(RangeOf, LeastSquaresComesWithinHalfAPercentOfBruteForce) {
  const std::vector<float> values = normals(30'000);
  for (const float code_max : {1.0f, 3.0f, 7.0f, 15.0f, 63.0f}) {
    const float found = range(values, {RangeMethod::least_squares}, code_max);
    EXPECT_LE(error_of(values, found, code_max), 1.005 * brute_force(values, code_max)) << code_max;
    EXPECT_LE(error_of(values, found, code_max), error_of(values, range(values, {}), code_max)) << code_max;
  }
}

// With levels -1, 0, 1 times c, a standard normal has least error where c is the mean of |v| beyond c / 2: c = 1.2240, mean square 0.1902
// (Max, "Quantizing for minimum distortion", 1960, three levels).
TEST(RangeOf, ThreeLevelsOfANormalMatchMax1960) {
  const std::vector<float> values = normals(200'000);
  const float found = range(values, {RangeMethod::least_squares}, 1);
  EXPECT_NEAR(found, 1.224, 0.03);
  EXPECT_NEAR(error_of(values, found, 1) / 200'000, 0.1902, 0.002);
}

TEST(MagnitudeHistogram, AgreesWithTheExactRangesWithinABin) {
  const std::vector<float> values = normals(50'000);
  const float largest = range(values, {}), bin = largest / MagnitudeHistogram::kBins;
  MagnitudeHistogram histogram(largest);
  histogram.add(values.data(), 20'000);
  histogram.add(values.data() + 20'000, 30'000);
  EXPECT_EQ(histogram.count(), 50'000);
  EXPECT_EQ(histogram.range({}, 15), largest);
  for (const double percentile : {50.0, 90.0, 99.0, 99.9, 100.0}) {
    const RangeRule rule{RangeMethod::percentile, percentile};
    EXPECT_NEAR(histogram.range(rule, 15), range(values, rule), 1.01f * bin) << percentile;
    EXPECT_LE(histogram.share_beyond(histogram.range(rule, 15)), 1 - percentile / 100 + 1e-9) << percentile;
  }
  for (const float code_max : {1.0f, 7.0f, 15.0f, 63.0f}) {
    const RangeRule rule{RangeMethod::least_squares};
    const double exact = error_of(values, range(values, rule, code_max), code_max);
    EXPECT_LE(error_of(values, histogram.range(rule, code_max), code_max), 1.005 * exact) << code_max;
  }
}

TEST(MagnitudeHistogram, HoldsNothingAndZerosAndWhatLiesBeyond) {
  MagnitudeHistogram none(0);
  const std::vector<float> values{0, 0, 0};
  none.add(values.data(), 3);
  EXPECT_EQ(none.range({RangeMethod::least_squares}, 15), 0);
  MagnitudeHistogram small(1);
  const std::vector<float> beyond{0.5f, 7.0f, -9.0f, 0.25f};
  small.add(beyond.data(), 4);
  EXPECT_EQ(small.range({RangeMethod::percentile, 100}, 15), 1);
  EXPECT_EQ(small.share_beyond(0.6f), 0.5);
}

TEST(RangeMethod, WordsAreKnownOrTheNearestIsNamed) {
  EXPECT_EQ(parse_range_method("least_squares"), RangeMethod::least_squares);
  try {
    parse_range_method("percentil");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'percentile'?"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace swimsim
