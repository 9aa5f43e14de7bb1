#include "sim/hardware/host_port.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <stdexcept>

#include "tests/support/host_bench.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::HostBench;
using testing::now_ps;

constexpr std::int64_t kClock_ps = 1000;
const std::vector<testing::StandInChip::TileModel> kTwoTiles(2);  // 4 cells each: a word of targets

/// One transaction as it stands on the bus.
struct Access {
  tlm::tlm_command command = tlm::TLM_READ_COMMAND;
  std::uint64_t address = 0;
  unsigned length = 4, streaming_width = 0;  ///< 0: all of it
  bool byte_enables = false;
  std::uint32_t value = 0;
};

tlm::tlm_response_status transport(HostBench& bench, const Access& access) {
  std::vector<unsigned char> data(access.length + 4, 0), enables(access.length, 0xff);
  for (unsigned byte = 0; byte < 4; ++byte) data[byte] = static_cast<unsigned char>(access.value >> 8 * byte);
  tlm::tlm_generic_payload payload;
  payload.set_command(access.command);
  payload.set_address(access.address);
  payload.set_data_ptr(data.data());
  payload.set_data_length(access.length);
  payload.set_streaming_width(access.streaming_width == 0 ? access.length : access.streaming_width);
  if (access.byte_enables) {
    payload.set_byte_enable_ptr(enables.data());
    payload.set_byte_enable_length(access.length);
  }
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  bench.host.socket->b_transport(payload, delay);
  EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
  EXPECT_FALSE(payload.is_dmi_allowed());
  return payload.get_response_status();
}

Access read_of(std::uint64_t address, unsigned length = 4) { return {tlm::TLM_READ_COMMAND, address, length, 0, false, 0}; }
Access write_of(std::uint64_t address, std::uint32_t value, unsigned length = 4) {
  return {tlm::TLM_WRITE_COMMAND, address, length, 0, false, value};
}

/// A chip of one slot and two tiles, and software that runs on its host.
struct OneSlot : HostBench {
  OneSlot() : HostBench({32, kClock_ps}, 1, kTwoTiles) {}
  void load(std::size_t bank, std::uint32_t tile) {
    host.write(host_address(HostWord::bank_tile, 0, bank), tile);
    host.write(host_address(HostWord::targets, 0, bank), 0x03020100);
  }
  void commit(std::size_t bank) { host.write(host_address(HostWord::commit, 0), 1u << bank); }
  void start() { host.write(host_address(HostWord::start), 1); }
  std::uint32_t get(HostWord word) { return host.read(host_address(word)); }
  void set(HostWord word, std::uint32_t value) { host.write(host_address(word), value); }
};

TEST(HostPort, EveryRegisterCanBeReadUnlessWriteOnly) {
  OneSlot bench;
  bench.host.run([&] {
    for (const HostRegister& entry : kHostRegisters) {
      const auto expected = entry.access == HostAccess::write_only ? tlm::TLM_COMMAND_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE;
      EXPECT_EQ(transport(bench, read_of(entry.offset)), expected) << entry.name;
    }
  });
}

TEST(HostPort, EveryReadOnlyRegisterRefusesToBeWritten) {
  OneSlot bench;
  bench.host.run([&] {
    for (const HostRegister& entry : kHostRegisters) {
      const tlm::tlm_response_status response = transport(bench, write_of(entry.offset, 0));
      if (entry.access == HostAccess::read_only) {
        EXPECT_EQ(response, tlm::TLM_COMMAND_ERROR_RESPONSE) << entry.name;
      } else {
        EXPECT_NE(response, tlm::TLM_COMMAND_ERROR_RESPONSE) << entry.name;
      }
    }
  });
}

TEST(HostPort, SaysWhatTheChipIs) {
  HostBench bench({}, 3, std::vector<testing::StandInChip::TileModel>(7));
  bench.host.run([&] {
    EXPECT_EQ(bench.host.read(host_address(HostWord::id)), 0x5357494Du);
    EXPECT_EQ(bench.host.read(host_address(HostWord::version)), 1u);
    EXPECT_EQ(bench.host.read(host_address(HostWord::slots)), 3u);
    EXPECT_EQ(bench.host.read(host_address(HostWord::tiles)), 7u);
    EXPECT_EQ(bench.host.read(host_address(HostWord::phases)), 3u);
    EXPECT_EQ(bench.host.read(host_address(HostWord::target_bytes)), 1u);
    EXPECT_EQ(bench.host.read(host_address(HostWord::banks_free)), 0x3fu);
    EXPECT_EQ(bench.host.read(host_address(HostWord::slot_status, 2)), 3u);
    EXPECT_EQ(bench.host.read(host_address(HostWord::slot_tile, 2)), 0xffffffffu);
  });
}

