#include "sim/hardware/chip.h"

#include <string>

namespace swimsim {

namespace {

/// The state machine's way to the tile's controller module, which the tile owns.
class DatapathOfTile final : public TileDatapath {
 public:
  explicit DatapathOfTile(ProgrammingController& controller) : controller_(&controller) {}
  void select_row(int row) override { controller_->select_row(row); }
  void erase(std::uint32_t event) override { controller_->erase(event); }
  void blind_write(std::uint32_t event) override { controller_->blind_write(event); }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override { controller_->pulse(polarity, cells, event); }
  void counted_cycle(const RowCells& cells) override { controller_->counted_cycle(cells); }
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) override { controller_->read(cells, event, since_pulse_s); }
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override { return controller_->convert(cells, first, count); }
  const std::uint16_t* codes() const override { return controller_->codes(); }

 private:
  ProgrammingController* controller_;
};

}  // namespace

ProgrammingSlot::ProgrammingSlot(sc_core::sc_module_name name, ChipProgram& program, std::vector<Work> work,
                                 std::function<void()> phase_over)
    : sc_module(name), program_(&program), work_(std::move(work)), phase_over_(std::move(phase_over)) {
  SC_METHOD(next_tile);
  for (const Work& work_item : work_) sensitive << work_item.controller->done();
  dont_initialize();
}

void ProgrammingSlot::start_phase(int phase) {
  phase_ = phase;
  next_ = 0;
  next_tile();
}

void ProgrammingSlot::next_tile() {
  if (next_ == work_.size()) {
    phase_over_();
    return;
  }
  const Work& work = work_[next_++];
  program_->begin_phase(phase_, work.tile);
  work.controller->start();
}

Chip::Chip(sc_core::sc_module_name name, const ChipJob& job) : sc_module(name) {
  program_ = std::make_unique<ChipProgram>(job, [this, &job](TileArray& array, std::size_t index) {
    tiles_.push_back(std::make_unique<Tile>(("tile_" + std::to_string(index)).c_str(), array, job.controller));
    return std::make_unique<DatapathOfTile>(tiles_.back()->controller);
  });
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    ChipProgram::Tile& tile = program_->tiles()[i];
    tiles_[i]->controller.attach(*tile.controller);
  }

  const auto phase_over = [this] {
    if (--slots_left_ == 0) sc_core::sc_pause();
  };
  for (std::size_t slot = 0; slot < program_->slots(); ++slot) {
    std::vector<ProgrammingSlot::Work> work;
    for (std::size_t tile = slot; tile < tiles_.size(); tile += program_->slots()) work.push_back({tile, &tiles_[tile]->controller});
    slots_.push_back(std::make_unique<ProgrammingSlot>(("slot_" + std::to_string(slot)).c_str(), *program_, std::move(work), phase_over));
  }
}

void Chip::run_phase(int phase) {
  slots_left_ = slots_.size();
  for (const auto& slot : slots_) slot->start_phase(phase);
  sc_core::sc_start();
  for (const auto& tile : tiles_) {
    if (tile->controller.error()) std::rethrow_exception(tile->controller.error());
  }
}

}  // namespace swimsim
