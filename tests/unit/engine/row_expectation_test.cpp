// What rows are expected to take: places, times and the cycles of the slowest cell.
#include "sim/engine/row_expectation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sim/engine/batched_driver.h"
#include "sim/engine/row_times.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

/// A prepared run without a network: layers of codes drawn from a seed.
struct Setting {
  Workload workload;
  Preparation prepared;

  Setting(const Card& card, const std::vector<MatrixShape>& layers, const MappingOptions& options = {}) {
    workload.card = card;
    workload.selection.selectors = {"swim_rows"};
    SmallChip chip(layers, card, options);
    prepared.mapping = std::move(chip.mapping);
    prepared.quantized.codes = std::move(chip.codes);
    prepared.device = std::move(chip.device);
    prepared.scheme = std::move(chip.scheme);
  }
  RowCosts costs() const { return row_expectation(workload, prepared); }
};

// 16 outputs x 2 slices x 2 cells = 64 columns on tiles of 32; 5 inputs on tiles of 4 rows: 4 tiles. A weight takes 4 adjacent columns.
TEST(RowExpectation, PutsEveryWeightInItsRowAndGroups) {
  MappingOptions options;
  options.bits_per_device = 2;
  options.tile_rows = 4;
  options.tile_cols = 32;
  Setting setting(gaussian_card(), {{"a", 16, 5}, {"b", 1, 2}}, options);
  setting.workload.hardware.column_mux = 8;
  const RowCosts costs = setting.costs();
  EXPECT_EQ(costs.groups, (std::vector<int>{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 4, 4}));
  const auto row = [&](int output, int input) { return costs.row[0][static_cast<std::size_t>(output * 5 + input)]; };
  EXPECT_EQ(row(0, 0), 0u);
  EXPECT_EQ(row(7, 3), 3u);
  EXPECT_EQ(row(8, 3), 7u);  // the second tile
  EXPECT_EQ(row(0, 4), 8u);
  EXPECT_EQ(row(15, 4), 9u);
  EXPECT_EQ(costs.row[1], (std::vector<std::uint32_t>{10, 11}));
  ASSERT_EQ(costs.footprints.size(), 2u);
  EXPECT_EQ(costs.footprints[costs.footprint[0][0]], (std::vector<RowCosts::GroupCells>{{0, 1}, {1, 1}, {2, 1}, {3, 1}}));
  EXPECT_EQ(costs.footprints[costs.footprint[0][5]], (std::vector<RowCosts::GroupCells>{{4, 1}, {5, 1}, {6, 1}, {7, 1}}));

  setting.workload.selection.granularity = "device";
  const RowCosts by_slice = setting.costs();
  ASSERT_EQ(by_slice.row[0].size(), 160u);
  EXPECT_EQ(by_slice.footprints[by_slice.footprint[0][1]], (std::vector<RowCosts::GroupCells>{{2, 1}, {3, 1}}));

  setting.workload.hardware.column_mux = 1;
  const RowCosts one_group = setting.costs();
  EXPECT_EQ(one_group.footprints, (std::vector<std::vector<RowCosts::GroupCells>>{{{0, 2}}}));
}

// 6 columns of 4 cells on tiles of 16: the fifth weight would need columns 16 to 19, those of the second tile alone; with tiles of 10 the
// third weight has two columns in each and counts where its most significant plus cell is.
TEST(RowExpectation, AWeightInTwoTilesCountsInThatOfItsMostSignificantCell) {
  MappingOptions options;
  options.bits_per_device = 2;
  options.tile_cols = 10;
  Setting setting(gaussian_card(), {{"a", 4, 1}}, options);
  setting.workload.hardware.column_mux = 2;
  EXPECT_EQ(setting.costs().row[0], (std::vector<std::uint32_t>{0, 0, 1, 1}));
}

// 1 + Poisson(9) cycles: the mean of one cell is 10; P(all k <= n) = P(Poisson(9) <= n - 1)^k. The pilot has some 8,000 cells.
TEST(RowExpectation, TheSlowestOfCellsFollowsTheLawOfTheCard) {
  const RowCosts costs = Setting(gaussian_card(), {{"a", 8, 4}}).costs();
  ASSERT_EQ(costs.slowest[0].size(), 17u);
  std::vector<double> done{0};
  double term = std::exp(-9.0), sum = 0;
  for (int n = 0; n < 60; ++n, term *= 9.0 / n) done.push_back(sum += term);
  const std::vector<double> law = expected_maxima(done, 16);
  EXPECT_NEAR(costs.slowest[0][1], 10, 0.15);
  for (std::size_t k = 1; k <= 16; ++k) EXPECT_NEAR(costs.slowest[0][k], law[k], 0.3) << k;
  EXPECT_EQ(costs.first_reads, 0);
}

