// DESIGN, rule 1: one kernel, two drivers, the same bytes; simulated time too.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "models/common/byte_stream.h"
#include "sim/engine/batched_driver.h"
#include "sim/engine/job_pool.h"
#include "sim/hardware/cycle_driver.h"
#include "tests/support/orders.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::ChipImage;
using testing::SmallChip;

std::string to_bytes(const ChipImage& image) {
  ByteWriter writer;
  for (const auto& tile : image.final_S) writer.put(tile);
  for (const auto& tile : image.pulses) writer.put(tile);
  writer.put(image.energy_aJ);
  writer.put(image.busy_ps);
  writer.put(image.phase_end_ps);
  writer.put(image.counts);
  writer.put(image.tiles);
  writer.put(image.rows);
  return writer.bytes();
}

/// One SystemC simulation a process: runs it in a child.
std::string in_child(const std::function<ChipImage()>& work) {
  std::string bytes;
  run_jobs(
      1, 1, [&](std::size_t) { return to_bytes(work()); }, [&](std::size_t, std::string received) { bytes = std::move(received); });
  return bytes;
}

/// What a controller may have or not; nothing that lets a cell feel its neighbours.
void choose_controller(SmallChip& chip) {
  ChipJob& job = chip.job;
  job.controller.reads_averaged = *rc::gen::inRange(1, 4);
  job.controller.erase_by_row = *rc::gen::arbitrary<bool>();
  job.controller.write_current_limit_A = *rc::gen::element(0.0, 30e-6, 300e-6);
  job.controller.timing.erase_ps = 1'000'000;
  job.controller.timing.read_after_write_ps = *rc::gen::element(0, 55'000);
  job.controller.timing.compare_ps = 25'000;
  job.array.compare_energy_J = 0.05e-12;
  job.array.mux_energy_J = 3e-15;
  job.array.driver_energy_J = 0.2e-12;
}

/// A scheme and how its reads are done.
void choose_scheme(SmallChip& chip, const std::string& name) {
  const double tolerance_S = 0.04 * (chip.device->g_max_S() - chip.device->g_min_S());
  const int max_reversals = *rc::gen::inRange(0, 6);
  chip.scheme = find_scheme(name)->make({tolerance_S, max_reversals});
  chip.job.scheme = chip.scheme.get();
  if (*rc::gen::arbitrary<bool>()) {
    chip.coarse_scheme = find_scheme(name)->make({4 * tolerance_S, max_reversals});
    chip.job.controller.coarse = chip.coarse_scheme.get();
    chip.job.controller.coarse_attempts = *rc::gen::inRange(1, 10);
  } else if (*rc::gen::arbitrary<bool>()) {
    chip.job.array.compare_tolerance_S = tolerance_S;
  }
}

/// A chip whose cells do not feel their neighbours.
SmallChip any_chip() {
  MappingOptions options;
  options.bits_per_device = *rc::gen::element(1, 2, 4);
  options.tile_rows = *rc::gen::inRange(1, 20);
  options.tile_cols = 8 * *rc::gen::inRange(1, 4);
  std::vector<MatrixShape> layers;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) layers.push_back({"layer", *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 30)});
  const Card card = testing::shipped_card(
      *rc::gen::element<std::string>("swim_pulse", "swim_gaussian", "reram_neurram_like", "reram_epiram", "fefet_hzo_28nm"));
  SmallChip chip(layers, card, options, *rc::gen::arbitrary<std::uint64_t>());
  if (*rc::gen::arbitrary<bool>()) chip.reorder(testing::any_orders(layers));
  choose_controller(chip);
  if (!chip.device->counts_cycles()) {
    choose_scheme(chip, *rc::gen::element<std::string>("incremental", "fixed", "ispp", "set_reset", "reset_on_overshoot",
                                                       "incremental_width", "two_step", "predictive"));
  }
  chip.job.controller.max_attempts = *rc::gen::inRange(1, 60);
  chip.job.array.trial = *rc::gen::inRange<std::uint32_t>(0, 100);
  chip.job.tiles_at_once = *rc::gen::inRange(1, 9);
  chip.job.scheduler = (*rc::gen::elementOf(scheduler_kinds())).scheduler;
  chip.job.array.places = *rc::gen::inRange(0, 6);
  chip.job.blind = *rc::gen::arbitrary<bool>();
  chip.job.groups = *rc::gen::inRange(1, 4);
  chip.job.controller_power_W = 1e-4;
  chip.job.controller.timing.clock_ps = *rc::gen::element<std::int64_t>(1'000, 7'000, 10'000);
  for (auto& layer : chip.job.group_of_weight) {
    for (std::int16_t& group : layer) group = static_cast<std::int16_t>(*rc::gen::inRange(-1, chip.job.groups));
  }
  return chip;
}

