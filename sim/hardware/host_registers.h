#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swimsim {

/// What the host may do with a register.
enum class HostAccess : std::uint8_t {
  read_only,
  read_write,
  write_1_clear,  ///< reads as it is; a written 1 clears its bit
  write_only,
};

/// Some bits of a 32-bit register.
struct HostField {
  const char* name = nullptr;
  int low = 0, high = 0;
  const char* description = "";
  constexpr std::uint32_t mask() const { return static_cast<std::uint32_t>(((std::uint64_t{1} << (high - low + 1)) - 1) << low); }
};

/// In the order of the table.
enum class HostWord : std::uint8_t {
  id,
  version,
  slots,
  tiles,
  phases,
  target_bytes,
  phase,
  start,
  pause,
  status,
  irq_status,
  irq_enable,
  read_back_tile,
  read_back_bytes,
  stat_tile,
  stat_blind_pulses,
  stat_erases,
  stat_pulses,
  stat_set_pulses,
  stat_verify_reads,
  stat_verified_cells,
  stat_failed_cells,
  stat_busy_ps,
  stat_energy_aJ,
  stat_done_ps,
  banks_free,
  slot_status,
  slot_tile,
  bank_tile,
  commit,
  read_back,
  targets,
  schedule,
};

/// One register, or a window of data. There is one for each slot where `per_slot` is not 0, and for each bank where `per_bank` is not 0.
struct HostRegister {
  HostWord word{};
  const char* name = "";
  std::uint64_t offset = 0;
  std::uint64_t bytes = 4;                   ///< how far a burst may go
  std::uint64_t per_slot = 0, per_bank = 0;  ///< bytes from one to the next
  HostAccess access = HostAccess::read_only;
  const char* reset = "0";  ///< as the documentation says it
  const char* description = "";
  std::array<HostField, 4> fields{};  ///< those with a name
};

constexpr std::uint64_t kHostSlots = 65'536, kHostBanks = 2, kHostBanksPerWord = 32;
constexpr std::uint64_t kHostCells = std::uint64_t{4096} * 4096;  ///< of the largest tile
constexpr std::uint32_t kHostId = 0x5357'494D, kHostVersion = 1;
constexpr std::uint32_t kNoTile = std::numeric_limits<std::uint32_t>::max();  ///< in SLOT_TILE: idle; in STAT_TILE: all of them

constexpr HostField kStartGo{"GO", 0, 0, "1 begins the phase"};
constexpr HostField kPauseHold{"HOLD", 0, 0, "1 stops every slot before its next row step, 0 lets it go on"};
constexpr HostField kStatusBusy{"BUSY", 0, 0, "a bank is committed or being programmed"};
constexpr HostField kStatusPaused{"PAUSED", 1, 1, "every slot stands still"};
constexpr HostField kStatusError{"ERROR", 2, 2, "the chip has given up; nothing but a reset helps"};
constexpr HostField kIrqBankFree{"BANK_FREE", 0, 0, "a tile is done and its bank is free"};
constexpr HostField kIrqIdle{"IDLE", 1, 1, "the last busy slot is done, and no bank is committed"};
constexpr HostField kIrqError{"ERROR", 2, 2, "the chip has given up"};
constexpr HostField kBankZero{"BANK_0", 0, 0, ""};
constexpr HostField kBankOne{"BANK_1", 1, 1, ""};

namespace host_detail {

constexpr HostRegister word(HostWord word, const char* name, std::uint64_t offset, HostAccess access, const char* reset,
                            const char* description, std::array<HostField, 4> fields = {}) {
  return {word, name, offset, 4, 0, 0, access, reset, description, fields};
}
constexpr HostRegister total(HostWord word, const char* name, std::uint64_t offset, const char* description) {
  return {word, name, offset, 8, 0, 0, HostAccess::read_only, "0", description, {}};
}
constexpr HostRegister of_slot(HostWord word, const char* name, std::uint64_t offset, std::uint64_t per_bank, HostAccess access,
                               const char* reset, const char* description, std::array<HostField, 4> fields = {}) {
  return {word, name, offset, 4, 0x20, per_bank, access, reset, description, fields};
}

}  // namespace host_detail

