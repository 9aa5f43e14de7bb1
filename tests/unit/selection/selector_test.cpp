#include "models/selection/selector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace swimsim {
namespace {

const std::vector<std::vector<double>> magnitude{{0.2, 1, 0, 0.5}, {0.5, 0.5}};
const std::vector<std::vector<double>> sensitivity{{0.5, 0.1, 0.0, 0.5}, {0.5, 0.0}};

SelectionInput input() { return {&magnitude, &sensitivity, 1, 0}; }

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

TEST(Selector, CountOfAFractionRounds) {
  EXPECT_EQ(selected_count(0.0, 105'918), 0);
  EXPECT_EQ(selected_count(0.1, 105'918), 10'592);
  EXPECT_EQ(selected_count(0.5, 3), 2);  // halves up
  EXPECT_EQ(selected_count(1.0, 105'918), 105'918);
}

TEST(Selector, UnknownNameIsNull) { EXPECT_EQ(find_selector("swum"), nullptr); }

}  // namespace
}  // namespace swimsim
