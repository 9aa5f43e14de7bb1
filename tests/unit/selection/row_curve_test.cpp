// What the slowest of k cells takes, hulls and rankings by gain per expected time, by hand.
#include "models/selection/row_curve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/plain_rows.h"

namespace swimsim {
namespace {

using Corners = std::vector<std::size_t>;
using Ranks = std::vector<std::vector<std::int64_t>>;

// P(count > n) = q^n from n = 0: E[max of k] = sum over j = 1..k of C(k, j) (-1)^(j + 1) / (1 - q^j), by inclusion and exclusion.
TEST(ExpectedMaxima, OfAGeometricLawFollowTheClosedForm) {
  const double q = 0.7;
  std::vector<double> done;
  for (int n = 0; n < 200; ++n) done.push_back(1 - std::pow(q, n));
  done.back() = 1;
  const std::vector<double> expected = expected_maxima(done, 6);
  ASSERT_EQ(expected.size(), 7u);
  EXPECT_EQ(expected[0], 0);
  EXPECT_NEAR(expected[1], 1 / (1 - q), 1e-9);
  for (int k = 2; k <= 6; ++k) {
    double sum = 0, binomial = 1;
    for (int j = 1; j <= k; ++j) {
      binomial *= static_cast<double>(k - j + 1) / j;
      sum += (j % 2 == 1 ? 1 : -1) * binomial / (1 - std::pow(q, j));
    }
    EXPECT_NEAR(expected[static_cast<std::size_t>(k)], sum, 1e-9) << k;
  }
}

TEST(ExpectedMaxima, OfAFixedCountAreThatCount) {
  EXPECT_EQ(expected_maxima({0, 0, 0, 1}, 3), (std::vector<double>{0, 3, 3, 3}));
  EXPECT_EQ(expected_maxima({1}, 2), (std::vector<double>{0, 0, 0}));  // no cell needs a pulse
}

TEST(UpperHull, LeavesOutWhatLiesBelowAndOnAChord) {
  EXPECT_EQ(upper_hull({{0, 0}, {1, 1}, {2, 4}, {3, 5}, {4, 6}, {5, 6}}), (Corners{0, 2, 4, 5}));
  EXPECT_EQ(upper_hull({{0, 0}, {1, 1}, {1, 3}, {1, 3}}), (Corners{0, 3}));  // no time: all at once
  EXPECT_EQ(upper_hull({{0, 0}}), (Corners{0}));
}

/// One layer of rows of things with one cell each in one mux group, all rows in one slot.
struct Rows {
  RowCosts costs;
  PerWeight sensitivity{{}}, magnitude{{}}, removed{{}};

  explicit Rows(const std::vector<std::vector<double>>& sensitivity_of_row) {
    costs.row.emplace_back();
    costs.footprint.emplace_back();
    costs.footprints = {{{0, 1}}};
    costs.cycle_ps = {0};
    for (const auto& row : sensitivity_of_row) {
      for (const double value : row) {
        add(value, 0);
        costs.row[0].back() = static_cast<std::uint32_t>(costs.groups.size());
      }
      costs.groups.push_back(1);
      costs.slot.push_back(0);
    }
  }

  void add(double value, std::uint16_t footprint) {
    costs.row[0].push_back(0);
    costs.footprint[0].push_back(footprint);
    sensitivity[0].push_back(value);
    removed[0].push_back(1);
    magnitude[0].push_back(1 / (1.0 + static_cast<double>(magnitude[0].size())));
  }

