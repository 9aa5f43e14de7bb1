// Gain per expected time, whatever the curve and the chip.
#include "models/selection/row_curve.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

namespace swimsim {
namespace {

std::vector<CurvePoint> any_curve() {
  std::vector<CurvePoint> curve(1);
  const int points = *rc::gen::inRange(1, 40);
  for (int i = 0; i < points; ++i)
    curve.push_back({curve.back().time_ps + *rc::gen::inRange(i == 0 ? 1 : 0, 50), curve.back().gain + *rc::gen::inRange(0, 50)});
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
  PerWeight sensitivity, magnitude, removed;

  AnyChip() {
    const int mux = *rc::gen::inRange(1, 5), slots = *rc::gen::inRange(1, 4);
    for (int group = 0; group < mux; ++group) costs.footprints.push_back({{group, 1}});
    costs.footprints.push_back({{0, 1}});
    if (mux > 1) costs.footprints.back().push_back({1, 1});
    costs.open_ps = *rc::gen::inRange(0, 100);
    costs.group_ps = *rc::gen::inRange(0, 100);
    costs.first_reads = *rc::gen::inRange(0, 2);
    for (int layer = 0; layer < 2; ++layer) {
      const int rows = *rc::gen::inRange(1, 4), things = *rc::gen::inRange(1, 20), first = static_cast<int>(costs.groups.size());
      for (int row = 0; row < rows; ++row) {
        costs.groups.push_back(mux);
        costs.slot.push_back(static_cast<std::uint32_t>(*rc::gen::inRange(0, slots)));
      }
      costs.row.emplace_back();
      costs.footprint.emplace_back();
      for (PerWeight* values : {&sensitivity, &magnitude, &removed}) values->emplace_back();
      for (int i = 0; i < things; ++i) {
        costs.row.back().push_back(static_cast<std::uint32_t>(first + *rc::gen::inRange(0, rows)));
        costs.footprint.back().push_back(static_cast<std::uint16_t>(*rc::gen::inRange(0, mux + 1)));
        sensitivity.back().push_back(*rc::gen::inRange(-3, 4));
        magnitude.back().push_back(*rc::gen::inRange(0, 4) / 3.0);
        removed.back().push_back(*rc::gen::inRange(0, 3));
      }
      costs.cycle_ps.push_back(*rc::gen::inRange(0, 100));
      costs.slowest.emplace_back(1);
      for (int k = 0; k < 2 * things; ++k) costs.slowest.back().push_back(costs.slowest.back().back() + *rc::gen::inRange(0, 3));
    }
  }

  double removes(std::size_t layer, std::size_t i) const { return std::abs(sensitivity[layer][i]) * removed[layer][i]; }
  double gain(std::size_t layer, std::size_t i) const {
    double sum = 0;
    for (std::size_t other = 0; other < removed[layer].size(); ++other) sum += removes(layer, other);
    return sum > 0 ? removes(layer, i) / sum : 0;
  }
};

struct Ranked {
  std::uint32_t row = 0, slot = 0;
  std::uint16_t footprint = 0;
  double score = 0, gain = 0;
};

std::vector<Ranked> in_order(const AnyChip& chip, const char* selector) {
  SelectionInput input;
  input.magnitude = &chip.magnitude;
  input.sensitivity = &chip.sensitivity;
  input.removed_variance = &chip.removed;
  input.row_costs = &chip.costs;
  const Ranking ranking = rank_weights(*find_selector(selector), input);
  std::vector<Ranked> order(chip.sensitivity[0].size() + chip.sensitivity[1].size());
  for (std::size_t layer = 0; layer < 2; ++layer) {
    for (std::size_t i = 0; i < ranking.rank[layer].size(); ++i) {
      const std::uint32_t row = chip.costs.row[layer][i];
      order[static_cast<std::size_t>(ranking.rank[layer][i])] = {row, chip.costs.slot[row], chip.costs.footprint[layer][i],
                                                                 ranking.score[layer][i], chip.gain(layer, i)};
    }
  }
  return order;
}

constexpr const char* kSelectors[] = {"swim_rows", "swim_groups"};

RC_GTEST_PROP(GainPerTime, ScoresFallStrictlyFromOneToNotBelowZero, ()) {
  const AnyChip chip;
  for (const char* selector : kSelectors) {
    const std::vector<Ranked> order = in_order(chip, selector);
    RC_ASSERT(order.front().score == 1);
    RC_ASSERT(order.back().score > 0);
    for (std::size_t i = 1; i < order.size(); ++i) RC_ASSERT(order[i].score < order[i - 1].score);
  }
}

/// What a slot begins at one time is of one row, and nothing comes between.
RC_GTEST_PROP(GainPerTime, NoRowIsSplitByATie, ()) {
  const AnyChip chip;
  for (const char* selector : kSelectors) {
    std::map<std::pair<std::uint32_t, std::int64_t>, std::size_t> last;  // of each slot and time
    const std::vector<Ranked> order = in_order(chip, selector);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto [at, first] = last.try_emplace({order[i].slot, std::llround(order[i].score * 1e10)}, i);
      if (first) continue;
      RC_ASSERT(at->second == i - 1);
      RC_ASSERT(order[i].row == order[i - 1].row);
      at->second = i;
    }
  }
}

/// Over the things that a slot begins together, the gain per time falls; the times are read off the scores, in the unit of all.
RC_GTEST_PROP(GainPerTime, InEverySlotTheGainPerTimeFalls, ()) {
  const AnyChip chip;
  for (const char* selector : kSelectors) {
    struct Block {
      double begin = 0, gain = 0;
    };
    std::map<std::uint32_t, std::vector<Block>> of_slot;
    for (const Ranked& thing : in_order(chip, selector)) {
      std::vector<Block>& blocks = of_slot[thing.slot];
      if (blocks.empty() || 1 - thing.score > blocks.back().begin + 1e-10) blocks.push_back({1 - thing.score, 0});
      blocks.back().gain += thing.gain;
    }
    for (const auto& [slot, blocks] : of_slot) {
      for (std::size_t i = 2; i < blocks.size(); ++i) {  // the last of a slot has no end to read off
        const double before = blocks[i - 2].gain / (blocks[i - 1].begin - blocks[i - 2].begin);
        RC_ASSERT(blocks[i - 1].gain / (blocks[i].begin - blocks[i - 1].begin) <= before * (1 + 1e-6) + 1e-6);
      }
    }
  }
}

RC_GTEST_PROP(GainPerTime, AlikeThingsOfARowComeByFallingGain, ()) {
  const AnyChip chip;
  for (const char* selector : kSelectors) {
    std::map<std::pair<std::uint32_t, int>, double> last;
    for (const Ranked& thing : in_order(chip, selector)) {
      const int kind = selector == kSelectors[0] ? 0 : thing.footprint;
      const auto [at, first] = last.try_emplace({thing.row, kind}, thing.gain);
      if (!first) RC_ASSERT(thing.gain <= at->second);
      at->second = thing.gain;
    }
  }
}

}  // namespace
}  // namespace swimsim
