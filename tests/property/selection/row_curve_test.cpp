// Gain per expected time, whatever the curve and the chip.
#include "models/selection/row_curve.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace swimsim {
namespace {

std::vector<CurvePoint> any_curve() {
  std::vector<CurvePoint> curve(1);
  const int points = *rc::gen::inRange(1, 40);
  for (int i = 0; i < points; ++i)
    curve.push_back({curve.back().time_ps + *rc::gen::inRange(0, 50), curve.back().gain + *rc::gen::inRange(0, 50)});
  curve.back().time_ps += 1;
  return curve;
}

RC_GTEST_PROP(UpperHull, IsConcaveKeepsTheEndsAndLiesAboveTheCurve, ()) {
  const std::vector<CurvePoint> curve = any_curve();
  const std::vector<std::size_t> corners = upper_hull(curve);
  RC_ASSERT(corners.front() == 0u);
  RC_ASSERT(corners.back() == curve.size() - 1);
  const auto slope = [&](std::size_t i) {
    const CurvePoint &a = curve[corners[i]], &b = curve[corners[i + 1]];
    return (b.gain - a.gain) / (b.time_ps - a.time_ps);
  };
  for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
    const CurvePoint &a = curve[corners[i]], &b = curve[corners[i + 1]];
    RC_ASSERT(b.time_ps > a.time_ps);
    if (i > 0) RC_ASSERT(slope(i) < slope(i - 1));
    for (std::size_t at = corners[i]; at <= corners[i + 1]; ++at)
      RC_ASSERT(curve[at].gain <= a.gain + slope(i) * (curve[at].time_ps - a.time_ps) + 1e-9);
  }
}

/// Two layers of rows in which things lie anyhow.
struct AnyChip {
  RowCosts costs;
  PerWeight sensitivity, magnitude;

  AnyChip() {
    const int mux = *rc::gen::inRange(1, 5);
    for (int group = 0; group < mux; ++group) costs.footprints.push_back({{group, 1}});
    costs.footprints.push_back({{0, 1}});
    if (mux > 1) costs.footprints.back().push_back({1, 1});
    costs.open_ps = *rc::gen::inRange(0, 100);
    costs.cycle_ps = *rc::gen::inRange(0, 100);
    costs.group_ps = *rc::gen::inRange(0, 100);
    costs.first_reads = *rc::gen::inRange(0, 2);
    std::vector<double> done;
    for (int n = 0; n < 6; ++n) done.push_back(*rc::gen::inRange(0, 5) / 4.0);
    std::sort(done.begin(), done.end());
    done.back() = 1;
    for (int layer = 0; layer < 2; ++layer) {
      const int rows = *rc::gen::inRange(1, 4), things = *rc::gen::inRange(1, 20), first = static_cast<int>(costs.groups.size());
      costs.groups.insert(costs.groups.end(), static_cast<std::size_t>(rows), mux);
      costs.row.emplace_back();
      costs.footprint.emplace_back();
      sensitivity.emplace_back();
      magnitude.emplace_back();
      for (int i = 0; i < things; ++i) {
        costs.row.back().push_back(static_cast<std::uint32_t>(first + *rc::gen::inRange(0, rows)));
        costs.footprint.back().push_back(static_cast<std::uint16_t>(*rc::gen::inRange(0, mux + 1)));
        sensitivity.back().push_back(*rc::gen::inRange(-3, 4) / 3.0);
        magnitude.back().push_back(*rc::gen::inRange(0, 4) / 3.0);
      }
      costs.slowest.push_back(expected_maxima(done, 2 * static_cast<std::size_t>(things)));
    }
  }
};

/// In the order of the ranks: row and score.
struct Ranked {
  std::uint32_t row = 0;
  std::uint16_t footprint = 0;
  double score = 0, gain = 0;
};

std::vector<Ranked> in_order(const AnyChip& chip, const char* selector) {
  SelectionInput input;
  input.magnitude = &chip.magnitude;
  input.sensitivity = &chip.sensitivity;
  input.row_costs = &chip.costs;
  const Ranking ranking = rank_weights(*find_selector(selector), input);
  std::vector<Ranked> order(chip.sensitivity[0].size() + chip.sensitivity[1].size());
  for (std::size_t layer = 0; layer < 2; ++layer) {
    for (std::size_t i = 0; i < ranking.rank[layer].size(); ++i)
      order[static_cast<std::size_t>(ranking.rank[layer][i])] = {chip.costs.row[layer][i], chip.costs.footprint[layer][i],
                                                                 ranking.score[layer][i], std::abs(chip.sensitivity[layer][i])};
  }
  return order;
}

RC_GTEST_PROP(GainPerTime, ScoresFallStrictlyAndARowIsLeftOnlyForABetterSlope, ()) {
  const AnyChip chip;
  for (const char* selector : {"swim_rows", "swim_groups"}) {
    const std::vector<Ranked> order = in_order(chip, selector);
    for (std::size_t i = 1; i < order.size(); ++i) RC_ASSERT(order[i].score < order[i - 1].score);
    // Where scores are one slope but for the last bits, the rows come in their order and none comes back.
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (order[i].score >= order[i - 1].score * (1 - 1e-12)) RC_ASSERT(order[i].row >= order[i - 1].row);
    }
  }
}

RC_GTEST_PROP(GainPerTime, AlikeThingsOfARowComeByFallingGain, ()) {
  const AnyChip chip;
  std::map<std::pair<std::uint32_t, int>, double> last;
  for (const Ranked& thing : in_order(chip, "swim_rows")) {
    const auto [at, first] = last.try_emplace({thing.row, 0}, thing.gain);
    if (!first) RC_ASSERT(thing.gain <= at->second);
    at->second = thing.gain;
  }
  last.clear();
  for (const Ranked& thing : in_order(chip, "swim_groups")) {
    const auto [at, first] = last.try_emplace({thing.row, thing.footprint}, thing.gain);
    if (!first) RC_ASSERT(thing.gain <= at->second);
    at->second = thing.gain;
  }
}

RC_GTEST_PROP(GainPerTime, SlopesAddUpToTheGainOfAll, ()) {
  AnyChip chip;
  chip.costs.open_ps += 1;
  chip.costs.groups = {1};
  for (auto& rows : chip.costs.row) std::fill(rows.begin(), rows.end(), 0u);
  chip.costs.footprints.assign(chip.costs.footprints.size(), {{0, 1}});
  const std::vector<Ranked> order = in_order(chip, "swim_rows");
  // One row, things one by one: the time of each step times its slope is the gain.
  const std::size_t most = order.size();
  const std::vector<double> slowest = chip.costs.slowest[0].size() > most ? chip.costs.slowest[0] : chip.costs.slowest[1];
  if (slowest.size() <= most) return;
  const auto time_ps = [&](std::size_t k) {
    if (k == 0) return 0.0;
    return chip.costs.open_ps + slowest[k] * chip.costs.cycle_ps + (chip.costs.first_reads + slowest[k]) * chip.costs.group_ps;
  };
  double gain = 0, of_all = 0;
  for (std::size_t k = 0; k < most; ++k) {
    gain += order[k].score * 1e-12 * (time_ps(k + 1) - time_ps(k));
    of_all += order[k].gain;
  }
  RC_ASSERT(std::abs(gain - of_all) <= 1e-9 * (1 + of_all));
}

}  // namespace
}  // namespace swimsim
