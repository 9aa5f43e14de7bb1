#include "models/selection/selector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/plain_rows.h"

namespace swimsim {
namespace {

const std::vector<std::vector<double>> magnitude{{0.2, 1, 0, 0.5}, {0.5, 0.5}};
const std::vector<std::vector<double>> sensitivity{{0.5, 0.1, 0.0, 0.5}, {0.5, 0.0}};

SelectionInput input() {
  SelectionInput input;
  input.magnitude = &magnitude;
  input.sensitivity = &sensitivity;
  return input;
}

using Ranks = std::vector<std::vector<std::int64_t>>;

TEST(Selector, SwimRanksBySecondDerivativeGloballyAndMagnitudeBreaksTies) {
  const Ranking ranking = rank_weights(*find_selector("swim"), input());
  // 0.5 three times: magnitudes 0.5, 0.5, 0.2 -> layer 0 before layer 1; then 0.1; then the zeros by magnitude.
  EXPECT_EQ(ranking.rank, (std::vector<std::vector<std::int64_t>>{{2, 3, 5, 0}, {1, 4}}));
}

TEST(Selector, MagnitudeRanksByRelativeSize) {
  const Ranking ranking = rank_weights(*find_selector("magnitude"), input());
  EXPECT_EQ(ranking.rank, (std::vector<std::vector<std::int64_t>>{{4, 0, 5, 1}, {2, 3}}));
}

TEST(Selector, RandomIsAPermutationThatChangesWithTheTrialOnly) {
  const SelectorKind& random = *find_selector("random");
  SelectionInput other = input();
  other.trial = 1;
  const Ranking a = rank_weights(random, input());
  EXPECT_EQ(a.rank, rank_weights(random, input()).rank);
  EXPECT_NE(a.score, rank_weights(random, other).score);
  std::vector<std::int64_t> all = a.rank[0];
  all.insert(all.end(), a.rank[1].begin(), a.rank[1].end());
  std::sort(all.begin(), all.end());
  std::vector<std::int64_t> expected(6);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

TEST(Selector, NegativeSecondDerivativeCountsByItsSize) {
  const std::vector<std::vector<double>> negative{{-0.9, 0.1, 0.0, 0.5}, {0.5, 0.0}};
  SelectionInput with_negative = input();
  with_negative.sensitivity = &negative;
  EXPECT_EQ(rank_weights(*find_selector("swim"), with_negative).rank[0][0], 0);
}

TEST(Selector, UswimWeighsTheSensitivityWithTheRemovedVariance) {
  const PerWeight removed{{0.1, 1, 0.5, 0.2}, {0.4, 1}};
  SelectionInput with = input();
  with.removed_variance = &removed;
  const Ranking ranking = rank_weights(*find_selector("uswim"), with);
  EXPECT_EQ(ranking.score, (PerWeight{{0.5 * 0.1, 0.1, 0, 0.5 * 0.2}, {0.2, 0}}));
  // 0.2; 0.1 twice: the larger magnitude first; 0.05; the zeros by magnitude
  EXPECT_EQ(ranking.rank, (Ranks{{3, 1, 5, 2}, {0, 4}}));
}

TEST(Selector, UswimLinearAndSquaredFollowTheReferenceFormula) {
  const PerWeight sigma{{1, 0.25, 1, 0.25}, {0.25, 1}};
  SelectionInput with = input();
  with.level_sigma = &sigma;
  EXPECT_EQ(rank_weights(*find_selector("uswim_linear"), with).score, (PerWeight{{0.5, 0.025, 0, 0.125}, {0.125, 0}}));
  EXPECT_EQ(rank_weights(*find_selector("uswim_squared"), with).score, (PerWeight{{0.5, 0.00625, 0, 0.03125}, {0.03125, 0}}));
}

TEST(Selector, WithOneSigmaForAllLevelsUswimIsSwimBitForBit) {
  const PerWeight ones{{1, 1, 1, 1}, {1, 1}};
  const PerWeight awkward{{0.1 + 0.2, 1e-300, -1.0 / 3, 5e-324}, {0.3, 0}};
  SelectionInput with = input();
  with.sensitivity = &awkward;
  with.level_sigma = with.removed_variance = &ones;
  const Ranking swim = rank_weights(*find_selector("swim"), with);
  for (const char* name : {"uswim", "uswim_linear", "uswim_squared"}) {
    const Ranking ranking = rank_weights(*find_selector(name), with);
    EXPECT_EQ(ranking.score, swim.score) << name;
    EXPECT_EQ(ranking.rank, swim.rank) << name;
  }
}

TEST(Selector, GradientCountsByItsSizeHutchinsonWithItsSign) {
  const PerWeight values{{-3, 1, 0, 2}, {-0.5, 0.5}};
  SelectionInput with = input();
  with.gradient = with.hutchinson = with.fisher = with.raw_magnitude = &values;
  EXPECT_EQ(rank_weights(*find_selector("gradient"), with).rank, (Ranks{{0, 2, 5, 1}, {3, 4}}));
  const Ranks as_they_are{{5, 1, 3, 0}, {4, 2}};
  EXPECT_EQ(rank_weights(*find_selector("hutchinson"), with).rank, as_they_are);
  EXPECT_EQ(rank_weights(*find_selector("fisher"), with).rank, as_they_are);
  EXPECT_EQ(rank_weights(*find_selector("magnitude_raw"), with).rank, as_they_are);
}

TEST(Selector, LayerwiseTakesWholeLayersByTheirMean) {
  // means 0.275 and 0.25: layer 0 first although layer 1 has a weight of 0.5
  EXPECT_EQ(rank_weights(*find_selector("layerwise"), input()).rank, (Ranks{{1, 2, 3, 0}, {4, 5}}));
  const PerWeight other{{0.5, 0.1, 0.0, 0.3}, {0.5, 0.0}};
  SelectionInput with = input();
  with.sensitivity = &other;
  EXPECT_EQ(rank_weights(*find_selector("layerwise"), with).rank, (Ranks{{2, 4, 5, 3}, {0, 1}}));
}

TEST(Selector, SlicesOfAWeightAreRankedApartMostSignificantFirst) {
  const std::vector<std::vector<double>> share{{1.0 / 16, 1}, {1.0 / 16, 1}};  // two bits a device
  SelectionInput with = input();
  with.slice_share = &share;
  const Ranking ranking = rank_weights(*find_selector("swim"), with);
  ASSERT_EQ(ranking.rank[0].size(), 8u);
  // Tops of 0.5, 0.5, 0.5, then 0.1; 0.5 / 16 three times; 0.1 / 16; the zeros: magnitude first, then the top slice.
  EXPECT_EQ(ranking.rank, (Ranks{{6, 2, 7, 3, 11, 10, 4, 0}, {5, 1, 9, 8}}));
}

TEST(Selector, OneSliceIsTheWholeWeight) {
  const std::vector<std::vector<double>> share{{1}, {1}};
  SelectionInput with = input();
  with.slice_share = &share;
  with.gradient = with.fisher = with.hutchinson = with.raw_magnitude = with.level_sigma = with.removed_variance = &sensitivity;
  const RowCosts rows = testing::plain_rows({4, 2}, 3);
  with.row_costs = &rows;
  SelectionInput without = with;
  without.slice_share = nullptr;
  for (const SelectorKind& kind : selector_kinds()) {
    EXPECT_EQ(rank_weights(kind, with).score, rank_weights(kind, without).score) << kind.name;
    EXPECT_EQ(rank_weights(kind, with).rank, rank_weights(kind, without).rank) << kind.name;
  }
}

TEST(Selector, CountOfAFractionRounds) {
  EXPECT_EQ(selected_count(0.0, 105'918), 0);
  EXPECT_EQ(selected_count(0.1, 105'918), 10'592);
  EXPECT_EQ(selected_count(0.5, 3), 2);  // halves up
  EXPECT_EQ(selected_count(1.0, 105'918), 105'918);
}

TEST(Selector, UnknownNameIsNull) { EXPECT_EQ(find_selector("swum"), nullptr); }

TEST(Selectors, TheBestIsOneOfThem) {
  EXPECT_NE(find_selector(kBestSelector), nullptr);
  EXPECT_EQ(find_selector(kBestSelectorWord), nullptr);
}

}  // namespace
}  // namespace swimsim