TEST(HostPort, ReadWriteRegistersKeepTheirFieldsOnly) {
  OneSlot bench;
  bench.host.run([&] {
    for (const auto& [word, kept] : {std::pair{HostWord::phase, 0xffffffffu}, {HostWord::irq_enable, 7u}, {HostWord::pause, 1u}}) {
      bench.set(word, 0xffffffff);
      EXPECT_EQ(bench.get(word), kept);
      bench.set(word, 0);
      EXPECT_EQ(bench.get(word), 0u);
    }
  });
}

TEST(HostPort, RefusesAnAddressWhereNothingIs) {
  OneSlot bench;
  bench.host.run([&] {
    for (const std::uint64_t address : {std::uint64_t{0x3C}, host_address(HostWord::phase) + 2, host_address(HostWord::slot_status, 1),
                                        host_address(HostWord::targets, 1), ~std::uint64_t{0}}) {
      EXPECT_EQ(transport(bench, read_of(address)), tlm::TLM_ADDRESS_ERROR_RESPONSE) << std::hex << address;
      EXPECT_EQ(transport(bench, write_of(address, 0)), tlm::TLM_ADDRESS_ERROR_RESPONSE) << std::hex << address;
    }
  });
}

TEST(HostPort, RefusesAnyOtherCommand) {
  OneSlot bench;
  bench.host.run([&] {
    Access access = read_of(host_address(HostWord::phase));
    access.command = tlm::TLM_IGNORE_COMMAND;
    EXPECT_EQ(transport(bench, access), tlm::TLM_COMMAND_ERROR_RESPONSE);
  });
}

TEST(HostPort, RefusesByteEnables) {
  OneSlot bench;
  bench.host.run([&] {
    Access access = write_of(host_address(HostWord::phase), 9);
    access.byte_enables = true;
    EXPECT_EQ(transport(bench, access), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    EXPECT_EQ(bench.get(HostWord::phase), 0u);
  });
}

TEST(HostPort, RefusesBurstsThatAreNoWholeWordsOrLeaveTheirRegister) {
  OneSlot bench;
  bench.host.run([&] {
    for (const unsigned length : {1u, 2u, 6u, 8u})
      EXPECT_EQ(transport(bench, write_of(host_address(HostWord::phase), 9, length)), tlm::TLM_BURST_ERROR_RESPONSE) << length;
    EXPECT_EQ(transport(bench, read_of(host_address(HostWord::stat_energy_aJ), 8)), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(transport(bench, read_of(host_address(HostWord::stat_energy_aJ) + 4, 8)), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::targets), 9, 8)), tlm::TLM_BURST_ERROR_RESPONSE);  // tiles have 4 cells
    Access streaming = read_of(host_address(HostWord::stat_energy_aJ), 8);
    streaming.streaming_width = 4;
    EXPECT_EQ(transport(bench, streaming), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(bench.get(HostWord::phase), 0u);
  });
}

TEST(HostPort, AnAccessTakesABusClockForEachBeatAndActsAtTheEnd) {
  HostBench bench({8, kClock_ps}, 1, kTwoTiles);
  bench.host.run([&] {
    bench.host.write(host_address(HostWord::phase), 2);
    EXPECT_EQ(now_ps(), 4 * kClock_ps);
    EXPECT_EQ(bench.host.read(host_address(HostWord::phase)), 2u);
    EXPECT_EQ(now_ps(), 8 * kClock_ps);
  });
  EXPECT_EQ(bench.port.bus_busy_ps(), 8 * kClock_ps);
}

TEST(HostPort, AStartedBeatIsAWholeOne) {
  EXPECT_EQ((HostBus{64, 1000}.time_ps(4)), 1000);
  EXPECT_EQ((HostBus{64, 1000}.time_ps(12)), 2000);
  EXPECT_EQ((HostBus{24, 1000}.time_ps(4)), 2000);
  EXPECT_EQ((HostBus{0, 1000}.time_ps(4096)), 0);
}

TEST(HostPort, WaitsForADelayThatTheMasterHasAnnotated) {
  OneSlot bench;
  bench.host.run([&] {
    std::uint32_t data = 2;
    tlm::tlm_generic_payload payload;
    payload.set_write();
    payload.set_address(host_address(HostWord::phase));
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_core::sc_time delay(700, sc_core::SC_PS);
    bench.host.socket->b_transport(payload, delay);
    EXPECT_EQ(now_ps(), 700 + kClock_ps);
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
  });
}

