#include "sim/engine/module_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sim/engine/batched_driver.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

/// Two layers on three tiles of 8 x 8, one of them partly used.
struct Programmed {
  SmallChip chip;
  testing::ChipImage image;
  std::vector<ModuleRow> rows;

  Programmed() : chip({{"first", 4, 12}, {"second", 2, 8}}, testing::pulse_card(), options()) {
    chip.job.controller_power_W = 1e-4;
    image = testing::run_chip(make_batched_driver(), chip.job);
    rows = module_rows(*chip.mapping, image.tiles, {image.phase_end_ps.back(), chip.job.controller.timing.clock_ps, 1000, 2'000'000});
  }
  static MappingOptions options() {
    MappingOptions options;
    options.tile_rows = options.tile_cols = 8;
    return options;
  }
  const ModuleRow& row(const std::string& path) const {
    for (const ModuleRow& row : rows) {
      if (row.path == path) return row;
    }
    throw std::logic_error(path);
  }
};

std::string parent(const std::string& path) { return path.substr(0, path.rfind('.')); }

TEST(ModuleRows, AreOneTreeInOrder) {
  const Programmed made;
  ASSERT_EQ(made.image.tiles.size(), 3u);
  std::map<std::string, int> seen;
  for (const ModuleRow& row : made.rows) {
    EXPECT_EQ(seen.count(parent(row.path)), row.path == "chip" ? 0u : 1u) << row.path;
    EXPECT_EQ(++seen[row.path], 1) << row.path;
    EXPECT_EQ(row.layer, row.path.find("tile") == std::string::npos    ? ""
                         : row.path.compare(0, 11, "chip.tile_2") == 0 ? "second"
                                                                       : "first");
  }
  EXPECT_EQ(made.rows.front().kind, "chip");
  EXPECT_EQ(made.row("chip.tile_1.adc_bank").kind, "adc_bank");
  EXPECT_EQ(made.row("chip.tile_1.controller.convert").kind, "state");
}

TEST(ModuleRows, TilesAndChipCarrySums) {
  const Programmed made;
  std::int64_t busy_ps = 0, events = 0;
  double energy_J = 0;
  for (std::size_t t = 0; t < 3; ++t) {
    const ModuleRow& tile = made.row("chip.tile_" + std::to_string(t));
    EXPECT_EQ(tile.busy_ps, made.image.busy_ps[t]);
    EXPECT_DOUBLE_EQ(*tile.energy_J, static_cast<double>(made.image.energy_aJ[t]) * 1e-18);
    EXPECT_EQ(tile.events, made.row(tile.path + ".write_drivers").events);
    std::int64_t states_ps = 0;
    double modules_J = 0;
    for (const ModuleRow& row : made.rows) {
      if (parent(row.path) == tile.path) modules_J += row.energy_J.value_or(0);
      if (parent(row.path) == tile.path + ".controller") states_ps += row.busy_ps;
    }
    EXPECT_EQ(states_ps, tile.busy_ps);
    EXPECT_NEAR(modules_J, *tile.energy_J, 1e-12 * modules_J);
    busy_ps += tile.busy_ps;
    events += tile.events;
    energy_J += *tile.energy_J;
  }
  const ModuleRow& chip = made.row("chip");
  EXPECT_EQ(chip.busy_ps, busy_ps);
  EXPECT_EQ(chip.events, events);
  energy_J += *made.row("chip.supply").energy_J;
  EXPECT_NEAR(*chip.energy_J, energy_J, 1e-12 * energy_J);
  EXPECT_DOUBLE_EQ(*made.row("chip.supply").energy_J, 2e-12);
  EXPECT_EQ(made.row("chip.host_port").busy_ps, 1000);
}

TEST(ModuleRows, UtilisationIsOfTheTimeOfTheChip) {
  const Programmed made;
  const double total_ps = static_cast<double>(made.image.phase_end_ps.back());
  const ModuleRow& adc = made.row("chip.tile_0.adc_bank");
  EXPECT_DOUBLE_EQ(adc.utilisation, static_cast<double>(adc.busy_ps) / total_ps);
  EXPECT_DOUBLE_EQ(made.row("chip").utilisation, static_cast<double>(made.row("chip").busy_ps) / (3 * total_ps));
  for (const ModuleRow& row : made.rows) {
    EXPECT_LE(row.utilisation, 1) << row.path;
    EXPECT_EQ(row.busy_cycles * 10'000, row.busy_ps) << row.path;
  }
}

TEST(ModuleRows, WhatTheLedgerDoesNotKnowHasNoEnergy) {
  const Programmed made;
  EXPECT_FALSE(made.row("chip.tile_0.row_decoder").energy_J.has_value());
  EXPECT_FALSE(made.row("chip.tile_0.controller.decide").energy_J.has_value());
  EXPECT_GT(*made.row("chip.tile_0.controller").energy_J, 0);
}

TEST(ModuleRows, AnIdleTileIsALineOfZeros) {
  Programmed made;
  made.image.tiles[1] = TileStatistics();
  const std::vector<ModuleRow> rows = module_rows(*made.chip.mapping, made.image.tiles, {1000, 10, 0, 0});
  int lines = 0;
  for (const ModuleRow& row : rows) {
    if (row.path.compare(0, 11, "chip.tile_1") != 0) continue;
    ++lines;
    EXPECT_EQ(row.busy_ps, 0) << row.path;
    EXPECT_EQ(row.events, 0) << row.path;
    EXPECT_EQ(row.energy_J.value_or(0), 0) << row.path;
  }
  EXPECT_EQ(lines, 1 + static_cast<int>(tile_modules().size()));  // no state took time
}

TEST(ModuleRows, AChipThatDidNothingHasNoUtilisation) {
  const Programmed made;
  for (const ModuleRow& row : module_rows(*made.chip.mapping, std::vector<TileStatistics>(3), {0, 10, 0, 0})) EXPECT_EQ(row.utilisation, 0);
}

TEST(WordLineRows, AreThoseOfTheTilesInOrder) {
  const Programmed made;
  const std::vector<WordLineRow> rows = word_line_rows(*made.chip.mapping, made.image.rows);
  ASSERT_EQ(rows.size(), 8u + 4u + 8u);
  EXPECT_EQ(rows[8].tile, 1);
  EXPECT_EQ(rows[8].row, 0);
  std::int64_t busy_ps = 0;
  for (const WordLineRow& row : rows) busy_ps += row.busy_ps;
  EXPECT_EQ(busy_ps, made.row("chip").busy_ps);
}

TEST(TileRows, SayWhatATileHolds) {
  const Programmed made;
  const std::vector<TileRow> rows = tile_rows(*made.chip.mapping);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].layer, "first");
  EXPECT_EQ(rows[1].inputs, 12);
  EXPECT_EQ(rows[1].first_input, 8);
  EXPECT_EQ(rows[1].used_rows, 4);
  EXPECT_EQ(rows[1].used_cols, 8);
  EXPECT_EQ(rows[1].rows, 8);
  EXPECT_EQ(rows[2].used_cols, 4);
}

}  // namespace
}  // namespace swimsim
