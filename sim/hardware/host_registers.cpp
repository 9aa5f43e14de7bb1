#include "sim/hardware/host_registers.h"

#include <fmt/format.h>

namespace swimsim {

namespace {

constexpr bool in_order() {
  for (std::size_t i = 0; i < kHostRegisters.size(); ++i) {
    const HostRegister& entry = kHostRegisters[i];
    if (static_cast<std::size_t>(entry.word) != i) return false;
    if (entry.offset % 4 != 0 || entry.bytes % 4 != 0 || entry.per_slot % 4 != 0 || entry.per_bank % 4 != 0) return false;
  }
  return true;
}
static_assert(in_order(), "a register stands where its enumerator does, and words are aligned");

std::string address_text(const HostRegister& entry) {
  std::string text = fmt::format("0x{:02X}", entry.offset);
  if (entry.per_slot != 0) text += fmt::format(" + 0x{:X} s", entry.per_slot);
  if (entry.per_bank != 0) text += fmt::format(" + 0x{:X} b", entry.per_bank);
  return text;
}

std::string bits_text(const HostField& field) {
  return field.low == field.high ? fmt::format("[{}]", field.low) : fmt::format("[{}:{}]", field.high, field.low);
}

}  // namespace

HostPlace find_host_register(std::uint64_t address) {
  for (const HostRegister& entry : kHostRegisters) {
    if (address < entry.offset) continue;
    HostPlace place{&entry, 0, 0, address - entry.offset};
    if (entry.per_slot != 0) {
      place.slot = place.from / entry.per_slot;
      place.from %= entry.per_slot;
    }
    if (entry.per_bank != 0) {
      place.bank = place.from / entry.per_bank;
      place.from %= entry.per_bank;
    }
    if (place.slot < kHostSlots && place.bank < kHostBanks && place.from < entry.bytes) return place;
  }
  return {};
}

const char* to_string(HostAccess access) {
  switch (access) {
    case HostAccess::read_only:
      return "RO";
    case HostAccess::read_write:
      return "RW";
    case HostAccess::write_1_clear:
      return "W1C";
    case HostAccess::write_only:
      return "WO";
  }
  return "";
}

std::vector<std::pair<std::string, std::string>> describe_host_registers() {
  std::vector<std::pair<std::string, std::string>> lines;
  lines.emplace_back(fmt::format("{:<43}{:<5}{:>8}  {}", "address", "", "bytes", "register"), "what it is");
  for (const HostRegister& entry : kHostRegisters) {
    std::string name = entry.name;
    if (entry.per_slot != 0) name += "[s]";
    if (entry.per_bank != 0) name += "[b]";
    std::string what = entry.description;
    if (*entry.reset != '\0') what += fmt::format(" (reset {})", entry.reset);
    lines.emplace_back(fmt::format("{:<43}{:<5}{:>8}  {}", address_text(entry), to_string(entry.access), entry.bytes, name), what);
    for (const HostField& field : entry.fields) {
      if (field.name == nullptr) continue;
      const std::string text = *field.description == '\0' ? "" : std::string(": ") + field.description;
      lines.emplace_back("", fmt::format("{} {}{}", bits_text(field), field.name, text));
    }
  }
  return lines;
}

}  // namespace swimsim
