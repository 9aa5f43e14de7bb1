// The rule against made-up trials whose interval is known in closed form.
#include "sim/study/stop_rule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace swimsim {
namespace {

TrialRow row(const std::string& selector, double fraction, double accuracy) {
  TrialRow row;
  row.selector = selector;
  row.fraction = fraction;
  row.accuracy = accuracy;
  row.time_ps = static_cast<std::int64_t>(accuracy * 1e12);
  return row;
}

/// n trials, half of them at mean - d and half at mean + d: the sample standard deviation is d sqrt(n / (n - 1)).
std::vector<TrialRow> two_values(const std::string& selector, double fraction, int n, double d) {
  std::vector<TrialRow> rows;
  for (int i = 0; i < n; ++i) rows.push_back(row(selector, fraction, 0.9 + (i % 2 == 0 ? d : -d)));
  return rows;
}

constexpr double kStudent9 = 2.262157162798205;  // 97.5 % of Student's t with 9 degrees of freedom

TEST(StopRule, HalfWidthIsStudents) {
  const double d = 0.01, expected = kStudent9 * d * std::sqrt(10.0 / 9) / std::sqrt(10.0);
  EXPECT_NEAR(widest_half_width({}, two_values("swim", 0.1, 10, d)), expected, 1e-12);
}

TEST(StopRule, HoldsFromTheHalfWidthOn) {
  const std::vector<TrialRow> rows = two_values("swim", 0.1, 10, 0.01);
  const double width = widest_half_width({}, rows);
  StopRule rule;
  rule.ci95_half_width = width;
  EXPECT_TRUE(is_narrow_enough(rule, rows));
  rule.ci95_half_width = width * 0.999;
  EXPECT_FALSE(is_narrow_enough(rule, rows));
}

TEST(StopRule, LooksOnlyWhereItIsTold) {
  std::vector<TrialRow> rows = two_values("swim", 0.1, 10, 0.001);
  for (const TrialRow& wide : two_values("swim", 0.3, 10, 0.01)) rows.push_back(wide);
  for (const TrialRow& wider : two_values("random", 0.1, 10, 0.1)) rows.push_back(wider);
  StopRule rule;
  const double random = widest_half_width(rule, rows);
  rule.selector = "swim";
  const double swim = widest_half_width(rule, rows);
  rule.fraction = 0.1;
  const double point = widest_half_width(rule, rows);
  EXPECT_NEAR(random / swim, 10, 1e-9);
  EXPECT_NEAR(swim / point, 10, 1e-9);
}

// Two prices may leave the same cells: the trials of one are not those of the other.
TEST(StopRule, PointsOfOneFractionAreToldApartByTheirPrices) {
  std::vector<TrialRow> rows;
  for (const double price : {1.0, 3.0}) {
    for (TrialRow& of_price : two_values("swim_pays", 0.1, 10, 0.01)) {
      of_price.price = price;
      rows.push_back(of_price);
    }
  }
  StopRule rule;
  EXPECT_DOUBLE_EQ(widest_half_width(rule, rows), widest_half_width(rule, two_values("swim", 0.1, 10, 0.01)));
  rule.fraction = 0.1;  // which is what came out of the price
  EXPECT_TRUE(std::isinf(widest_half_width(rule, rows)));
}

TEST(StopRule, OtherMetricsHaveTheirUnits) {
  StopRule rule;
  rule.of = "time_s";
  EXPECT_NEAR(widest_half_width(rule, two_values("swim", 0.1, 10, 0.01)), widest_half_width({}, two_values("swim", 0.1, 10, 0.01)), 1e-9);
  rule.of = "nwc";
  EXPECT_EQ(widest_half_width(rule, two_values("swim", 0.1, 10, 0.01)), 0);
}

TEST(StopRule, KnowsNothingOfOneTrialOrNone) {
  EXPECT_TRUE(std::isinf(widest_half_width({}, {row("swim", 0.1, 0.9)})));
  EXPECT_TRUE(std::isinf(widest_half_width({}, {})));
}

TEST(StudyTrials, LooksLieBetweenTheEnds) {
  StudyTrials trials;
  trials.at_least = 30;
  trials.at_most = 300;
  EXPECT_EQ(trials.looks(), (std::vector<int>{30, 100}));
  trials.at_most = 30;
  EXPECT_TRUE(trials.looks().empty());
}

}  // namespace
}  // namespace swimsim