TEST(HostPort, ThereIsNoDirectMemory) {
  OneSlot bench;
  tlm::tlm_generic_payload payload;
  tlm::tlm_dmi dmi;
  payload.set_address(host_address(HostWord::targets));
  EXPECT_FALSE(bench.host.socket->get_direct_mem_ptr(payload, dmi));
}

TEST(HostPort, DebugReadsWithoutTimeAndDoesNotWrite) {
  OneSlot bench;
  bench.host.run([&] { bench.set(HostWord::phase, 2); });
  const std::int64_t before_ps = now_ps();
  std::uint32_t data = 0;
  tlm::tlm_generic_payload payload;
  payload.set_read();
  payload.set_address(host_address(HostWord::phase));
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  EXPECT_EQ(bench.host.socket->transport_dbg(payload), 4u);
  EXPECT_EQ(data, 2u);
  data = 1;
  payload.set_write();
  EXPECT_EQ(bench.host.socket->transport_dbg(payload), 0u);
  payload.set_read();
  payload.set_address(host_address(HostWord::start));
  EXPECT_EQ(bench.host.socket->transport_dbg(payload), 0u);
  EXPECT_EQ(now_ps(), before_ps);
  bench.host.run([&] { EXPECT_EQ(bench.get(HostWord::phase), 2u); });
}

TEST(HostPort, ABankIsTakenOnlyWhenItIsFilledAndAfterAStart) {
  OneSlot bench;
  bench.host.run([&] {
    const std::uint64_t commit = host_address(HostWord::commit);
    bench.load(0, 1);
    EXPECT_EQ(transport(bench, write_of(commit, 1)), tlm::TLM_GENERIC_ERROR_RESPONSE);  // no start yet
    bench.start();
    EXPECT_EQ(transport(bench, write_of(commit, 2)), tlm::TLM_GENERIC_ERROR_RESPONSE);  // nothing in bank 1
    EXPECT_EQ(transport(bench, write_of(commit, 3)), tlm::TLM_GENERIC_ERROR_RESPONSE);  // one at a time
    EXPECT_EQ(transport(bench, write_of(commit, 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(commit, 1)), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(commit, 1)), tlm::TLM_GENERIC_ERROR_RESPONSE);  // not free
  });
}

TEST(HostPort, ABankThatIsInUseCannotBeChanged) {
  OneSlot bench;
  bench.host.run([&] {
    bench.set(HostWord::pause, 1);
    bench.load(0, 1);
    bench.start();
    bench.commit(0);
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::bank_tile), 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::targets), 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::schedule), 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(bench.get(HostWord::bank_tile), 1u);
  });
}

TEST(HostPort, ATileThatIsNotThereIsRefused) {
  OneSlot bench;
  bench.host.run([&] {
    for (const HostWord word : {HostWord::bank_tile, HostWord::read_back_tile, HostWord::stat_tile})
      EXPECT_EQ(transport(bench, write_of(host_address(word), 2)), tlm::TLM_GENERIC_ERROR_RESPONSE) << host_register(word).name;
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::stat_tile), kNoTile)), tlm::TLM_OK_RESPONSE);
  });
}

TEST(HostPort, ChoosingATileEmptiesTheBank) {
  OneSlot bench;
  bench.host.run([&] {
    bench.start();
    bench.load(0, 1);
    bench.set(HostWord::bank_tile, 0);
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::commit), 1)), tlm::TLM_GENERIC_ERROR_RESPONSE);
  });
}

TEST(HostPort, DataComesInOrder) {
  HostBench bench({}, 1, {{12, 4, 1000, 1}});
  bench.host.run([&] {
    const std::uint64_t targets = host_address(HostWord::targets);
    EXPECT_EQ(transport(bench, write_of(targets + 4, 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(targets, 0)), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(targets + 8, 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(targets + 4, 0, 8)), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(targets, 0)), tlm::TLM_OK_RESPONSE);  // anew
    EXPECT_EQ(transport(bench, write_of(targets + 4, 0)), tlm::TLM_OK_RESPONSE);
  });
}

