#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <systemc>
#include <vector>

#include "models/programming/tile_controller.h"

namespace swimsim {

/// What a bank of a slot's buffer holds when it is handed over. The bytes are there until the bank is free again.
struct BankContent {
  std::size_t tile = 0;
  const std::uint8_t* targets = nullptr;   ///< digits (models/array/tile_words.h), as many bytes as bank_bytes() says
  const std::uint8_t* schedule = nullptr;  ///< bits; nullptr: none was loaded, as for a phase that works on every cell
};

/// Bytes that a tile's part of the buffer has, not padded.
struct BankBytes {
  std::size_t targets = 0, schedule = 0;
};

struct ProgrammingTotals {
  TileCounts counts;
  std::int64_t busy_ps = 0, energy_aJ = 0;
};

/// Who wants to know what happens in the chip. May be called by any process.
class ProgrammingListener {
 public:
  virtual ~ProgrammingListener() = default;
  virtual void bank_free() = 0;
  virtual void idle() = 0;    ///< the last busy slot is done, and no bank is committed
  virtual void failed() = 0;  ///< the chip has given up
};

/// What the host port reaches in the chip. A slot programs one tile at a time; its buffer has two banks, of which one can be loaded while
/// the tile in the other is programmed. The port calls what is sound only: slots and banks that exist, a bank that is free, tiles in range.
class ProgrammingIf : public virtual sc_core::sc_interface {
 public:
  virtual void listen(ProgrammingListener& listener) = 0;

  virtual std::size_t slots() const = 0;
  virtual std::size_t tiles() const = 0;
  virtual std::size_t phases() const = 0;
  virtual std::size_t target_bytes() const = 0;  ///< of one cell
  virtual BankBytes bank_bytes(std::size_t tile) const = 0;

  /// Begins a phase. What is committed from now on belongs to it.
  virtual void start_phase(std::size_t phase) = 0;
  /// Hands a bank over. It is not free from now on until its tile is done.
  virtual void commit(std::size_t slot, std::size_t bank, const BankContent& content) = 0;
  virtual bool bank_free(std::size_t slot, std::size_t bank) const = 0;
  virtual std::optional<std::size_t> tile_of_slot(std::size_t slot) const = 0;  ///< that it programs now
  virtual bool busy() const = 0;                                                ///< not all banks are free
  virtual bool failed() const = 0;

  /// Takes effect between two row steps of each slot.
  virtual void pause(bool hold) = 0;
  virtual bool paused() const = 0;

  /// ADC codes of one read of every cell, row by row. Only while not busy.
  virtual std::vector<std::uint16_t> read_back(std::size_t tile) = 0;
  /// Of a tile, or of all.
  virtual ProgrammingTotals totals(std::optional<std::size_t> tile) const = 0;
};

/// The two banks of one slot as the slot sees them: taken in the order in which they were committed, free when their tile is done.
class SlotBanks {
 public:
  bool free(std::size_t bank) const { return state_[bank] == State::free; }
  bool all_free() const { return free(0) && free(1); }
  bool working() const { return working_.has_value(); }
  std::optional<std::size_t> tile() const { return working_ ? std::optional<std::size_t>(content_[*working_].tile) : std::nullopt; }

  /// Throws std::logic_error unless the bank is free.
  void commit(std::size_t bank, const BankContent& content) {
    if (!free(bank)) throw std::logic_error("slot: a bank is committed that is not free");
    state_[bank] = State::committed;
    content_[bank] = content;
    if (!free(1 - bank) && working_ != std::optional<std::size_t>(1 - bank)) return;  // the other one was first
    next_ = bank;
  }
  /// Goes on to the next committed bank; nullptr if there is none. Throws std::logic_error while a tile is being programmed.
  const BankContent* take() {
    if (working_) throw std::logic_error("slot: a bank is taken while another is being programmed");
    if (state_[next_] != State::committed) return nullptr;
    state_[next_] = State::working;
    working_ = next_;
    next_ = 1 - next_;
    return &content_[*working_];
  }
  /// The tile is done.
  void release() {
    if (!working_) throw std::logic_error("slot: a bank is released that is not being programmed");
    state_[*working_] = State::free;
    working_.reset();
  }

 private:
  enum class State : std::uint8_t { free, committed, working };
  std::array<State, 2> state_{};
  std::array<BankContent, 2> content_{};
  std::optional<std::size_t> working_;
  std::size_t next_ = 0;  ///< which is taken next, once it is committed
};

}  // namespace swimsim
