#include "sim/hardware/chip.h"

#include <algorithm>
#include <cmath>
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

std::unique_ptr<Tile> make_tile(const ChipJob& job, TileArray& array, std::size_t index) {
  const std::string name = "tile_" + std::to_string(index);
  if (job.inference == nullptr) return std::make_unique<Tile>(name.c_str(), array, job.controller);
  const auto layer = static_cast<std::size_t>(job.mapping->tiles()[index].layer);
  return std::make_unique<Tile>(name.c_str(), array, job.controller, job.inference->network->layers()[layer], *job.inference);
}

}  // namespace

ProgrammingSlot::ProgrammingSlot(sc_core::sc_module_name name, std::size_t index, ChipProgram& program,
                                 std::vector<ProgrammingController*> controllers, std::function<void()> phase_over)
    : sc_module(name), index_(index), program_(&program), controllers_(std::move(controllers)), phase_over_(std::move(phase_over)) {
  SC_METHOD(next_tile);
  sensitive << go_;
  dont_initialize();
}

void ProgrammingSlot::start_phase(int phase, std::vector<TileWork> list) {
  phase_ = phase;
  list_ = std::move(list);
  next_ = 0;
  work_left_ = 0;
  for (const TileWork& work : list_) work_left_ += work.weight;
  go_.notify(sc_core::SC_ZERO_TIME);
}

void ProgrammingSlot::next_tile() {
  if (next_ == list_.size()) {
    phase_over_();
    return;
  }
  const TileWork& work = list_[next_++];
  work_left_ -= work.weight;
  program_->begin_phase(phase_, work.tile);
  controllers_[work.tile]->start(index_, work, work_left_);
  next_trigger(controllers_[work.tile]->done());
}

Chip::Chip(sc_core::sc_module_name name, const ChipJob& job) : sc_module(name) {
  program_ = std::make_unique<ChipProgram>(job, [this, &job](TileArray& array, std::size_t index) {
    tiles_.push_back(make_tile(job, array, index));
    return std::make_unique<DatapathOfTile>(tiles_.back()->controller);
  });
  if (job.shares()) {
    const auto budget_nA = static_cast<std::int64_t>(std::ceil(job.controller.write_current_budget_A * 1e9));
    write_current_ = std::make_unique<WriteCurrentArbiter>("write_current", program_->scheduler(), budget_nA, program_->slots());
  }
  std::vector<ProgrammingController*> controllers;
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    ProgrammingController& controller = tiles_[i]->controller;
    controller.attach(*program_->tiles()[i].controller);
    if (write_current_) controller.write_current(*write_current_);
    controllers.push_back(&controller);
  }
  const auto phase_over = [this] {
    if (--slots_left_ == 0) sc_core::sc_pause();
  };
  for (std::size_t slot = 0; slot < program_->slots(); ++slot)
    slots_.push_back(std::make_unique<ProgrammingSlot>(("slot_" + std::to_string(slot)).c_str(), slot, *program_, controllers, phase_over));
}

std::int64_t Chip::run_phase(int phase) {
  const std::vector<std::vector<TileWork>> lists = program_->deal(phase);
  const std::vector<std::int64_t> before_ps = program_->busy_ps();
  slots_left_ = slots_.size();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) slots_[slot]->start_phase(phase, lists[slot]);
  sc_core::sc_start();
  for (const auto& tile : tiles_) {
    if (tile->controller.error()) std::rethrow_exception(tile->controller.error());
  }
  std::int64_t longest_ps = 0;
  for (const std::vector<TileWork>& list : lists) {
    std::int64_t busy_ps = 0;
    for (const TileWork& work : list) busy_ps += program_->tiles()[work.tile].controller->busy_ps() - before_ps[work.tile];
    longest_ps = std::max(longest_ps, busy_ps);
  }
  return longest_ps;
}

}  // namespace swimsim
