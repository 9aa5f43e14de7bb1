// What looking does to an interval: trials of a made-up normal outcome, ended by the rule, and how often the interval that is then
// reported covers the true mean. docs/studies.md quotes these figures.
#include "sim/study/stop_rule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/common/random.h"
#include "sim/engine/statistics.h"

namespace swimsim {
namespace {

constexpr std::uint32_t kStudies = 10'000;
constexpr int kAtMost = 100;

double outcome(std::uint32_t study, int trial) {
  DrawId id;
  id.seed = 7;
  id.trial = static_cast<std::uint32_t>(trial);
  id.purpose = Purpose::weight_noise;
  id.weight = study;
  return random_normal(id);
}

/// The share of studies whose last interval covers the mean, 0.
double coverage(const std::vector<int>& look_at, double half_width) {
  StudyTrials trials;
  trials.at_least = look_at.empty() ? kAtMost : look_at.front();
  trials.at_most = kAtMost;
  trials.look_at = look_at;
  StopRule rule;
  rule.ci95_half_width = half_width;
  std::uint32_t covered = 0;
  for (std::uint32_t study = 0; study < kStudies; ++study) {
    std::vector<TrialRow> rows;
    std::vector<double> values;
    const auto run_to = [&](int end) {
      for (int trial = static_cast<int>(rows.size()); trial < end; ++trial) {
        rows.emplace_back();
        rows.back().accuracy = outcome(study, trial);
        values.push_back(rows.back().accuracy);
      }
    };
    bool enough = false;
    for (const int look : trials.looks()) {
      run_to(look);
      enough = is_narrow_enough(rule, rows);
      if (enough) break;
    }
    if (!enough) run_to(kAtMost);
    const SampleSummary summary = summarize(values);
    covered += summary.ci95_low <= 0 && 0 <= summary.ci95_high ? 1 : 0;
  }
  return static_cast<double>(covered) / kStudies;
}

double worst_coverage(const std::vector<int>& look_at) {
  double worst = 1;
  for (const double half_width : {0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6}) worst = std::min(worst, coverage(look_at, half_width));
  return worst;
}

constexpr double kStandardError = 0.0022;  // of a share of 0.95 of ten thousand

TEST(StopRuleCoverage, WithoutLooksItIs95Percent) { EXPECT_NEAR(coverage({}, 0.3), 0.95, 4 * kStandardError); }

TEST(StopRuleCoverage, AFirstLookAtTenCosts) {
  const double worst = worst_coverage({10, 30});
  RecordProperty("coverage", std::to_string(worst));
  EXPECT_GT(worst, 0.925);
  EXPECT_LT(worst, 0.95 - 4 * kStandardError);
}

TEST(StopRuleCoverage, AFirstLookAtThirtyCostsLittle) {
  const double worst = worst_coverage({30});
  RecordProperty("coverage", std::to_string(worst));
  EXPECT_GT(worst, 0.935);
}

}  // namespace
}  // namespace swimsim
