// Frozen activation ranges: methods, bits of single layers, and that the evaluator heeds them.
#include "models/network/calibrate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/common/errors.h"
#include "models/network/evaluator.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace testing;

class Calibrate : public ::testing::Test {
 protected:
  ActivationRanges calibrate(const ActivationQuantization& how) {
    return calibrate_activations(network_, network_.all_weights(), images_, plain_normalization(2), 100, how);
  }
  std::vector<float> logits(const ActivationRanges& ranges) {
    return Evaluator(network_, ranges, plain_normalization(2)).logits(network_.all_weights(), images_, 0, 100);
  }

  Network network_ = build_network(kSmallInput, small_specs());
  ImageSet images_ = test_images(kSmallInput, 100, 4);
};

TEST_F(Calibrate, MaximumIsTheOldCall) {
  ActivationQuantization how;
  how.bits = 5;
  const ActivationRanges ranges = calibrate(how);
  EXPECT_EQ(ranges.range, calibrate_activations(network_, network_.all_weights(), images_, plain_normalization(2), 100, 5).range);
  EXPECT_TRUE(ranges.clipped.empty());
}

TEST_F(Calibrate, ClippingRangesLieBelowTheMaximum) {
  ActivationQuantization how;
  how.bits = 4;
  const ActivationRanges maximum = calibrate(how);
  how.range = {RangeMethod::percentile, 95};
  const ActivationRanges percentile = calibrate(how);
  how.range = {RangeMethod::least_squares};
  const ActivationRanges least = calibrate(how);
  for (std::size_t layer = 0; layer < 4; ++layer) {
    EXPECT_LT(percentile.range[layer], maximum.range[layer]);
    EXPECT_LE(least.range[layer], maximum.range[layer]);
    EXPECT_LE(percentile.clipped[layer], 0.05);
    EXPECT_GT(percentile.clipped[layer], 0.03);
  }
}

// The logits of the float network are values that anyone can take the percentile of.
TEST_F(Calibrate, PercentileOfTheLastLayerIsThatOfTheLogits) {
  ActivationQuantization how;
  how.layer_bits = {0, 0, 0, 6};
  how.range = {RangeMethod::percentile, 90};
  const ActivationRanges ranges = calibrate(how);
  std::vector<float> magnitudes = logits({});
  for (float& value : magnitudes) value = std::fabs(value);
  std::sort(magnitudes.begin(), magnitudes.end());
  EXPECT_NEAR(ranges.range[3], magnitudes[359], 1.01 * magnitudes.back() / MagnitudeHistogram::kBins);  // the 360th of 400
}

TEST_F(Calibrate, BitsOfSingleLayersAreHeeded) {
  ActivationQuantization how;
  how.bits = 3;
  const std::vector<float> all_three = logits(calibrate(how));
  how.layer_bits = {3, 3, 3, 3};
  EXPECT_EQ(logits(calibrate(how)), all_three);
  how.layer_bits = {3, 3, 3, 5};
  const ActivationRanges ranges = calibrate(how);
  EXPECT_EQ(ranges.bits, 5);
  EXPECT_EQ(ranges.bits_of(0), 3);
  int off_the_coarse_grid = 0;
  for (const float logit : logits(ranges)) {
    const double fine = logit / (ranges.range[3] / 31.0), coarse = logit / (ranges.range[3] / 7.0);
    EXPECT_NEAR(fine, std::nearbyint(fine), 1e-3);
    off_the_coarse_grid += std::fabs(coarse - std::nearbyint(coarse)) > 1e-2;
  }
  EXPECT_GT(off_the_coarse_grid, 100);
  how.layer_bits = {3, 5, 3, 3};  // a layer in the middle counts too
  EXPECT_NE(logits(calibrate(how)), all_three);
  how.layer_bits = {0, 0, 0, 0};
  EXPECT_EQ(logits(calibrate(how)), logits({}));
}

TEST_F(Calibrate, RefusesBitsThatNoQuantiserHas) {
  ActivationQuantization how;
  how.bits = 17;
  EXPECT_THROW(calibrate(how), InputError);
  how.bits = 4;
  how.layer_bits = {4, -1, 4, 4};
  EXPECT_THROW(calibrate(how), InputError);
  how.layer_bits = {4};
  EXPECT_THROW(calibrate(how), std::logic_error);
}

}  // namespace
}  // namespace swimsim
