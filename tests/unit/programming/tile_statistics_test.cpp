// What a tile says that it did, counted by hand on two cells without noise.
#include "models/programming/tile_statistics.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

/// Steps of 0.2 of the range, no noise.
Card quiet_card() {
  Card card = testing::pulse_card();
  for (const char* name : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) card.find(name)->value = 0.0;
  card.find("step")->value = 0.2;
  return card;
}

/// Every wait has its own length: clock 10, row 20, DAC 30, blind 100, pulse 50, polarity 40,
/// write-to-read 60, read settle 70, convert 80, read-to-write 90 (ns).
SmallChip one_weight() {
  SmallChip chip({{"layer", 1, 1}}, quiet_card());
  chip.codes[0] = {15};
  const double range_S = chip.device->g_max_S() - chip.device->g_min_S();
  chip.job.array.adc = Adc(6, chip.device->g_min_S() - 0.31 * range_S, chip.device->g_min_S() + 1.29 * range_S);
  chip.job.controller.column_mux = 2;
  chip.job.controller.timing = {10'000, 20'000, 30'000, 100'000, 50'000, 40'000, 60'000, 70'000, 80'000, 90'000};
  chip.job.controller_power_W = 1e-3;
  return chip;
}

TileStatistics run(const SmallChip& chip, bool blind) {
  ChipJob job = chip.job;
  job.blind = blind;
  job.groups = blind ? 0 : 1;
  ChipProgram program(job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); });
  program.begin_phase(0, 0);
  TileController& controller = *program.tiles()[0].controller;
  while (!controller.done()) controller.step();
  return tile_statistics(program, 0);
}

std::int64_t time_ps(const TileStatistics& tile, ControllerState state) { return tile.state_ps[static_cast<std::size_t>(state)]; }

const TileModule& module(const std::string& name) {
  for (const TileModule& module : tile_modules()) {
    if (module.name == name) return module;
  }
  throw std::logic_error(name);
}

