#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <systemc>
#include <vector>

#include "models/array/tile_words.h"
#include "models/programming/chip_job.h"
#include "sim/hardware/programming_if.h"
#include "sim/hardware/tile.h"

namespace swimsim {

/// Programs one tile after the other, each time a tile is done with the phase and the next one is in the other bank of its buffer.
class ProgrammingSlot final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ProgrammingSlot);
  /// What a slot needs of the chip around it.
  struct Surroundings {
    std::function<void(const BankContent&)> begin;  ///< gives the tile its targets and begins the phase
    std::function<ProgrammingController&(std::size_t tile)> controller;
    std::function<void()> bank_free;
  };
  ProgrammingSlot(sc_core::sc_module_name name, std::size_t index, Surroundings chip);

  /// What the slot will be given in this phase, for those that have to share with it.
  void expect(const std::vector<TileWork>& list);
  void commit(std::size_t bank, const BankContent& content);
  const SlotBanks& banks() const { return banks_; }

 private:
  void serve();
  TileWork take_work(std::size_t tile);

  std::size_t index_;
  Surroundings chip_;
  SlotBanks banks_;
  sc_core::sc_event committed_;
  std::vector<TileWork> list_;
  std::int64_t work_left_ = 0;
};

/// All tiles of a chip and the slots that program them, as the host port reaches them. Targets and what a phase verifies are known from
/// what was loaded alone.
class Chip final : public sc_core::sc_module, public ProgrammingIf {
 public:
  Chip(sc_core::sc_module_name name, const ChipJob& job);

  ChipProgram& program() { return *program_; }
  Tile& tile(std::size_t index) { return *tiles_[index]; }
  /// What the slots will be given in the phase that comes, for those that have to share with them.
  void expect(const std::vector<std::vector<TileWork>>& lists);
  /// Throws what a tile threw.
  void rethrow_error() const;

  void listen(ProgrammingListener& listener) override { listener_ = &listener; }
  std::size_t slots() const override { return slots_.size(); }
  std::size_t tiles() const override { return tiles_.size(); }
  std::size_t phases() const override { return static_cast<std::size_t>(program_->phases()); }
  std::size_t target_bytes() const override { return bytes_per_digit(*program_->job().mapping); }
  BankBytes bank_bytes(std::size_t tile) const override;
  void start_phase(std::size_t) override {}  // what a bank holds says what there is to do
  void commit(std::size_t slot, std::size_t bank, const BankContent& content) override { slots_[slot]->commit(bank, content); }
  bool bank_free(std::size_t slot, std::size_t bank) const override { return slots_[slot]->banks().free(bank); }
  std::optional<std::size_t> tile_of_slot(std::size_t slot) const override { return slots_[slot]->banks().tile(); }
  bool busy() const override;
  bool failed() const override { return failed_; }
  void pause(bool hold) override;
  bool paused() const override { return paused_; }
  std::vector<std::uint16_t> read_back(std::size_t tile) override;
  ProgrammingTotals totals(std::optional<std::size_t> tile) const override;

 private:
  void add_slots();
  void begin_tile(const BankContent& content);
  void tell_bank_free();
  void fail();

  std::unique_ptr<ChipProgram> program_;
  std::unique_ptr<WriteCurrentArbiter> write_current_;  ///< nullptr: nobody has to share
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<std::unique_ptr<ProgrammingSlot>> slots_;
  ProgrammingListener* listener_ = nullptr;
  bool failed_ = false, paused_ = false;
};

}  // namespace swimsim