TEST(RowExpectation, TilesOfASlotAreThoseThatTheSchedulerDeals) {
  MappingOptions options;
  options.tile_rows = 2;
  Setting setting(gaussian_card(), {{"a", 1, 5}, {"b", 3, 2}}, options);  // tiles of 2, 2, 1 and 2 rows, the last with more cells
  setting.workload.hardware.tiles_at_once = 3;
  EXPECT_EQ(setting.costs().slot, (std::vector<std::uint32_t>{0, 0, 1, 1, 2, 0, 0}));
  setting.workload.hardware.scheduler = "longest_first";
  EXPECT_EQ(setting.costs().slot, (std::vector<std::uint32_t>{1, 1, 2, 2, 1, 0, 0}));
  setting.workload.hardware.tiles_at_once = 1;
  EXPECT_EQ(setting.costs().slot, (std::vector<std::uint32_t>(7, 0)));
}

// 8 rows of 2 cells weigh 8 * 3 for a scheduler, 3 rows of 128 cells 3 * 9: the second tile goes first, though it is expected to take less.
TEST(RowExpectation, SlotsAreThoseOfTheChipThatVerifiesEverything) {
  Setting setting(gaussian_card(), {{"a", 1, 8}, {"b", 64, 3}, {"c", 1, 1}});
  setting.workload.hardware.tiles_at_once = 2;
  setting.workload.hardware.scheduler = "longest_first";
  const RowCosts costs = setting.costs();
  ChipJob job = make_chip_job(setting.workload, setting.prepared, 0);
  for (const auto& layer : setting.prepared.quantized.codes) job.group_of_weight.emplace_back(layer.size(), std::int16_t{0});
  job.groups = 1;
  make_batched_driver()(job, {}, {}, [&](const ChipProgram& chip, const ChipTimes&) {
    const std::vector<std::vector<TileWork>> lists = chip.deal(chip.phases() - 1);
    ASSERT_EQ(lists.size(), 2u);
    const std::size_t first_row[] = {0, 8, 11};
    for (std::uint32_t slot = 0; slot < 2; ++slot) {
      for (const TileWork& tile : lists[slot]) EXPECT_EQ(costs.slot[first_row[tile.tile]], slot) << tile.tile;
    }
  });
}

/// Verifies every `step`-th weight and compares the sum of the rows with what is expected of them.
double expected_over_simulated(Setting& setting, std::size_t step) {
  setting.workload.hardware.tiles_at_once = 1;
  const RowCosts costs = setting.costs();
  ChipJob job = make_chip_job(setting.workload, setting.prepared, 0);
  std::vector<std::vector<std::size_t>> cells(costs.groups.size(), std::vector<std::size_t>(64));
  std::vector<std::size_t> layer_of_row(costs.groups.size());
  for (std::size_t layer = 0; layer < costs.row.size(); ++layer) {
    job.group_of_weight.emplace_back(costs.row[layer].size(), std::int16_t{-1});
    for (std::size_t i = 0; i < costs.row[layer].size(); i += step) {
      job.group_of_weight[layer][i] = 0;
      layer_of_row[costs.row[layer][i]] = layer;
      for (const RowCosts::GroupCells& taken : costs.footprints[costs.footprint[layer][i]])
        cells[costs.row[layer][i]][static_cast<std::size_t>(taken.group)] += static_cast<std::size_t>(taken.cells);
    }
  }
  job.groups = 1;
  double expected_ps = 0;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::vector<double>& slowest = costs.slowest[layer_of_row[row]];
    const std::size_t all = std::accumulate(cells[row].begin(), cells[row].end(), std::size_t{0});
    if (all == 0) continue;
    expected_ps += costs.open_ps + slowest[all] * costs.cycle_ps[layer_of_row[row]];
    for (const std::size_t k : cells[row]) expected_ps += k == 0 ? 0 : (costs.first_reads + slowest[k]) * costs.group_ps;
  }
  ChipTimes times;
  make_batched_driver()(job, {}, {}, [&](const ChipProgram&, const ChipTimes& of_chip) { times = of_chip; });
  return expected_ps / static_cast<double>(times.phase_end_ps[1] - times.phase_end_ps[0]);
}

TEST(RowExpectation, OfAllRowsIsNearlyWhatTheMachineTakes) {
  for (const std::size_t step : {1, 3, 17}) {
    Setting counted(gaussian_card(), {{"a", 30, 60}, {"b", 10, 30}});
    EXPECT_NEAR(expected_over_simulated(counted, step), 1, 0.03) << step;
    Setting pulsed(pulse_card(), {{"a", 30, 60}, {"b", 10, 30}});
    EXPECT_NEAR(expected_over_simulated(pulsed, step), 1, 0.2) << step;  // a row of few cells seldom has both polarities
  }
}

TEST(RowTimes, AreTheSumsOfTheControllersWaits) {
  SmallChip chip({{"a", 1, 2}}, pulse_card());
  const RowTimes times = row_times(chip.job);
  // Row settle 20, first look 20 + 10; DAC 20, pulse 100, write-to-read 20, read settle 20, read-to-write 20, decision 10 (ns).
  EXPECT_EQ(times.open_ps, 50'000);
  EXPECT_EQ(times.pulse_ps, 100'000);
  EXPECT_EQ(times.around_ps, 90'000);
  EXPECT_EQ(times.group_ps, 20'000);
  EXPECT_EQ(times.full_cycle_ps(8), 350'000);
}

}  // namespace
}  // namespace swimsim
