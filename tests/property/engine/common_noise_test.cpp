// Selectors meet the same noise: a cell that two of them treat alike ends at the same conductance after the same pulses, whatever the
// others around it do (DESIGN, rule 2).

#include <gtest/gtest.h>

#include "models/selection/selector.h"
#include "sim/engine/batched_driver.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

std::vector<std::vector<std::int16_t>> groups_of(const Ranking& ranking, std::int64_t selected) {
  std::vector<std::vector<std::int16_t>> groups;
  for (const auto& layer : ranking.rank) {
    groups.emplace_back();
    for (const std::int64_t rank : layer) groups.back().push_back(rank < selected ? std::int16_t{0} : std::int16_t{-1});
  }
  return groups;
}

void expect_same_cells_outside_the_difference(const Card& card, int bits_per_device, bool by_slice) {
  MappingOptions options;
  options.bits_per_device = bits_per_device;
  SmallChip chip({{"a", 20, 70}, {"b", 9, 30}}, card, options);
  PerWeight magnitude;
  for (const auto& layer : chip.codes) {
    magnitude.emplace_back();
    for (const std::int32_t code : layer) magnitude.back().push_back(std::abs(code) / 15.0);
  }
  const std::vector<std::vector<double>> share(2, {1.0 / 16, 1});
  SelectionInput input;
  input.magnitude = &magnitude;
  if (by_slice) input.slice_share = &share;
  chip.job.groups_by_slice = by_slice;

  std::vector<std::vector<std::vector<std::int16_t>>> groups;
  std::vector<ChipImage> images;
  for (const char* name : {"magnitude", "random"}) {
    groups.push_back(groups_of(rank_weights(*find_selector(name), input), 500));
    chip.job.group_of_weight = groups.back();
    images.push_back(run_chip(make_batched_driver(), chip.job));
  }
  std::size_t alike = 0, different = 0;
  for (std::size_t tile = 0; tile < images[0].final_S.size(); ++tile) {
    const TileExtent& extent = chip.mapping->tiles()[tile];
    std::size_t at = 0;
    for (int row = 0; row < extent.used_rows; ++row) {
      for (int col = 0; col < extent.used_cols; ++col, ++at) {
        const CellAddress cell = chip.mapping->address({static_cast<std::int64_t>(tile), row, col});
        const auto layer = static_cast<std::size_t>(cell.layer);
        const auto thing = static_cast<std::size_t>(by_slice ? cell.weight * chip.mapping->slices(0) + cell.slice : cell.weight);
        if (groups[0][layer][thing] != groups[1][layer][thing]) {
          ++different;
          continue;
        }
        ++alike;
        ASSERT_EQ(images[0].final_S[tile][at], images[1].final_S[tile][at]);
        ASSERT_EQ(images[0].pulses[tile][at], images[1].pulses[tile][at]);
      }
    }
  }
  EXPECT_GT(alike, 500u);
  EXPECT_GT(different, 500u);
}

TEST(CommonNoise, CellsThatSelectorsTreatAlikeEndAlike) {
  expect_same_cells_outside_the_difference(gaussian_card(), 4, false);
  expect_same_cells_outside_the_difference(pulse_card(), 4, false);
}

TEST(CommonNoise, AlsoWhereSlicesAreRankedApart) {
  expect_same_cells_outside_the_difference(gaussian_card(), 2, true);
  expect_same_cells_outside_the_difference(pulse_card(), 2, true);
}

}  // namespace
}  // namespace swimsim
