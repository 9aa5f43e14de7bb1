#include "models/selection/channel_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace swimsim {
namespace {

using Order = std::vector<std::int64_t>;

// Eight outputs of two columns, eight columns to a converter: places 0 and 4 share groups 0 and 1.
TEST(ChannelOrder, TheFirstOutputsShareGroupsOfTheMux) {
  EXPECT_EQ(outputs_by_score({1, 2, 3, 4, 5, 6, 7, 8}, {2, 128, 8}), (Order{7, 5, 3, 1, 6, 4, 2, 0}));
}

TEST(ChannelOrder, TilesAreFilledOneAfterTheOther) {
  EXPECT_EQ(outputs_by_score({0, 9, 1, 8, 2, 7}, {2, 8, 4}), (Order{1, 5, 3, 4, 2, 0}));
}

TEST(ChannelOrder, SpreadOverTheTilesTheyShareGroupsInEach) {
  EXPECT_EQ(outputs_by_score({1, 2, 3, 4, 5, 6, 7, 8}, {2, 8, 4, true}), (Order{7, 3, 5, 1, 6, 2, 4, 0}));
}

TEST(ChannelOrder, EqualScoresKeepTheirOrderAlongTheirGroups) {
  EXPECT_EQ(outputs_by_score({1, 1, 1, 1}, {2, 128, 2}), (Order{0, 1, 2, 3}));
  EXPECT_EQ(outputs_by_score({}, {}), Order());
}

TEST(ChannelOrder, AnOutputAsWideAsTheMuxIsPlacedByScoreAlone) { EXPECT_EQ(outputs_by_score({1, 3, 2}, {8, 128, 8}), (Order{1, 2, 0})); }

/// Groups that the best `count` outputs occupy in their tiles.
std::size_t groups_of_best(const std::vector<double>& score, const Order& by_place, std::size_t count, const OutputColumns& columns) {
  std::vector<double> sorted = score;
  std::sort(sorted.rbegin(), sorted.rend());
  std::set<int> groups;
  for (std::size_t place = 0; place < by_place.size(); ++place) {
    if (score[static_cast<std::size_t>(by_place[place])] < sorted[count - 1]) continue;
    for (int k = 0; k < columns.columns_per_output; ++k)
      groups.insert((static_cast<int>(place) * columns.columns_per_output + k) % columns.tile_columns % columns.column_mux);
  }
  return groups.size();
}

TEST(ChannelOrder, AQuarterOfTheOutputsOpensAQuarterOfTheGroups) {
  std::vector<double> score;
  for (int i = 0; i < 64; ++i) score.push_back(i * 37 % 64);
  const OutputColumns columns;
  Order natural(64);
  for (std::size_t i = 0; i < 64; ++i) natural[i] = static_cast<std::int64_t>(i);
  EXPECT_EQ(groups_of_best(score, outputs_by_score(score, columns), 16, columns), 2u);
  EXPECT_EQ(groups_of_best(score, natural, 16, columns), 8u);
}

}  // namespace
}  // namespace swimsim