  SelectionInput input() const {
    SelectionInput input;
    input.magnitude = &magnitude;
    input.sensitivity = &sensitivity;
    input.removed_variance = &removed;
    input.row_costs = &costs;
    return input;
  }
  Ranking ranking(const char* selector) const { return rank_weights(*find_selector(selector), input()); }
};

// Opened, a row costs the same for one cell as for all: whole rows, that of the largest sum first, although row 1 has the largest weight.
TEST(SwimRows, WithOnePulseForAllTakesWholeRowsByTheirSum) {
  Rows rows({{0.4, 0.5, 0.3}, {0.9, 0, 0.1}, {0.6, 0.5, 0.2}});
  rows.costs.slowest = {{0, 1, 1, 1}};
  rows.costs.open_ps = 100;
  rows.costs.cycle_ps = {50};
  rows.costs.group_ps = 50;
  for (const char* selector : {"swim_rows", "swim_groups"}) {
    const Ranking ranking = rows.ranking(selector);
    EXPECT_EQ(ranking.rank, (Ranks{{4, 3, 5, 6, 8, 7, 0, 1, 2}})) << selector;
    EXPECT_EQ(ranking.score[0][6], 1);  // of three rows that take as long, two are left after it, and one after the next
    EXPECT_NEAR(ranking.score[0][1], 2.0 / 3, 1e-12);
    EXPECT_NEAR(ranking.score[0][3], 1.0 / 3, 1e-12);
    EXPECT_LT(ranking.score[0][8], ranking.score[0][7]);
  }
}

// 100 to open; cells take 1, 3, 4 cycles of 100 (the slowest of 1, 2, 3). Gains 6, 2, 1: the curve is (200, 6), (400, 8), (500, 9), and its
// hull has two segments: the first weight apart, the other two together.
TEST(SwimRows, ASegmentOfTheHullScoresTheShareOfTimeFromItsBeginning) {
  Rows rows({{1, 6, 2}});
  rows.costs.slowest = {{0, 1, 3, 4}};
  rows.costs.open_ps = 100;
  rows.costs.cycle_ps = {60};
  rows.costs.group_ps = 40;
  const Ranking ranking = rows.ranking("swim_rows");
  EXPECT_EQ(ranking.score[0][1], 1);
  EXPECT_DOUBLE_EQ(ranking.score[0][2], 0.6);
  EXPECT_NEAR(ranking.score[0][0], 0.6, 1e-12);
  EXPECT_EQ(ranking.rank, (Ranks{{2, 0, 1}}));
}

// Two slots. Slot 0 has rows 0 and 1, slot 1 row 2, which is worth least; but nobody works there until it is row 2's turn.
TEST(SwimRows, NoSlotWaitsWhileAnotherWorks) {
  Rows rows({{9, 8}, {5, 4}, {0.2, 0.1}});
  rows.costs.slot = {0, 0, 1};
  rows.costs.slowest = {{0, 1, 1}};
  rows.costs.cycle_ps = {100};
  for (const char* selector : {"swim_rows", "swim_groups"}) {
    const Ranking ranking = rows.ranking(selector);
    EXPECT_EQ(ranking.rank, (Ranks{{0, 1, 4, 5, 2, 3}})) << selector;
    EXPECT_NEAR(ranking.score[0][4], 1, 1e-12) << selector;
    EXPECT_NEAR(ranking.score[0][2], 0.5, 1e-12) << selector;
  }
}

// A layer of small second derivatives is not starved: 0.8 and 0.2 of the one layer, 0.9 and 0.1 of the other.
TEST(SwimRows, GainsAreSharesOfTheLayer) {
  const PerWeight sensitivity{{8, 2}, {0.09, 0.01}}, ones{{1, 1}, {1, 1}};
  const RowCosts rows = testing::plain_rows({2, 2}, 2);
  SelectionInput input;
  input.magnitude = input.removed_variance = &ones;
  input.sensitivity = &sensitivity;
  input.row_costs = &rows;
  for (const char* selector : {"swim_rows", "swim_groups"})
    EXPECT_EQ(rank_weights(*find_selector(selector), input).rank, (Ranks{{1, 2}, {0, 3}})) << selector;
}

TEST(SwimRows, AWeightGainsWhatVerifyingRemoves) {
  Rows rows({{0.5}, {0.4}, {0.9}});
  rows.removed = {{0.5, 1, -0.1}};  // verifying may do harm, as relaxation has it; nothing is gained then
  rows.costs.slowest = {{0, 1}};
  rows.costs.cycle_ps = {100};
  for (const char* selector : {"swim_rows", "swim_groups"}) EXPECT_EQ(rows.ranking(selector).rank, (Ranks{{1, 0, 2}})) << selector;
}

TEST(SwimRows, OfRowsThatAreWorthTheSameFinishesOneBeforeTheNext) {
  Rows rows({{1, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}});
  rows.costs.slowest = {{0, 1, 1, 2, 3}};
  rows.costs.cycle_ps = {1};
  for (const char* selector : {"swim_rows", "swim_groups"})
    EXPECT_EQ(rows.ranking(selector).rank, (Ranks{{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 10, 11}})) << selector;
}

// A first read and one cycle, all cells alike; a cycle is its conversions. Group 0 holds gains 10 and 1, group 1 holds 3 and 3. After the
// first weight the next of group 0 is free, those of group 1 cost a group's conversions; swim_rows sees no difference and goes by gain.
TEST(SwimGroups, TakesWhatIsConvertedAnyway) {
  Rows rows({});
  rows.costs.footprints = {{{0, 1}}, {{1, 1}}};
  for (const auto& [gain, group] : {std::pair{10.0, 0}, {3.0, 1}, {1.0, 0}, {3.0, 1}}) rows.add(gain, static_cast<std::uint16_t>(group));
  rows.costs.groups = {2};
  rows.costs.slot = {0};
  rows.costs.slowest = {{0, 1, 1, 1, 1}};
  rows.costs.open_ps = 10;
  rows.costs.group_ps = 50;
  rows.costs.first_reads = 1;
  const Ranking groups = rows.ranking("swim_groups");
  EXPECT_EQ(groups.rank, (Ranks{{0, 2, 1, 3}}));
  EXPECT_DOUBLE_EQ(groups.score[0][1], 1 - 110.0 / 210);  // 10 + 2 * 50, then 2 * 50
  const Ranking whole = rows.ranking("swim_rows");
  EXPECT_EQ(whole.rank, (Ranks{{0, 1, 3, 2}}));
  EXPECT_NEAR(whole.score[0][2], 1, 1e-12);  // all in one segment
}

// A pair of cells in two adjacent columns opens two groups.
TEST(SwimGroups, CountsEveryGroupOfAWeight) {
  Rows rows({});
  rows.costs.footprints = {{{0, 1}, {1, 1}}, {{2, 2}}};
  rows.add(5, 0);
  rows.add(4, 1);
  rows.costs.groups = {3};
  rows.costs.slot = {0};
  rows.costs.slowest = {{0, 2, 3, 4, 4.5}};
  rows.costs.cycle_ps = {10};
  rows.costs.group_ps = 100;
  // Weight 0 alone: 3 * 10 + 2 * 2 * 100 = 430; weight 1 alone: 3 * 10 + 3 * 100 = 330, more gain a picosecond. Both: 45 + 700.
  const Ranking ranking = rows.ranking("swim_groups");
  EXPECT_EQ(ranking.rank, (Ranks{{1, 0}}));
  EXPECT_DOUBLE_EQ(ranking.score[0][0], 1 - 330.0 / 745);
}

TEST(SwimGroups, WithOneGroupIsSwimRowsBitForBit) {
  Rows rows({{0.1, 0.7, 0.2, 0.25}, {0.3, 0.3, 0.05, 0}, {0.9, 0.01, 0.01, 0.02}});
  rows.costs.slowest = {{0, 8.5, 10.7, 12.1, 13.3}};
  rows.costs.open_ps = 12'345;
  rows.costs.cycle_ps = {1'111};
  rows.costs.group_ps = 777;
  rows.costs.first_reads = 1;
  EXPECT_EQ(rows.ranking("swim_groups").score, rows.ranking("swim_rows").score);
}

TEST(SwimRows, AtDeviceGranularityASliceGainsItsShare) {
  Rows rows({{0.5, 0.5, 0.05, 0.05}});  // slices of two weights: things 0 and 1 belong to weight 0
  rows.sensitivity = {{0.5, 0.05}};
  rows.magnitude = {{1, 0.5}};
  rows.removed = {{1.0 / 16, 1, 1.0 / 16, 1}};
  rows.costs.slowest = {{0, 1, 2, 3, 4}};
  rows.costs.cycle_ps = {1};
  const std::vector<std::vector<double>> share{{1.0 / 16, 1}};
  SelectionInput input = rows.input();
  input.slice_share = &share;
  for (const char* selector : {"swim_rows", "swim_groups"})
    EXPECT_EQ(rank_weights(*find_selector(selector), input).rank, (Ranks{{2, 0, 3, 1}})) << selector;
}

}  // namespace
}  // namespace swimsim
