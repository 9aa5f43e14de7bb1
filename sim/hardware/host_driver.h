#pragma once

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "sim/hardware/host_registers.h"
#include "sim/hardware/programming_if.h"

namespace swimsim {

/// What the host wants programmed, in the bytes of models/array/tile_words.h. All of it is called while the simulation runs.
struct HostJob {
  std::function<std::vector<std::uint8_t>(std::size_t tile)> targets;
  /// Which cells a phase verifies; empty: the phase works on every cell. A tile whose bits are all 0 is left out.
  std::function<std::vector<std::uint8_t>(std::size_t phase, std::size_t tile)> schedule;
  /// The tile that a slot gets next in this phase; none when there is none left for it. Asked when a bank of the slot is free.
  /// Empty: `static_order`.
  std::function<std::optional<std::size_t>(std::size_t phase, std::size_t slot)> next_tile;
  /// Loads a tile while the one before is being programmed. Without, a slot gets its next tile when it is idle: for an order that is
  /// decided as late as possible.
  bool double_buffer = true;
};

/// Slot s gets tiles s, s + slots, ... in this order, in every phase.
std::function<std::optional<std::size_t>(std::size_t phase, std::size_t slot)> static_order(std::size_t slots, std::size_t tiles);

/// The driver software on the host: programs the chip through the registers of its host port, and through nothing else.
///
/// The public functions are called from outside of the running simulation; each runs it until the host is done with what it was asked for,
/// and throws what went wrong meanwhile: std::logic_error for a refused access or a host that waits for ever.
///
/// Programming a phase: START, then tiles are loaded (BANK_TILE, TARGETS, SCHEDULE, COMMIT) into free banks, those of idle slots first, the
/// slots in turn. While the line irq is high the host reads IRQ_STATUS, acknowledges it and reads BANKS_FREE before the next load; with
/// nothing to load it waits for the line. When all is committed it waits for IDLE.
class HostDriver final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(HostDriver);
  HostDriver(sc_core::sc_module_name name, HostJob job);

  tlm_utils::simple_initiator_socket<HostDriver> socket{"socket"};
  sc_core::sc_in<bool> irq{"irq"};

  /// Programs a phase. Returns when its last tile was done, in picoseconds of simulated time; the host hears of it a moment later and is
  /// ready for the next phase after a few accesses. Throws std::runtime_error when the chip gives up.
  std::int64_t run_phase(std::size_t phase);
  /// ADC codes of every cell of a tile, row by row.
  std::vector<std::uint16_t> read_back(std::size_t tile, std::size_t cells);
  /// Of a tile, or of all.
  ProgrammingTotals totals(std::optional<std::size_t> tile);
  /// Runs any software on the host, such as one that calls the functions below.
  void run(const std::function<void()>& software);

  // For software on the host.

  std::uint32_t read(std::uint64_t address);
  void write(std::uint64_t address, std::uint32_t value);
  void read_block(std::uint64_t address, std::vector<std::uint8_t>& data);
  /// Whole words: what is missing is 0.
  void write_block(std::uint64_t address, std::vector<std::uint8_t> data);
  /// Waits for the line, reads IRQ_STATUS and clears what it read. Returns when one of `bits` was among it; they must be enabled.
  std::uint32_t wait_for_interrupt(std::uint32_t bits);

 private:
  void serve();
  void learn_the_chip();
  void program(std::size_t phase);
  void load_tiles(std::size_t phase);
  void wait_until_idle();
  /// Reads what has happened and clears it.
  std::uint32_t take_interrupt();
  void see_free_banks();
  std::optional<std::size_t> slot_to_load();
  /// False: there is no tile left for the slot.
  bool load_next(std::size_t phase, std::size_t slot);
  void load(std::size_t slot, std::size_t tile, std::vector<std::uint8_t> bits);
  std::int64_t read_total(HostWord word);
  void transport(tlm::tlm_command command, std::uint64_t address, unsigned char* data, std::size_t length);

  HostJob job_;
  std::function<void()> software_;
  std::exception_ptr error_;
  sc_core::sc_event asked_;
  std::int64_t phase_end_ps_ = 0;
  // Of the phase in progress.
  std::vector<std::array<bool, kHostBanks>> free_;  ///< as last read
  std::vector<bool> more_;                          ///< tiles may be left for the slot
  std::vector<std::size_t> bank_;                   ///< of each slot, that is loaded next
  std::size_t first_ = 0;                           ///< slot that is looked at first
};

}  // namespace swimsim