/// One in which the cells of a row share a write DAC or are erased together.
SmallChip any_coupled_chip() {
  SmallChip chip = any_chip();
  chip.job.controller.one_dac_a_row = *rc::gen::arbitrary<bool>();
  if (!chip.device->counts_cycles() && *rc::gen::arbitrary<bool>()) choose_scheme(chip, "erase_then_program");
  return chip;
}

RC_GTEST_PROP(TwoDrivers, LeaveTheSameBytes, ()) {
  const SmallChip chip = any_coupled_chip();
  const std::string cycle = in_child([&] { return testing::run_chip(make_cycle_driver(), chip.job); });
  RC_ASSERT(!cycle.empty());
  RC_ASSERT(cycle == to_bytes(testing::run_chip(make_batched_driver(), chip.job)));
}

// A chip that is watched goes state by state (step()), one that is not goes from pulse to pulse (stride()).
RC_GTEST_PROP(TwoDrivers, WatchingChangesNothing, ()) {
  SmallChip chip = any_coupled_chip();
  chip.job.blind = true;  // something to see
  const TileExtent& tile = chip.mapping->tiles()[0];
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("swimsim_two_drivers_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  TraceWindow window;
  window.path = (folder / "trace.vcd").string();
  window.row_last = std::min(2, tile.used_rows - 1);
  window.col_last = std::min(3, tile.used_cols - 1);
  window.to_ps = 3'000'000;
  const std::string watched = in_child([&] { return testing::run_chip(make_cycle_driver(), chip.job, window); });
  RC_ASSERT(std::filesystem::exists(window.path));
  std::filesystem::remove_all(folder);
  RC_ASSERT(watched == to_bytes(testing::run_chip(make_batched_driver(), chip.job)));
}

// Who waits for write current does the same later: only the times differ, and never to the better.
RC_GTEST_PROP(TwoDrivers, AgreeOnAllButTheWaitingWhereWriteCurrentIsShared, ()) {
  SmallChip chip = any_coupled_chip();
  chip.job.controller.write_current_budget_A = *rc::gen::element(100e-6, 500e-6, 3e-3);
  ChipImage batched = testing::run_chip(make_batched_driver(), chip.job);
  const std::string cycle = in_child([&] {
    ChipImage image = testing::run_chip(make_cycle_driver(), chip.job);
    for (std::size_t phase = 0; phase < image.phase_end_ps.size(); ++phase) {
      if (image.phase_end_ps[phase] < batched.phase_end_ps[phase]) throw std::logic_error("earlier than the lower bound");
    }
    image.phase_end_ps = batched.phase_end_ps;
    return image;
  });
  RC_ASSERT(cycle == to_bytes(batched));
}

/// A price of time and classes of all cells; not where rows are erased before they are programmed.
void ask_any_price(SmallChip& chip) {
  RC_PRE(!(chip.device->erases() && chip.job.controller.erase_by_row && chip.job.scheme->erases_first()));
  chip.job.controller.price.per_ps = *rc::gen::element(1e-5, 1e-4, 1e-3, 1e-2, 1e-1);
  for (std::size_t layer = 0; layer < chip.codes.size(); ++layer) {
    chip.job.worth_class.emplace_back(chip.codes[layer].size() * static_cast<std::size_t>(chip.mapping->slices(layer)));
    for (std::uint8_t& of_slice : chip.job.worth_class.back()) of_slice = static_cast<std::uint8_t>(*rc::gen::inRange(0, kWorthClasses));
  }
}

RC_GTEST_PROP(WriteWhileItPays, LeavesTheSameBytesUnderBothDrivers, ()) {
  SmallChip chip = any_coupled_chip();
  ask_any_price(chip);
  const std::string cycle = in_child([&] { return testing::run_chip(make_cycle_driver(), chip.job); });
  RC_ASSERT(!cycle.empty());
  RC_ASSERT(cycle == to_bytes(testing::run_chip(make_batched_driver(), chip.job)));
}

RC_GTEST_PROP(WriteWhileItPays, VerifiesAllForNothingAndNoneAtAnyPrice, ()) {
  SmallChip chip = any_coupled_chip();
  const std::string all = to_bytes(testing::run_chip(make_batched_driver(), chip.job));
  ask_any_price(chip);
  chip.job.controller.price.per_ps = 0;
  RC_ASSERT(to_bytes(testing::run_chip(make_batched_driver(), chip.job)) == all);
  chip.job.controller.price.per_ps = std::numeric_limits<double>::infinity();
  ChipImage dear = testing::run_chip(make_batched_driver(), chip.job);
  RC_ASSERT(dear.counts.verify_reads == 0 || chip.job.controller.coarse != nullptr);
  RC_ASSERT(dear.counts.verified_cells == 0);
  chip.job.controller.price.per_ps = 0;
  for (auto& layer : chip.job.group_of_weight) std::fill(layer.begin(), layer.end(), std::int16_t{-1});
  const ChipImage none = testing::run_chip(make_batched_driver(), chip.job);
  RC_ASSERT(dear == none);
}

TEST(WriteWhileItPays, IsAnotherProgrammingThanVerifyingAll) {
  SmallChip chip({{"layer", 8, 40}}, testing::pulse_card(), {});
  const ChipImage all = testing::run_chip(make_batched_driver(), chip.job);
  chip.job.worth_class.emplace_back(chip.codes[0].size(), std::uint8_t{1});
  chip.job.controller.price.per_ps = 1e-5;
  const ChipImage some = testing::run_chip(make_batched_driver(), chip.job);
  EXPECT_GT(some.counts.left_cells, 0);
  EXPECT_GT(some.counts.verified_cells, 0);
  EXPECT_EQ(some.counts.left_cells + some.counts.verified_cells, all.counts.verified_cells);
  EXPECT_LT(some.phase_end_ps.back(), all.phase_end_ps.back());
}

// What a tile says that it did explains its time and its bill to the last picosecond and attojoule.
RC_GTEST_PROP(TileStatistics, ExplainTimeAndEnergy, ()) {
  const SmallChip chip = any_coupled_chip();
  const ArrayParameters& array = chip.job.array;
  const bool compares = array.compare_tolerance_S > 0;
  const ChipImage image = testing::run_chip(make_batched_driver(), chip.job);
  auto row = image.rows.begin();
  for (std::size_t t = 0; t < image.tiles.size(); ++t) {
    const TileStatistics& tile = image.tiles[t];
    std::int64_t rows_ps = 0;
    for (int i = 0; i < chip.mapping->tiles()[t].used_rows; ++i, ++row) {
      rows_ps += row->busy_ps;
      const auto first = image.pulses[t].begin() + static_cast<std::ptrdiff_t>(i) * chip.mapping->tiles()[t].used_cols;
      RC_ASSERT(row->cycles >= *std::max_element(first, first + chip.mapping->tiles()[t].used_cols));
    }
    RC_ASSERT(rows_ps == image.busy_ps[t]);
    const std::int64_t cell_pulses = tile.counts.blind_pulses + tile.counts.pulses + tile.erased_cells;
    RC_ASSERT(tile.busy_ps() == image.busy_ps[t]);
    RC_ASSERT(tile.energy.dac_aJ == cell_pulses * event_energy_aJ(array.dac_energy_J));
    RC_ASSERT(tile.energy.driver_aJ == cell_pulses * event_energy_aJ(array.driver_energy_J));
    RC_ASSERT(tile.energy.sample_hold_aJ == tile.counts.verify_reads * event_energy_aJ(array.sample_hold_energy_J));
    RC_ASSERT(tile.energy.mux_aJ == tile.counts.verify_reads * event_energy_aJ(array.mux_energy_J));
    RC_ASSERT(tile.energy.adc_aJ == tile.conversions * event_energy_aJ(compares ? array.compare_energy_J : array.adc_energy_J));
    const ProgrammingTiming& timing = chip.job.controller.timing;
    RC_ASSERT(tile.state_ps[static_cast<std::size_t>(ControllerState::select_row)] ==
              tile.counts.row_selections * timing.clocked(timing.row_settle_ps));
    if (!compares) {
      RC_ASSERT(tile.state_ps[static_cast<std::size_t>(ControllerState::convert)] ==
                tile.counts.groups_converted * timing.clocked(timing.convert_ps));
    }
  }
}

TEST(TwoDrivers, StopTogetherWhenTheHostSaysSo) {
  SmallChip chip({{"layer", 8, 40}}, testing::pulse_card(), {});
  chip.job.groups = 3;
  for (std::size_t i = 0; i < chip.job.group_of_weight[0].size(); ++i) chip.job.group_of_weight[0][i] = static_cast<std::int16_t>(i % 3);
  const AfterPhase stop_after_first_group = [](int phase, const ChipTimes&, const ChipProgram&) { return phase < 1; };
  const ChipImage batched = testing::run_chip(make_batched_driver(), chip.job, {}, stop_after_first_group);
  EXPECT_EQ(batched.phase_end_ps.size(), 2u);
  EXPECT_EQ(in_child([&] { return testing::run_chip(make_cycle_driver(), chip.job, {}, stop_after_first_group); }), to_bytes(batched));
  EXPECT_NE(to_bytes(batched), to_bytes(testing::run_chip(make_batched_driver(), chip.job)));  // the comparator bites
}

EffectParameters all_effects() {
  EffectParameters effects;
  effects.p_stuck_lrs = effects.p_stuck_hrs = 0.05;
  effects.read_noise = 0.02;
  effects.rtn.share = 0.3;
  effects.drift.nu = effects.drift.sigma = 0.05;
  effects.drift.time_s = 1000;
  effects.endurance.median = 20;
  effects.endurance.stress_V = 0.2;
  effects.endurance.nominal_V = 1.5;
  effects.disturb = *rc::gen::element<std::string>("half", "third");
  return effects;
}

RC_GTEST_PROP(TwoDrivers, LeaveTheSameBytesUnderAllEffects, ()) {
  SmallChip chip = any_chip();
  chip.job.array.effects = all_effects();
  const std::string cycle = in_child([&] { return testing::run_chip(make_cycle_driver(), chip.job); });
  RC_ASSERT(!cycle.empty());
  RC_ASSERT(cycle == to_bytes(testing::run_chip(make_batched_driver(), chip.job)));
}

// Every effect runs but can do nothing: what is left is the path around the kernel, and it changes no byte.
RC_GTEST_PROP(Effects, ThatCannotHappenChangeNothing, ()) {
  SmallChip chip = any_chip();
  const std::string without = to_bytes(testing::run_chip(make_batched_driver(), chip.job));
  EffectParameters& effects = chip.job.array.effects;
  effects.p_stuck_lrs = 1e-300;
  effects.rtn.share = 1;
  effects.rtn.amplitude_lrs = effects.rtn.amplitude_hrs = 1e-30;
  effects.drift.time_s = 1e6;
  effects.endurance.median = 1e14;
  RC_ASSERT(effects.any());
  RC_ASSERT(to_bytes(testing::run_chip(make_batched_driver(), chip.job)) == without);
  effects.p_stuck_lrs = 1;
  RC_ASSERT(to_bytes(testing::run_chip(make_batched_driver(), chip.job)) != without);  // the comparator bites
}

// Common random numbers: what else is verified, and in which group, does not move a cell.
RC_GTEST_PROP(Selection, DoesNotMoveOtherCells, ()) {
  SmallChip chip = any_chip();
  // Between averaged reads other columns are converted, and while that takes time trapped charge fades: a matter of the hardware.
  if (chip.device->erases()) chip.job.controller.reads_averaged = 1;
  chip.job.blind = true;
  const ChipImage some = testing::run_chip(make_batched_driver(), chip.job);
  const auto groups = chip.job.group_of_weight;
  chip.job.groups = 1;
  for (auto& layer : chip.job.group_of_weight) std::fill(layer.begin(), layer.end(), std::int16_t{0});
  const ChipImage all = testing::run_chip(make_batched_driver(), chip.job);
  for (auto& layer : chip.job.group_of_weight) std::fill(layer.begin(), layer.end(), std::int16_t{-1});
  const ChipImage none = testing::run_chip(make_batched_driver(), chip.job);
  for (std::size_t t = 0; t < some.final_S.size(); ++t) {
    for (std::size_t i = 0; i < some.final_S[t].size(); ++i) {
      const int cols = chip.mapping->tiles()[t].used_cols;
      const CellAddress cell =
          chip.mapping->address({static_cast<std::int64_t>(t), static_cast<int>(i) / cols, static_cast<int>(i) % cols});
      const bool verified = groups[static_cast<std::size_t>(cell.layer)][static_cast<std::size_t>(cell.weight)] >= 0;
      RC_ASSERT(some.final_S[t][i] == (verified ? all : none).final_S[t][i]);
    }
  }
}

}  // namespace
}  // namespace swimsim
