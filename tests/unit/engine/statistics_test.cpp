#include "sim/engine/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace swimsim {
namespace {

TEST(Statistics, ClosedFormOfThreeValues) {
  const SampleSummary s = summarize({1, 2, 3});
  EXPECT_DOUBLE_EQ(s.mean, 2);
  EXPECT_DOUBLE_EQ(s.std, 1);
  EXPECT_NEAR(s.ci95_high - s.mean, 4.302653 / std::sqrt(3.0), 1e-5);  // t(0.975, 2) from tables
  EXPECT_DOUBLE_EQ(s.min, 1);
  EXPECT_DOUBLE_EQ(s.p01, 1.02);
}

TEST(Statistics, OneValueHasNoSpread) {
  const SampleSummary s = summarize({0.5});
  EXPECT_EQ(s.std, 0);
  EXPECT_EQ(s.ci95_low, 0.5);
  EXPECT_EQ(s.p01, 0.5);
}

TEST(Statistics, NothingIsABug) { EXPECT_THROW(summarize({}), std::logic_error); }

}  // namespace
}  // namespace swimsim
