#include "sim/engine/batched_driver.h"

#include <algorithm>
#include <stdexcept>

#include "models/common/checked.h"
#include "models/programming/direct_datapath.h"

namespace swimsim {

namespace {

constexpr const char* kTime = "simulated time (ps)";
constexpr int kRowsTogether = 8;  // their arrays of numbers just fit the first two caches

std::int64_t run_tile_phase(ChipProgram& chip, int phase, std::size_t tile) {
  chip.begin_phase(phase, tile);
  TileController& controller = *chip.tiles()[tile].controller;
  const std::int64_t before_ps = controller.busy_ps();
  while (!controller.done()) controller.stride();
  return controller.busy_ps() - before_ps;
}

ChipTimes run(const ChipJob& job, const TraceWindow& trace, const AfterPhase& after_phase,
              const std::function<void(const ChipProgram&, const ChipTimes&)>& finished) {
  if (!trace.path.empty()) throw std::logic_error("the batched driver has no signals to trace");
  ChipProgram chip(job, [](TileArray& array, std::size_t) {
    array.take_together(kRowsTogether);
    return std::make_unique<DirectDatapath>(array);
  });
  ChipTimes times;
  times.lower_bound = job.shares();
  std::int64_t now_ps = 0;
  for (int phase = 0; phase < chip.phases(); ++phase) {
    std::int64_t longest_ps = 0;
    for (const std::vector<TileWork>& list : chip.deal(phase)) {
      std::int64_t slot_ps = 0;
      for (const TileWork& work : list) add_checked(slot_ps, run_tile_phase(chip, phase, work.tile), kTime);
      longest_ps = std::max(longest_ps, slot_ps);
    }
    add_checked(now_ps, longest_ps, kTime);
    times.phase_end_ps.push_back(now_ps);
    if (after_phase && !after_phase(phase, times, chip)) break;
  }
  times.slots_ps = now_ps;
  finished(chip, times);
  return times;
}

}  // namespace

ChipDriver make_batched_driver() { return run; }

}  // namespace swimsim
