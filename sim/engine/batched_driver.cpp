#include "sim/engine/batched_driver.h"

#include <algorithm>
#include <stdexcept>

#include "models/common/checked.h"

namespace swimsim {

namespace {

constexpr const char* kTime = "simulated time (ps)";

/// The array itself as a datapath: no hardware in between.
class DirectDatapath final : public TileDatapath {
 public:
  explicit DirectDatapath(TileArray& array) : array_(&array), seen_S_(array.cols()), codes_(array.cols()) {}

  void select_row(int row) override { row_ = row; }
  void blind_write() override { array_->blind_write(row_); }
  void pulse(int polarity, const ActiveCells& cells, std::uint32_t event) override { array_->pulse(row_, polarity, cells, event); }
  void counted_cycle(const ActiveCells& cells) override { array_->counted_cycle(row_, cells); }
  void read(const ActiveCells& cells, std::uint32_t event) override { array_->read(row_, cells, event, seen_S_.data()); }
  void convert(int, std::size_t first, std::size_t count) override { array_->convert(count, &seen_S_[first], &codes_[first]); }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  TileArray* array_;
  int row_ = 0;
  std::vector<float> seen_S_;
  std::vector<std::uint16_t> codes_;
};

std::int64_t run_tile_phase(ChipProgram& chip, int phase, std::size_t tile) {
  chip.begin_phase(phase, tile);
  TileController& controller = *chip.tiles()[tile].controller;
  std::int64_t busy_ps = 0;
  while (!controller.done()) add_checked(busy_ps, controller.step(), kTime);
  add_checked(chip.tiles()[tile].busy_ps, busy_ps, kTime);
  return busy_ps;
}

ChipTimes run(const ChipJob& job, const TraceWindow& trace, const AfterPhase& after_phase,
              const std::function<void(const ChipProgram&, const ChipTimes&)>& finished) {
  if (!trace.path.empty()) throw std::logic_error("the batched driver has no signals to trace");
  ChipProgram chip(job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); });
  ChipTimes times;
  std::int64_t now_ps = 0;
  for (int phase = 0; phase < chip.phases(); ++phase) {
    std::int64_t longest_ps = 0;
    for (std::size_t slot = 0; slot < chip.slots(); ++slot) {
      std::int64_t slot_ps = 0;
      for (std::size_t tile = slot; tile < chip.tiles().size(); tile += chip.slots()) {
        add_checked(slot_ps, run_tile_phase(chip, phase, tile), kTime);
      }
      longest_ps = std::max(longest_ps, slot_ps);
    }
    add_checked(now_ps, longest_ps, kTime);
    times.phase_end_ps.push_back(now_ps);
    if (after_phase && !after_phase(phase, times, chip)) break;
  }
  finished(chip, times);
  return times;
}

}  // namespace

ChipDriver make_batched_driver() { return run; }

}  // namespace swimsim
