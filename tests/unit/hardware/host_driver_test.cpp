#include "sim/hardware/host_driver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "tests/support/host_bench.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::HostBench;
using testing::StandInChip;
using Span = std::pair<std::int64_t, std::int64_t>;

// A bus of 32 bits and 1 ns: a register takes r = 1 ns, as many cells as 4 k take k ns. What is done once takes
//   SLOTS, TILES, PHASE, IRQ_ENABLE, START, BANKS_FREE             6 r
// a tile of 400 cells takes BANK_TILE, TARGETS, COMMIT             L = 102 ns, the slot has it at the end of COMMIT
// and an interrupt IRQ_STATUS, its acknowledgement, BANKS_FREE     3 r.
const HostBus kBus{32, 1000};
constexpr std::int64_t kBegin_ps = 6'000, kLoad_ps = 102'000, kInterrupt_ps = 3'000;

StandInChip::TileModel tile_of(std::int64_t program_ps) { return {400, 20, program_ps / 4, 4}; }

std::vector<Span> spans(const StandInChip& chip) {
  std::vector<Span> spans;
  for (const StandInChip::Done& one : chip.done) spans.emplace_back(one.begin_ps, one.end_ps);
  return spans;
}

TEST(HostDriver, LoadsBehindAProgrammingThatTakesLonger) {
  // P = 200 ns > L + 3 r: only the first load shows. N tiles end at 6 r + L + N P.
  HostBench bench(kBus, 1, std::vector<StandInChip::TileModel>(4, tile_of(200'000)));
  const std::int64_t end_ps = bench.host.run_phase(0);
  EXPECT_EQ(spans(bench.chip), (std::vector<Span>{{108'000, 308'000}, {308'000, 508'000}, {508'000, 708'000}, {708'000, 908'000}}));
  EXPECT_EQ(end_ps, kBegin_ps + kLoad_ps + 4 * 200'000);
}

TEST(HostDriver, ProgramsBehindALoadThatTakesLonger) {
  // P = 40 ns < L: only the last programming shows. The second load follows the first at once, then there is an interrupt to serve
  // before each: N tiles end at 6 r + N L + (N - 2) 3 r + P.
  HostBench bench(kBus, 1, std::vector<StandInChip::TileModel>(4, tile_of(40'000)));
  const std::int64_t end_ps = bench.host.run_phase(0);
  EXPECT_EQ(spans(bench.chip), (std::vector<Span>{{108'000, 148'000}, {210'000, 250'000}, {315'000, 355'000}, {420'000, 460'000}}));
  EXPECT_EQ(end_ps, kBegin_ps + 4 * kLoad_ps + 2 * kInterrupt_ps + 40'000);
}

TEST(HostDriver, ASecondPhaseBeginsAFewAccessesLater) {
  // IDLE rises with the end E of the first: IRQ_STATUS, its acknowledgement and two words of STAT_DONE_PS until E + 4 r; then PHASE,
  // IRQ_ENABLE, START and BANKS_FREE until E + 8 r, and the load.
  HostBench bench(kBus, 1, {tile_of(200'000)});
  const std::int64_t end_ps = bench.host.run_phase(0);
  EXPECT_EQ(end_ps, kBegin_ps + kLoad_ps + 200'000);
  EXPECT_EQ(bench.host.run_phase(1), end_ps + 8'000 + kLoad_ps + 200'000);
}

TEST(HostDriver, WithoutASecondBankLoadsAndProgrammingAddUp) {
  // N tiles end at 6 r + N (L + P) + (N - 1) 3 r.
  HostJob job;
  job.double_buffer = false;
  HostBench bench(kBus, 1, std::vector<StandInChip::TileModel>(4, tile_of(200'000)), job);
  EXPECT_EQ(bench.host.run_phase(0), kBegin_ps + 4 * (kLoad_ps + 200'000) + 3 * kInterrupt_ps);
}

TEST(HostDriver, SlotsShareTheBus) {
  // Four tiles, two slots, P = 200 ns. Bus: 6 to 108 tile 0, to 210 tile 1 (slot 1 was idle), to 312 tile 2 into slot 0's other bank; slot
  // 0 was done with tile 0 at 308, so tile 2 begins at 312, an interrupt is served to 315 and tile 3 loaded to 417; slot 1 was done at 410.
  HostBench bench(kBus, 2, std::vector<StandInChip::TileModel>(4, tile_of(200'000)));
  const std::int64_t end_ps = bench.host.run_phase(0);
  EXPECT_EQ(spans(bench.chip), (std::vector<Span>{{108'000, 308'000}, {210'000, 410'000}, {312'000, 512'000}, {417'000, 617'000}}));
  EXPECT_EQ(end_ps, 617'000);
}

TEST(HostDriver, WithoutABusTilesFollowEachOtherAtOnce) {
  HostBench bench({}, 2, {tile_of(200'000), tile_of(40'000), tile_of(80'000), tile_of(120'000), tile_of(4'000)});
  EXPECT_EQ(bench.host.run_phase(0), 284'000);  // slot 0: 200 + 80 + 4, slot 1: 40 + 120
  EXPECT_EQ(bench.host.run_phase(1), 568'000);
}

TEST(HostDriver, SendsTargetsAndScheduleOfEachTile) {
  HostJob job;
  job.schedule = [](std::size_t phase, std::size_t tile) {
    return std::vector<std::uint8_t>{static_cast<std::uint8_t>(phase), static_cast<std::uint8_t>(tile + 1)};
  };
  HostBench bench({}, 1, {{6, 3, 1000, 1}, {8, 4, 1000, 1}}, job);
  bench.host.run_phase(1);
  ASSERT_EQ(bench.chip.done.size(), 2u);
  EXPECT_EQ(bench.chip.done[0].targets, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(bench.chip.done[0].schedule, (std::vector<std::uint8_t>{1, 1}));
  EXPECT_EQ(bench.chip.done[1].targets, (std::vector<std::uint8_t>{16, 17, 18, 19, 20, 21, 22, 23}));
  EXPECT_EQ(bench.chip.done[1].schedule, (std::vector<std::uint8_t>{1, 2}));
}

TEST(HostDriver, LeavesOutATileThatHasNothingToVerify) {
  HostJob job;
  job.schedule = [](std::size_t, std::size_t tile) { return std::vector<std::uint8_t>{static_cast<std::uint8_t>(tile == 1)}; };
  HostBench bench({}, 1, std::vector<StandInChip::TileModel>(3), job);
  bench.host.run_phase(0);
  ASSERT_EQ(bench.chip.done.size(), 1u);
  EXPECT_EQ(bench.chip.done[0].tile, 1u);
}

TEST(HostDriver, APhaseWithNothingToDoIsOverAtOnce) {
  HostJob job;
  job.next_tile = [](std::size_t, std::size_t) { return std::nullopt; };
  HostBench bench({}, 2, std::vector<StandInChip::TileModel>(3), job);
  EXPECT_EQ(bench.host.run_phase(0), 0);
  EXPECT_TRUE(bench.chip.done.empty());
}

TEST(HostDriver, AnOrderMayBeDecidedLate) {
  // The longest first, each to whom is idle: 200 | 120 + 80 instead of 80 + 200 | 120.
  const std::vector<StandInChip::TileModel> tiles{tile_of(80'000), tile_of(120'000), tile_of(200'000)};
  HostJob job;
  job.double_buffer = false;
  job.next_tile = [left = std::vector<std::size_t>{0, 1, 2}](std::size_t, std::size_t) mutable -> std::optional<std::size_t> {
    if (left.empty()) return std::nullopt;
    const std::size_t tile = left.back();
    left.pop_back();
    return tile;
  };
  HostBench bench({}, 2, tiles, job);
  EXPECT_EQ(bench.host.run_phase(0), 200'000);
}

TEST(HostDriver, ReadsCellsAndTotalsBack) {
  HostBench bench(kBus, 1, std::vector<StandInChip::TileModel>(3, {6, 3, 1000, 1}));
  bench.host.run_phase(0);
  EXPECT_EQ(bench.host.read_back(2, 6), (std::vector<std::uint16_t>{512, 513, 514, 515, 516, 517}));
  const ProgrammingTotals all = bench.host.totals(std::nullopt), one = bench.host.totals(1);
  EXPECT_EQ(all.counts.pulses, 3);
  EXPECT_EQ(all.busy_ps, 3'000);
  EXPECT_EQ(all.energy_aJ, 15'000'000'000);
  EXPECT_EQ(one.counts.pulses, 1);
  EXPECT_EQ(one.energy_aJ, 5'000'000'000);
}

TEST(HostDriver, SaysWhenTheChipGivesUp) {
  HostBench bench(kBus, 1, std::vector<StandInChip::TileModel>(3));
  bench.chip.fails_at = 1;
  EXPECT_THROW(bench.host.run_phase(0), std::runtime_error);
}

TEST(HostDriver, SaysWhenTheLastTileFails) {
  HostBench bench(kBus, 1, std::vector<StandInChip::TileModel>(3, tile_of(40'000)));
  bench.chip.fails_at = 2;
  EXPECT_THROW(bench.host.run_phase(0), std::runtime_error);
}

TEST(HostDriver, ARefusedAccessIsAnError) {
  HostBench bench({}, 1, std::vector<StandInChip::TileModel>(3));
  EXPECT_THROW(bench.host.run([&] { bench.host.write(0x3C, 1); }), std::logic_error);
  EXPECT_THROW(bench.host.read_back(5, 4), std::logic_error);
}

TEST(HostDriver, AHostThatWaitsForEverIsAnError) {
  HostBench bench({}, 1, std::vector<StandInChip::TileModel>(3));
  EXPECT_THROW(bench.host.run([&] { bench.host.wait_for_interrupt(kIrqIdle.mask()); }), std::logic_error);
}

/// What a chip in its own process says of a random job.
struct Outcome {
  std::int64_t end_ps = 0, bus_ps = 0, longest_slot_ps = 0;
  std::size_t tiles = 0;
};

Outcome run_here(const HostBus& bus, std::size_t slots, const std::vector<StandInChip::TileModel>& tiles, bool double_buffer) {
  HostJob job;
  job.double_buffer = double_buffer;
  HostBench bench(bus, slots, tiles, job);
  Outcome outcome;
  outcome.end_ps = bench.host.run_phase(0);
  outcome.bus_ps = bench.port.bus_busy_ps();
  std::vector<std::int64_t> of_slot(slots);
  for (const StandInChip::Done& one : bench.chip.done) of_slot[one.slot] += one.end_ps - one.begin_ps;
  outcome.longest_slot_ps = *std::max_element(of_slot.begin(), of_slot.end());
  outcome.tiles = bench.chip.done.size();
  return outcome;
}

Outcome run_in_child(const HostBus& bus, std::size_t slots, const std::vector<StandInChip::TileModel>& tiles, bool double_buffer) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    Outcome outcome;
    try {
      outcome = run_here(bus, slots, tiles, double_buffer);
    } catch (const std::exception& error) {
      fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
    const bool written = write(ends[1], &outcome, sizeof outcome) == static_cast<ssize_t>(sizeof outcome);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Outcome outcome;
  const bool sound = read(ends[0], &outcome, sizeof outcome) == static_cast<ssize_t>(sizeof outcome);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  RC_ASSERT(sound);
  return outcome;
}

RC_GTEST_PROP(HostDriver, APhaseTakesBetweenItsBoundAndTheSum, ()) {
  const std::size_t slots = *rc::gen::inRange<std::size_t>(1, 40);
  const HostBus bus{*rc::gen::element(0, 8, 24, 64, 1024), *rc::gen::element<std::int64_t>(500, 10'000)};
  std::vector<StandInChip::TileModel> tiles(*rc::gen::inRange<std::size_t>(1, 60));
  std::int64_t loads_ps = 0;
  for (StandInChip::TileModel& tile : tiles) {
    tile.cols = *rc::gen::inRange<std::size_t>(1, 30);
    tile.cells = tile.cols * *rc::gen::inRange<std::size_t>(1, 30);
    tile.rows = *rc::gen::inRange(1, 5);
    tile.step_ps = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    loads_ps += bus.time_ps((tile.cells + 3) / 4 * 4);
  }
  const bool double_buffer = *rc::gen::arbitrary<bool>();
  const Outcome outcome = run_in_child(bus, slots, tiles, double_buffer);
  RC_ASSERT(outcome.tiles == tiles.size());
  RC_ASSERT(outcome.end_ps >= std::max(loads_ps, outcome.longest_slot_ps));
  RC_ASSERT(outcome.end_ps <= outcome.bus_ps + outcome.longest_slot_ps);  // while a slot waits for a tile of its own the bus is busy
  if (bus.bits == 0) RC_ASSERT(outcome.end_ps == outcome.longest_slot_ps);
}

}  // namespace
}  // namespace swimsim