/// The register map of the chip's host port. The documentation prints it (`swimsim list registers`), the port decodes by it and the driver
/// takes its addresses from it. Words are 32 bits, little endian.
inline constexpr std::array<HostRegister, 33> kHostRegisters{{
    host_detail::word(HostWord::id, "ID", 0x00, HostAccess::read_only, "0x5357494D", "\"SWIM\""),
    host_detail::word(HostWord::version, "VERSION", 0x04, HostAccess::read_only, "1", "of this map"),
    host_detail::word(HostWord::slots, "SLOTS", 0x08, HostAccess::read_only, "", "slots of the chip: tiles that program at the same time"),
    host_detail::word(HostWord::tiles, "TILES", 0x0C, HostAccess::read_only, "", "tiles of the chip"),
    host_detail::word(HostWord::phases, "PHASES", 0x10, HostAccess::read_only, "", "phases of the programming"),
    host_detail::word(HostWord::target_bytes, "TARGET_BYTES", 0x14, HostAccess::read_only, "",
                      "bytes of one target in TARGETS: 1, or 2 where a digit exceeds 255"),
    host_detail::word(HostWord::phase, "PHASE", 0x18, HostAccess::read_write, "0", "the phase that START begins"),
    host_detail::word(HostWord::start, "START", 0x1C, HostAccess::write_only, "", "begins a phase; refused while BUSY", {kStartGo}),
    host_detail::word(HostWord::pause, "PAUSE", 0x20, HostAccess::read_write, "0", "stops the programming between two row steps",
                      {kPauseHold}),
    host_detail::word(HostWord::status, "STATUS", 0x24, HostAccess::read_only, "0", "what the chip does",
                      {kStatusBusy, kStatusPaused, kStatusError}),
    host_detail::word(HostWord::irq_status, "IRQ_STATUS", 0x28, HostAccess::write_1_clear, "0",
                      "what has happened, whether it is enabled or not", {kIrqBankFree, kIrqIdle, kIrqError}),
    host_detail::word(HostWord::irq_enable, "IRQ_ENABLE", 0x2C, HostAccess::read_write, "0", "which bits of IRQ_STATUS raise the line irq",
                      {kIrqBankFree, kIrqIdle, kIrqError}),
    host_detail::word(HostWord::read_back_tile, "READ_BACK_TILE", 0x30, HostAccess::write_only, "",
                      "reads every cell of this tile once into READ_BACK; refused while BUSY"),
    host_detail::word(HostWord::read_back_bytes, "READ_BACK_BYTES", 0x34, HostAccess::read_only, "0", "what READ_BACK holds"),
    host_detail::word(HostWord::stat_tile, "STAT_TILE", 0x38, HostAccess::write_only, "",
                      "copies the totals of this tile, or of all with 0xFFFFFFFF, to the registers STAT_..."),
    host_detail::total(HostWord::stat_blind_pulses, "STAT_BLIND_PULSES", 0x80, "pulses of the blind phase"),
    host_detail::total(HostWord::stat_erases, "STAT_ERASES", 0x88, "erases of a row"),
    host_detail::total(HostWord::stat_pulses, "STAT_PULSES", 0x90, "pulses of the verify phases"),
    host_detail::total(HostWord::stat_set_pulses, "STAT_SET_PULSES", 0x98, "SET pulses among them"),
    host_detail::total(HostWord::stat_verify_reads, "STAT_VERIFY_READS", 0xA0, "reads for comparison"),
    host_detail::total(HostWord::stat_verified_cells, "STAT_VERIFIED_CELLS", 0xA8, "cells that entered write-verify"),
    host_detail::total(HostWord::stat_failed_cells, "STAT_FAILED_CELLS", 0xB0, "cells whose attempts were used up"),
    host_detail::total(HostWord::stat_busy_ps, "STAT_BUSY_PS", 0xB8, "time that controllers were busy, in ps, summed over tiles"),
    host_detail::total(HostWord::stat_energy_aJ, "STAT_ENERGY_AJ", 0xC0, "energy in aJ"),
    host_detail::total(
        HostWord::stat_done_ps, "STAT_DONE_PS", 0xC8,
        "when the last tile was done, in ps since the beginning (START, before the first tile of a phase is done); needs no STAT_TILE"),
    {HostWord::banks_free,
     "BANKS_FREE",
     0x1'0000,
     kHostSlots* kHostBanks / 8,
     0,
     0,
     HostAccess::read_only,
     "",
     "bit 2 s + b: bank b of slot s may be loaded",
     {}},
    host_detail::of_slot(HostWord::slot_status, "SLOT_STATUS", 0x100'0000, 0, HostAccess::read_only, "3", "the slot's bits of BANKS_FREE",
                         {kBankZero, kBankOne}),
    host_detail::of_slot(HostWord::slot_tile, "SLOT_TILE", 0x100'0004, 0, HostAccess::read_only, "0xFFFFFFFF",
                         "the tile that the slot programs now; 0xFFFFFFFF: none"),
    host_detail::of_slot(HostWord::bank_tile, "BANK_TILE", 0x100'0008, 4, HostAccess::read_write, "0",
                         "the tile that the bank is loaded for; writing it empties the bank, and is refused unless the bank is free"),
    host_detail::of_slot(HostWord::commit, "COMMIT", 0x100'0010, 0, HostAccess::write_only, "",
                         "hands a loaded bank to the slot, which takes it as soon as it is done with the tile before",
                         {kBankZero, kBankOne}),
    {HostWord::read_back,
     "READ_BACK",
     0x400'0000,
     kHostCells * 2,
     0,
     0,
     HostAccess::read_only,
     "",
     "ADC codes of the tile, two bytes a cell, row by row",
     {}},
    {HostWord::targets,
     "TARGETS",
     0x1000'0000'0000,
     kHostCells * 2,
     0x800'0000,
     0x400'0000,
     HostAccess::write_only,
     "",
     "the digit that each cell shall hold, row by row; written in order, from the beginning",
     {}},
    {HostWord::schedule,
     "SCHEDULE",
     0x1000'0200'0000,
     kHostCells / 8,
     0x800'0000,
     0x400'0000,
     HostAccess::write_only,
     "",
     "one bit a cell, verify it in this phase; a row starts on a byte, its first cell in bit 0; written in order, from the beginning",
     {}},
}};

constexpr const HostRegister& host_register(HostWord word) { return kHostRegisters[static_cast<std::size_t>(word)]; }

constexpr std::uint64_t host_address(HostWord word, std::uint64_t slot = 0, std::uint64_t bank = 0) {
  const HostRegister& entry = host_register(word);
  return entry.offset + slot * entry.per_slot + bank * entry.per_bank;
}

/// Where an address points: a register, whose it is, and how far from its beginning.
struct HostPlace {
  const HostRegister* entry = nullptr;  ///< nullptr: nothing is there
  std::uint64_t slot = 0, bank = 0, from = 0;
};

HostPlace find_host_register(std::uint64_t address);

const char* to_string(HostAccess access);

/// The table as (what to read first, what it means), fields below their register: for `swimsim list registers` and docs/host-port.md.
std::vector<std::pair<std::string, std::string>> describe_host_registers();

}  // namespace swimsim
