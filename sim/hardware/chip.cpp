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

ProgrammingSlot::ProgrammingSlot(sc_core::sc_module_name name, std::size_t index, Surroundings chip)
    : sc_module(name), index_(index), chip_(std::move(chip)) {
  SC_METHOD(serve);
  sensitive << committed_;
  dont_initialize();
}

void ProgrammingSlot::expect(const std::vector<TileWork>& list) {
  list_ = list;
  work_left_ = 0;
  for (const TileWork& work : list_) work_left_ += work.weight;
}

void ProgrammingSlot::commit(std::size_t bank, const BankContent& content) {
  banks_.commit(bank, content);
  if (!banks_.working()) committed_.notify(sc_core::SC_ZERO_TIME);
}

/// A commit while the slot is idle, or the end of its tile.
void ProgrammingSlot::serve() {
  if (banks_.working()) {
    banks_.release();
    chip_.bank_free();
  }
  const BankContent* content = banks_.take();
  if (content == nullptr) return;
  chip_.begin(*content);
  ProgrammingController& controller = chip_.controller(content->tile);
  controller.start(index_, take_work(content->tile), work_left_);
  next_trigger(controller.done());
}

TileWork ProgrammingSlot::take_work(std::size_t tile) {
  const auto work = std::find_if(list_.begin(), list_.end(), [tile](const TileWork& expected) { return expected.tile == tile; });
  if (work == list_.end()) return {};
  work_left_ -= work->weight;
  return *work;
}

Chip::Chip(sc_core::sc_module_name name, const ChipJob& job) : sc_module(name) {
  program_ = std::make_unique<ChipProgram>(job, [this, &job](TileArray& array, std::size_t index) {
    tiles_.push_back(make_tile(job, array, index));
    return std::make_unique<DatapathOfTile>(tiles_.back()->controller);
  });
  if (job.shares_current()) {
    const auto budget_nA = static_cast<std::int64_t>(std::ceil(job.controller.write_current_budget_A * 1e9));
    write_current_ = std::make_unique<WriteCurrentArbiter>("write_current", program_->scheduler(), budget_nA, program_->slots());
  }
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    ProgrammingController& controller = tiles_[i]->controller;
    controller.attach(*program_->tiles()[i].controller);
    controller.on_error = [this] { fail(); };
    if (write_current_) controller.write_current(*write_current_);
  }
  add_slots();
}

void Chip::add_slots() {
  const ProgrammingSlot::Surroundings here{[this](const BankContent& content) { begin_tile(content); },
                                           [this](std::size_t tile) -> ProgrammingController& { return tiles_[tile]->controller; },
                                           [this] { tell_bank_free(); }};
  for (std::size_t slot = 0; slot < program_->slots(); ++slot)
    slots_.push_back(std::make_unique<ProgrammingSlot>(("slot_" + std::to_string(slot)).c_str(), slot, here));
}

BankBytes Chip::bank_bytes(std::size_t tile) const {
  const TileArray& array = tiles_[tile]->array();
  const auto rows = static_cast<std::size_t>(array.rows()), cols = static_cast<std::size_t>(array.cols());
  return {rows * cols * target_bytes(), bit_bytes(rows, cols)};
}

void Chip::expect(const std::vector<std::vector<TileWork>>& lists) {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) slots_[slot]->expect(lists[slot]);
}

void Chip::begin_tile(const BankContent& content) {
  TileArray& array = tiles_[content.tile]->array();
  TileController& machine = *program_->tiles()[content.tile].controller;
  array.load_digits(content.targets, target_bytes());
  if (content.schedule == nullptr) {
    machine.begin_blind();
  } else {
    machine.begin_verify(unpack_bits(content.schedule, static_cast<std::size_t>(array.rows()), static_cast<std::size_t>(array.cols())));
  }
}

void Chip::tell_bank_free() {
  if (listener_ == nullptr) return;
  listener_->bank_free();
  if (!busy()) listener_->idle();
}

void Chip::fail() {
  failed_ = true;
  if (listener_ != nullptr) listener_->failed();
}

bool Chip::busy() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) { return !slot->banks().all_free(); });
}

void Chip::pause(bool hold) {
  paused_ = hold;
  for (const auto& tile : tiles_) tile->controller.pause(hold);
}

std::vector<std::uint16_t> Chip::read_back(std::size_t tile) {
  const TileArray& array = tiles_[tile]->array();
  return array.read_back_codes(array.final_S());
}

ProgrammingTotals Chip::totals(std::optional<std::size_t> tile) const {
  ProgrammingTotals totals;
  for (std::size_t i = tile.value_or(0); i < (tile ? *tile + 1 : tiles_.size()); ++i) {
    const ChipProgram::Tile& one = program_->tiles()[i];
    totals.counts += one.controller->counts();
    totals.busy_ps += one.controller->busy_ps();
    totals.energy_aJ += program_->tile_energy(i).total_aJ();
  }
  return totals;
}

void Chip::rethrow_error() const {
  for (const auto& tile : tiles_) {
    if (tile->controller.error()) std::rethrow_exception(tile->controller.error());
  }
}

}  // namespace swimsim