TEST(HostPort, StartIsRefusedWhileBusyAndForAPhaseThatIsNotThere) {
  OneSlot bench;
  bench.host.run([&] {
    const std::uint64_t start = host_address(HostWord::start);
    bench.set(HostWord::phase, 3);
    EXPECT_EQ(transport(bench, write_of(start, 1)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    bench.set(HostWord::phase, 2);
    bench.start();
    bench.set(HostWord::pause, 1);
    bench.load(0, 0);
    bench.commit(0);
    EXPECT_EQ(bench.get(HostWord::status) & kStatusBusy.mask(), 1u);
    EXPECT_EQ(transport(bench, write_of(start, 1)), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(transport(bench, write_of(start, 0)), tlm::TLM_OK_RESPONSE);  // GO is not set: nothing
    EXPECT_EQ(transport(bench, write_of(host_address(HostWord::read_back_tile), 0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
  });
}

TEST(HostPort, TheLineShowsWhatIsEnabledUntilItIsCleared) {
  OneSlot bench;
  bench.host.run([&] {
    const auto settle = [] {
      for (int i = 0; i < 3; ++i) sc_core::wait(sc_core::SC_ZERO_TIME);
    };
    bench.start();
    bench.load(0, 0);
    bench.commit(0);
    sc_core::wait(5, sc_core::SC_NS);  // the tile takes 1 ns
    EXPECT_EQ(bench.get(HostWord::irq_status), kIrqBankFree.mask() | kIrqIdle.mask());
    EXPECT_FALSE(bench.irq.read());  // nothing is enabled
    bench.set(HostWord::irq_enable, kIrqError.mask());
    settle();
    EXPECT_FALSE(bench.irq.read());
    bench.set(HostWord::irq_enable, kIrqIdle.mask());
    settle();
    EXPECT_TRUE(bench.irq.read());
    bench.set(HostWord::irq_status, kIrqBankFree.mask());
    settle();
    EXPECT_TRUE(bench.irq.read());
    EXPECT_EQ(bench.get(HostWord::irq_status), kIrqIdle.mask());
    bench.set(HostWord::irq_status, kIrqIdle.mask());
    settle();
    EXPECT_FALSE(bench.irq.read());
    EXPECT_EQ(bench.get(HostWord::irq_status), 0u);
  });
}

TEST(HostPort, PauseHoldsBetweenTwoRowStepsAndResumeGoesOn) {
  // Four row steps of 10 ns; committed at 4 ns. Held from 17 ns on: the step that began at 14 ns ends at 24 ns. Let go at 50 ns.
  HostBench bench({32, kClock_ps}, 1, {{4, 4, 10'000, 4}});
  bench.host.run([&] {
    bench.host.write(host_address(HostWord::start), 1);                              // 1 ns
    bench.host.write(host_address(HostWord::bank_tile), 0);                          // 2 ns
    bench.host.write(host_address(HostWord::targets), 0);                            // 3 ns
    bench.host.write(host_address(HostWord::commit), 1);                             // 4 ns
    sc_core::wait(12, sc_core::SC_NS);                                               // 16 ns
    bench.host.write(host_address(HostWord::pause), 1);                              // 17 ns
    EXPECT_EQ(bench.host.read(host_address(HostWord::status)), kStatusBusy.mask());  // 18 ns: the step is not over
    EXPECT_EQ(bench.host.read(host_address(HostWord::slot_tile)), 0u);
    sc_core::wait(29, sc_core::SC_NS);
    EXPECT_EQ(bench.host.read(host_address(HostWord::status)), kStatusBusy.mask() | kStatusPaused.mask());  // 49 ns
    bench.host.write(host_address(HostWord::pause), 0);                                                     // 50 ns
    sc_core::wait(100, sc_core::SC_NS);
  });
  ASSERT_EQ(bench.chip.done.size(), 1u);
  EXPECT_EQ(bench.chip.done[0].begin_ps, 4'000);
  EXPECT_EQ(bench.chip.done[0].end_ps, 70'000);  // the steps at 4, 14 | 50, 60
}

TEST(SlotBanks, AreTakenInTheOrderInWhichTheyWereCommitted) {
  SlotBanks banks;
  banks.commit(1, {7, nullptr, nullptr});
  banks.commit(0, {8, nullptr, nullptr});
  EXPECT_EQ(banks.take()->tile, 7u);
  EXPECT_FALSE(banks.free(1));
  banks.release();
  EXPECT_TRUE(banks.free(1));
  banks.commit(1, {9, nullptr, nullptr});
  EXPECT_EQ(banks.take()->tile, 8u);
  banks.release();
  EXPECT_EQ(banks.take()->tile, 9u);
  banks.release();
  EXPECT_EQ(banks.take(), nullptr);
  EXPECT_TRUE(banks.all_free());
}

TEST(SlotBanks, RefuseWhatMakesNoSense) {
  SlotBanks banks;
  EXPECT_THROW(banks.release(), std::logic_error);
  banks.commit(0, {7, nullptr, nullptr});
  EXPECT_THROW(banks.commit(0, {8, nullptr, nullptr}), std::logic_error);
  banks.take();
  EXPECT_THROW(banks.take(), std::logic_error);
}

}  // namespace
}  // namespace swimsim
