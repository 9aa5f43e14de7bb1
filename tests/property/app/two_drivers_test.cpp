// DESIGN, rule 1: one kernel, two drivers, the same bytes; simulated time too.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/engine/batched_driver.h"
#include "sim/engine/byte_stream.h"
#include "sim/engine/job_pool.h"
#include "sim/hardware/cycle_driver.h"
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
  return writer.bytes();
}

/// One SystemC simulation a process: runs it in a child.
std::string in_child(const std::function<ChipImage()>& work) {
  std::string bytes;
  run_jobs(
      1, 1, [&](std::size_t) { return to_bytes(work()); }, [&](std::size_t, std::string received) { bytes = std::move(received); });
  return bytes;
}

SmallChip any_chip() {
  MappingOptions options;
  options.bits_per_device = *rc::gen::element(1, 2, 4);
  options.tile_rows = *rc::gen::inRange(1, 20);
  options.tile_cols = 8 * *rc::gen::inRange(1, 4);
  std::vector<MatrixShape> layers;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) layers.push_back({"layer", *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 30)});
  const Card card =
      testing::shipped_card(*rc::gen::element<std::string>("swim_pulse", "swim_gaussian", "reram_neurram_like", "reram_epiram"));
  SmallChip chip(layers, card, options, *rc::gen::arbitrary<std::uint64_t>());
  if (!chip.device->counts_cycles()) {
    const auto scheme = *rc::gen::element<std::string>("incremental", "fixed", "ispp", "set_reset", "reset_on_overshoot");
    chip.scheme = find_scheme(scheme)->make({0.04 * (chip.device->g_max_S() - chip.device->g_min_S()), *rc::gen::inRange(0, 6)});
    chip.job.scheme = chip.scheme.get();
  }
  chip.job.controller.max_attempts = *rc::gen::inRange(1, 60);
  chip.job.array.trial = *rc::gen::inRange<std::uint32_t>(0, 100);
  chip.job.tiles_at_once = *rc::gen::inRange(1, 9);
  chip.job.blind = *rc::gen::arbitrary<bool>();
  chip.job.groups = *rc::gen::inRange(1, 4);
  chip.job.controller_power_W = 1e-4;
  chip.job.controller.timing.clock_ps = *rc::gen::element<std::int64_t>(1'000, 7'000, 10'000);
  for (auto& layer : chip.job.group_of_weight) {
    for (std::int16_t& group : layer) group = static_cast<std::int16_t>(*rc::gen::inRange(-1, chip.job.groups));
  }
  return chip;
}

RC_GTEST_PROP(TwoDrivers, LeaveTheSameBytes, ()) {
  const SmallChip chip = any_chip();
  const std::string cycle = in_child([&] { return testing::run_chip(make_cycle_driver(), chip.job); });
  RC_ASSERT(!cycle.empty());
  RC_ASSERT(cycle == to_bytes(testing::run_chip(make_batched_driver(), chip.job)));
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

// Common random numbers: what else is verified, and in which group, does not move a cell.
RC_GTEST_PROP(Selection, DoesNotMoveOtherCells, ()) {
  SmallChip chip = any_chip();
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
