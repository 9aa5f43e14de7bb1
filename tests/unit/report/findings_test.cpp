#include "sim/report/findings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/report/fake_results.h"

namespace swimsim {
namespace {

TrialRow trial(const std::string& selector, double fraction, std::uint32_t number, double accuracy) {
  TrialRow row;
  row.selector = selector;
  row.fraction = fraction;
  row.trial = number;
  row.accuracy = accuracy;
  return row;
}

RunResults two_selectors(const std::vector<double>& swim, const std::vector<double>& other) {
  RunResults results;
  results.programming.resize(2);
  results.programming[0].selector = "random";
  results.programming[1].selector = "swim";
  for (std::size_t t = 0; t < other.size(); ++t) results.trials.push_back(trial("random", 0.1, static_cast<std::uint32_t>(t), other[t]));
  for (std::size_t t = swim.size(); t-- > 0;) results.trials.push_back(trial("swim", 0.1, static_cast<std::uint32_t>(t), swim[t]));
  return results;
}

TEST(PairedDifferences, AreStudentsIntervalOfTheDifferenceByTrial) {
  const auto list = paired_differences(two_selectors({0.92, 0.95, 0.99}, {0.91, 0.93, 0.96}));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].selector, "swim");
  EXPECT_EQ(list[0].other, "random");
  EXPECT_EQ(list[0].trials, 3);
  EXPECT_NEAR(list[0].mean, 0.02, 1e-12);
  const double half = 4.302652729911275 * 0.01 / std::sqrt(3.0);  // t(2, 0.975), standard deviation 0.01
  ASSERT_TRUE(list[0].ci95.has_value());
  EXPECT_NEAR(list[0].ci95->first, 0.02 - half, 1e-12);
  EXPECT_NEAR(list[0].ci95->second, 0.02 + half, 1e-12);
}

TEST(PairedDifferences, PairOnlyTrialsThatBothHave) {
  const auto list = paired_differences(two_selectors({0.92, 0.95, 0.99}, {0.91}));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].trials, 1);
  EXPECT_FALSE(list[0].ci95.has_value());
  EXPECT_TRUE(paired_differences(two_selectors({0.92}, {})).empty());
}

TEST(Findings, FullRunPrefersAllAndFallsBackToTheSummary) {
  testing::FakeRun run;
  EXPECT_EQ(full_run(run.results)->row->selector, "swim");
  ProgrammingRow all = run.results.programming.front();
  all.selector = "all";
  all.fraction = 1;
  run.results.programming.push_back(all);
  EXPECT_EQ(full_run(run.results)->row->selector, "all");
  run.results.programming.clear();
  EXPECT_EQ(full_run(run.results)->row, nullptr);
  EXPECT_EQ(full_run(run.results)->time_s, 0.05);
  run.results.summary.clear();
  EXPECT_FALSE(full_run(run.results).has_value());
}

TEST(Findings, CheapestWithinTheBudget) {
  const testing::FakeRun run;
  const ProgrammingRow& full = *full_run(run.results)->row;
  EXPECT_EQ(cheapest_within(run.results, "swim", full, 0.005)->fraction, 0.3);
  EXPECT_EQ(cheapest_within(run.results, "swim", full, 1)->fraction, 0);
  EXPECT_EQ(cheapest_within(run.results, "random", full, 0.005)->fraction, 1);
  EXPECT_EQ(cheapest_within(run.results, "nobody", full, 0.005), nullptr);
}

TEST(Findings, TheLeaderIsSwimOrTheFirstThatStopsShort) {
  RunResults results;
  EXPECT_EQ(leading_selector(results), "");
  results.programming.resize(2);
  results.programming[0].selector = "all";
  results.programming[0].fraction = 1;
  results.programming[1].selector = "magnitude";
  results.programming[1].fraction = 0.1;
  EXPECT_EQ(leading_selector(results), "magnitude");
  results.programming[0].selector = "swim";
  EXPECT_EQ(leading_selector(results), "swim");
}

}  // namespace
}  // namespace swimsim