// Column 0 goes from 0 to 1 by five SETs. Column 1 has target 0, is read just above it, goes to -0.2 by a RESET and back by a SET. So there
// are a first read of both columns and five cycles: SET and RESET with a read of both; two SETs with a read of both; three SETs of
// column 0 alone, each with a read of it.
TEST(TileStatistics, TimesByStateAreThoseOfTheHandTrace) {
  const TileStatistics tile = run(one_weight(), false);
  EXPECT_EQ(time_ps(tile, ControllerState::select_row), 20'000);
  EXPECT_EQ(time_ps(tile, ControllerState::write_setup), 5 * (90'000 + 30'000));
  EXPECT_EQ(time_ps(tile, ControllerState::set_pulse), 5 * 50'000);
  EXPECT_EQ(time_ps(tile, ControllerState::polarity_switch), 40'000 + 30'000);
  EXPECT_EQ(time_ps(tile, ControllerState::reset_pulse), 50'000);
  EXPECT_EQ(time_ps(tile, ControllerState::read_setup), 70'000 + 5 * (60'000 + 70'000));
  EXPECT_EQ(time_ps(tile, ControllerState::convert), 9 * 80'000);
  EXPECT_EQ(time_ps(tile, ControllerState::decide), 6 * 10'000);
  EXPECT_EQ(time_ps(tile, ControllerState::blind_pulse), 0);
  EXPECT_EQ(time_ps(tile, ControllerState::erase), 0);
  EXPECT_EQ(time_ps(tile, ControllerState::idle), 0);
  EXPECT_EQ(tile.busy_ps(), 2'490'000);
}

// The two rows of a tile, taken in step, have the times that each has alone.
TEST(TileStatistics, RowsInStepHaveTheirOwnTimes) {
  SmallChip chip = one_weight();
  const auto times = [&](std::vector<std::int32_t> codes, int together) {
    SmallChip column({{"layer", 1, static_cast<std::int64_t>(codes.size())}}, quiet_card());
    column.codes[0] = std::move(codes);
    column.job.array.adc = chip.job.array.adc;
    column.job.controller = chip.job.controller;
    column.job.blind = false;
    ChipProgram program(column.job, [together](TileArray& array, std::size_t) {
      array.take_together(together);
      return std::make_unique<DirectDatapath>(array);
    });
    program.begin_phase(0, 0);
    while (!program.tiles()[0].controller->done()) program.tiles()[0].controller->stride();
    return row_statistics(program, 0);
  };
  const std::vector<RowStatistics> together = times({15, 0, 6}, 3);
  ASSERT_EQ(together.size(), 3u);
  EXPECT_EQ(together[0].busy_ps, 2'490'000);
  EXPECT_EQ(together[0].cycles, 5);
  const std::vector<std::int32_t> codes = {15, 0, 6};
  for (std::size_t row = 0; row < 3; ++row) {
    const std::vector<RowStatistics> alone = times({codes[row]}, 1);
    EXPECT_EQ(together[row].busy_ps, alone[0].busy_ps) << row;
    EXPECT_EQ(together[row].cycles, alone[0].cycles) << row;
  }
  EXPECT_NE(together[0].busy_ps, together[1].busy_ps);
}

TEST(TileStatistics, ModulesAreBusyInTheirStatesAndCountTheirEvents) {
  const TileStatistics tile = run(one_weight(), false);
  struct Expected {
    const char* name;
    std::int64_t busy_ps, events;
  };
  for (const Expected& expected : {Expected{"controller", 2'490'000, 6},
                                   {"row_decoder", 20'000, 1},
                                   {"write_drivers", 970'000, 7},
                                   {"crossbar", 1'740'000, 7 + 9},
                                   {"column_mux", 720'000, 9},
                                   {"sample_hold", 720'000, 9},
                                   {"adc_bank", 720'000, 9}}) {
    EXPECT_EQ(module(expected.name).busy_ps(tile), expected.busy_ps) << expected.name;
    EXPECT_EQ(module(expected.name).events(tile), expected.events) << expected.name;
  }
  EXPECT_EQ(module("controller").energy_aJ(tile), 2'490'000'000);  // 1 mW for 2.49 us
  EXPECT_EQ(module("adc_bank").energy_aJ(tile), 9 * 220'000);
}

TEST(TileStatistics, ABlindWriteIsOnePulseACell) {
  const TileStatistics tile = run(one_weight(), true);
  EXPECT_EQ(tile.busy_ps(), 20'000 + 30'000 + 100'000);
  EXPECT_EQ(time_ps(tile, ControllerState::blind_pulse), 100'000);
  EXPECT_EQ(module("write_drivers").events(tile), 2);
  EXPECT_EQ(module("adc_bank").events(tile), 0);
  EXPECT_EQ(module("controller").events(tile), 0);
}

TEST(TileStatistics, EveryComponentOfTheLedgerBelongsToOneModule) {
  for (const EnergyPart& part : energy_parts()) {
    int owners = 0;
    for (const TileModule& module : tile_modules())
      owners += static_cast<int>(std::count(module.energy.begin(), module.energy.end(), part.member));
    EXPECT_EQ(owners, part.member == &EnergyLedger::leakage_aJ ? 0 : 1) << part.name;  // leakage is the chip's
  }
}

TEST(TileStatistics, TheControllerIsBusyInEveryStateButIdle) {
  const std::vector<ControllerState>& states = module("controller").states;
  EXPECT_EQ(std::set<ControllerState>(states.begin(), states.end()).size(), kControllerStates - 1);
  EXPECT_EQ(std::count(states.begin(), states.end(), ControllerState::idle), 0);
}

TEST(TileStatistics, NamesAndDescriptionsAreThereAndNamesDiffer) {
  std::set<std::string> names;
  for (std::size_t state = 0; state < kControllerStates; ++state) {
    const StateName name = state_name(static_cast<ControllerState>(state));
    EXPECT_TRUE(names.insert(name.name).second) << name.name;
    EXPECT_STRNE(name.description, "");
  }
  for (const TileModule& module : tile_modules()) {
    EXPECT_TRUE(names.insert(module.name).second) << module.name;
    EXPECT_STRNE(module.description, "");
    EXPECT_STRNE(module.event, "");
  }
}

}  // namespace
}  // namespace swimsim
