#include "sim/engine/batched_driver.h"

#include <algorithm>
#include <stdexcept>

namespace swimsim {

namespace {

/// The array itself as a datapath: no hardware in between.
class DirectDatapath final : public TileDatapath {
 public:
  explicit DirectDatapath(TileArray& array) : array_(&array), codes_(array.cols()) {}

  void select_row(int row) override { row_ = row; }
  void blind_write() override { array_->blind_write(row_); }
  void pulse(int polarity, const std::uint8_t* active, const std::int8_t* wanted, const float* amplitude_V, std::uint32_t event) override {
    array_->pulse(row_, polarity, active, wanted, amplitude_V, event);
  }
  void counted_cycle(const std::uint8_t* active) override { array_->counted_cycle(row_, active); }
  void convert(int group, const std::uint8_t* active, std::uint32_t event) override {
    array_->sense(row_, group, active, event, sensed_);
    array_->convert(sensed_, codes_.data());
  }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  TileArray* array_;
  int row_ = 0;
  SensedGroup sensed_;
  std::vector<std::uint16_t> codes_;
};

std::int64_t run_tile_phase(ChipProgram& chip, int phase, std::size_t tile) {
  chip.begin_phase(phase, tile);
  TileController& controller = *chip.tiles()[tile].controller;
  std::int64_t busy_ps = 0;
  while (!controller.done()) busy_ps += controller.step();
  chip.tiles()[tile].busy_ps += busy_ps;
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
      for (std::size_t tile = slot; tile < chip.tiles().size(); tile += chip.slots()) slot_ps += run_tile_phase(chip, phase, tile);
      longest_ps = std::max(longest_ps, slot_ps);
    }
    now_ps += longest_ps;
    times.phase_end_ps.push_back(now_ps);
    if (after_phase && !after_phase(phase, times, chip)) break;
  }
  finished(chip, times);
  return times;
}

}  // namespace

ChipDriver make_batched_driver() { return run; }

}  // namespace swimsim
