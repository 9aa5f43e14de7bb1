#pragma once

#include <algorithm>
#include <memory>
#include <systemc>
#include <utility>
#include <vector>

#include "sim/hardware/programming_if.h"

namespace swimsim::testing {

/// A chip whose tiles take the times that they are told, for tests of what stands around it. A tile's program is `rows` row steps.
class StandInChip final : public sc_core::sc_module, public ProgrammingIf {
 public:
  SC_HAS_PROCESS(StandInChip);
  struct TileModel {
    std::size_t cells = 4, cols = 4;
    std::int64_t step_ps = 1000;
    int rows = 1;
    std::int64_t program_ps() const { return step_ps * rows; }
  };
  struct Done {
    std::size_t phase = 0, slot = 0, tile = 0;
    std::int64_t begin_ps = 0, end_ps = 0;
    std::vector<std::uint8_t> targets, schedule;
  };

  StandInChip(sc_core::sc_module_name name, std::size_t slots, std::vector<TileModel> tiles)
      : sc_module(name), tiles_(std::move(tiles)), banks_(slots), committed_(slots) {
    for (std::size_t slot = 0; slot < slots; ++slot) sc_core::sc_spawn([this, slot] { serve(slot); });
  }

  std::vector<Done> done;
  std::size_t fails_at = static_cast<std::size_t>(-1);  ///< a tile at which the chip gives up

  void listen(ProgrammingListener& listener) override { listener_ = &listener; }
  std::size_t slots() const override { return banks_.size(); }
  std::size_t tiles() const override { return tiles_.size(); }
  std::size_t phases() const override { return 3; }
  std::size_t target_bytes() const override { return 1; }
  BankBytes bank_bytes(std::size_t tile) const override {
    const std::size_t rows = tiles_[tile].cells / tiles_[tile].cols;
    return {tiles_[tile].cells, rows * ((tiles_[tile].cols + 7) / 8)};
  }
  void start_phase(std::size_t phase) override { phase_ = phase; }
  void commit(std::size_t slot, std::size_t bank, const BankContent& content) override {
    banks_[slot].commit(bank, content);
    committed_[slot].notify(sc_core::SC_ZERO_TIME);
  }
  bool bank_free(std::size_t slot, std::size_t bank) const override { return banks_[slot].free(bank); }
  std::optional<std::size_t> tile_of_slot(std::size_t slot) const override { return banks_[slot].tile(); }
  bool busy() const override {
    return !std::all_of(banks_.begin(), banks_.end(), [](const SlotBanks& banks) { return banks.all_free(); });
  }
  bool failed() const override { return failed_; }
  void pause(bool hold) override {
    hold_ = hold;
    resumed_.notify(sc_core::SC_ZERO_TIME);
  }
  bool paused() const override { return hold_ && stepping_ == 0; }
  std::vector<std::uint16_t> read_back(std::size_t tile) override {
    std::vector<std::uint16_t> codes(tiles_[tile].cells);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint16_t>(256 * tile + i);
    return codes;
  }
  ProgrammingTotals totals(std::optional<std::size_t> tile) const override {
    ProgrammingTotals totals;
    for (const Done& one : done) {
      if (tile && one.tile != *tile) continue;
      totals.counts.pulses += 1;
      totals.busy_ps += one.end_ps - one.begin_ps;
      totals.energy_aJ += std::int64_t{5'000'000'000};  // more than 32 bits
    }
    return totals;
  }

 private:
  static std::int64_t now_ps() { return static_cast<std::int64_t>(sc_core::sc_time_stamp().value()); }

  void serve(std::size_t slot) {
    for (;;) {
      const BankContent* content = banks_[slot].take();
      if (content == nullptr) {
        sc_core::wait(committed_[slot]);
        continue;
      }
      if (content->tile == fails_at) {
        failed_ = true;
        listener_->failed();
        return;
      }
      program(slot, *content);
      banks_[slot].release();
      listener_->bank_free();
      if (!busy()) listener_->idle();
    }
  }

  void program(std::size_t slot, const BankContent& content) {
    const TileModel& tile = tiles_[content.tile];
    const BankBytes bytes = bank_bytes(content.tile);
    Done one{phase_, slot, content.tile, now_ps(), 0, {content.targets, content.targets + bytes.targets}, {}};
    if (content.schedule != nullptr) one.schedule.assign(content.schedule, content.schedule + bytes.schedule);
    for (int row = 0; row < tile.rows; ++row) {
      while (hold_) sc_core::wait(resumed_);
      ++stepping_;
      sc_core::wait(sc_core::sc_time::from_value(static_cast<std::uint64_t>(tile.step_ps)));
      --stepping_;
    }
    one.end_ps = now_ps();
    done.push_back(std::move(one));
  }

  std::vector<TileModel> tiles_;
  std::vector<SlotBanks> banks_;
  std::vector<sc_core::sc_event> committed_;
  sc_core::sc_event resumed_;
  ProgrammingListener* listener_ = nullptr;
  std::size_t phase_ = 0;
  bool hold_ = false, failed_ = false;
  int stepping_ = 0;
};

}  // namespace swimsim::testing
