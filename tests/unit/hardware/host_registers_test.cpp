#include "sim/hardware/host_registers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace swimsim {
namespace {

struct Range {
  std::uint64_t first = 0, end = 0;
  std::string name;
};

/// Where the registers lie, those of the first, the second and the last slot among them.
std::vector<Range> ranges() {
  std::vector<Range> all;
  for (const HostRegister& entry : kHostRegisters) {
    std::set<std::uint64_t> slots{0}, banks{0};
    if (entry.per_slot != 0) slots = {0, 1, kHostSlots - 1};
    if (entry.per_bank != 0) banks = {0, 1};
    for (const std::uint64_t slot : slots) {
      for (const std::uint64_t bank : banks) {
        const std::uint64_t first = host_address(entry.word, slot, bank);
        all.push_back({first, first + entry.bytes, entry.name});
      }
    }
  }
  std::sort(all.begin(), all.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  return all;
}

TEST(HostRegisters, DoNotOverlap) {
  const std::vector<Range> all = ranges();
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1].end, all[i].first) << all[i - 1].name << " and " << all[i].name;
}

TEST(HostRegisters, AreFoundAtTheirAddresses) {
  for (const HostRegister& entry : kHostRegisters) {
    for (const std::uint64_t slot : {std::uint64_t{0}, std::uint64_t{5}, kHostSlots - 1}) {
      for (const std::uint64_t bank : {std::uint64_t{0}, std::uint64_t{1}}) {
        const HostPlace place = find_host_register(host_address(entry.word, slot, bank) + entry.bytes - 1);
        ASSERT_EQ(place.entry, &entry) << entry.name;
        EXPECT_EQ(place.slot, entry.per_slot == 0 ? 0 : slot) << entry.name;
        EXPECT_EQ(place.bank, entry.per_bank == 0 ? 0 : bank) << entry.name;
        EXPECT_EQ(place.from, entry.bytes - 1) << entry.name;
      }
    }
  }
}

TEST(HostRegisters, NothingIsBetweenThem) {
  const std::uint64_t last_slot = host_address(HostWord::schedule, kHostSlots - 1, 1) + host_register(HostWord::schedule).bytes;
  for (const std::uint64_t address :
       {host_address(HostWord::stat_tile) + 4, host_address(HostWord::stat_done_ps) + 8, host_address(HostWord::commit) + 4,
        host_address(HostWord::commit, kHostSlots), host_address(HostWord::read_back) + kHostCells * 2, last_slot, ~std::uint64_t{0}})
    EXPECT_EQ(find_host_register(address).entry, nullptr) << std::hex << address;
}

TEST(HostRegisters, TheWindowsTakeTheLargestTile) {
  EXPECT_EQ(host_register(HostWord::targets).bytes, 4096u * 4096u * 2u);
  EXPECT_EQ(host_register(HostWord::schedule).bytes, 4096u * 4096u / 8u);
}

TEST(HostRegisters, FieldsOfARegisterDoNotShareBits) {
  for (const HostRegister& entry : kHostRegisters) {
    std::uint32_t seen = 0;
    for (const HostField& field : entry.fields) {
      if (field.name == nullptr) continue;
      EXPECT_EQ(seen & field.mask(), 0u) << entry.name << "." << field.name;
      seen |= field.mask();
    }
  }
}

TEST(HostRegisters, TheTableNamesEveryRegister) {
  std::string text;
  for (const auto& [left, right] : describe_host_registers()) text += left + " " + right + "\n";
  for (const HostRegister& entry : kHostRegisters) EXPECT_NE(text.find(entry.name), std::string::npos) << entry.name;
}

}  // namespace
}  // namespace swimsim
