#pragma once

#include <tlm.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/hardware/host_registers.h"
#include "sim/hardware/programming_if.h"

namespace swimsim {

/// The bus between host and chip: a clock moves `bits` of it.
struct HostBus {
  int bits = 0;  ///< 8, 16, ... ; 0: what is moved takes no time
  std::int64_t clock_ps = 10'000;
  /// How long a transaction of so many bytes holds the bus.
  std::int64_t time_ps(std::uint64_t bytes) const {
    if (bits == 0) return 0;
    const std::uint64_t beat_bits = static_cast<std::uint64_t>(bits);
    return static_cast<std::int64_t>((bytes * 8 + beat_bits - 1) / beat_bits) * clock_ps;
  }
};

/// The chip's host port: a TLM-2.0 target with the registers of host_registers.h, two banks of buffer for each slot, and an interrupt line.
///
/// b_transport waits until the last beat of the transaction and only then reads or writes, so it returns with no delay; call it from a
/// thread. One master: whoever calls waits, which is what serialises the bus. Words are aligned, a burst stays in one register or window.
/// Refused, and without effect:
///   TLM_ADDRESS_ERROR_RESPONSE      nothing is there, the slot does not exist, the address is not aligned
///   TLM_COMMAND_ERROR_RESPONSE      the register cannot be read, or not be written
///   TLM_BURST_ERROR_RESPONSE        not whole words, beyond the end of the register or window, a streaming width
///   TLM_BYTE_ENABLE_ERROR_RESPONSE  byte enables
///   TLM_GENERIC_ERROR_RESPONSE      not now, or not this value: a bank that is not free, a start while busy, a tile that does not exist, a
///                                   commit of a bank that was not filled or before any start, data out of order
/// transport_dbg reads without effect and time and does not write; there is no direct memory access.
class HostPort final : public sc_core::sc_module, private ProgrammingListener {
 public:
  SC_HAS_PROCESS(HostPort);
  HostPort(sc_core::sc_module_name name, const HostBus& bus);

  tlm_utils::simple_target_socket<HostPort> socket{"socket"};
  sc_core::sc_port<ProgrammingIf> chip{"chip"};
  sc_core::sc_out<bool> irq{"irq"};

  /// How long the bus was busy so far.
  std::int64_t bus_busy_ps() const { return bus_busy_ps_; }

 private:
  struct Bank {
    std::uint32_t tile = 0;
    std::vector<std::uint8_t> targets, schedule;
  };

  void start_of_simulation() override;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload);

  tlm::tlm_response_status check(const tlm::tlm_generic_payload& payload, const HostPlace& place) const;
  void read(const HostPlace& place, unsigned char* data, std::uint64_t length) const;
  std::uint32_t word_at(const HostPlace& place, std::uint64_t from) const;
  std::uint32_t banks_free(std::uint64_t word) const;
  std::uint32_t status() const;
  /// Each of these says whether it took the value.
  bool write(const HostPlace& place, const unsigned char* data, std::uint64_t length);
  bool write_word(const HostPlace& place, std::uint32_t value);
  bool begin_bank(Bank& bank, std::uint32_t tile);
  bool fill(const HostPlace& place, const unsigned char* data, std::uint64_t length);
  bool start(std::uint32_t value);
  bool commit(std::uint64_t slot, std::uint32_t banks);
  bool fetch_cells(std::uint32_t tile);
  bool fetch_totals(std::uint32_t tile);

  void bank_free() override;
  void idle() override { raise(kIrqIdle); }
  void failed() override { raise(kIrqError); }
  void raise(const HostField& what);
  void drive_irq() { irq.write((irq_status_ & irq_enable_) != 0); }

  HostBus bus_;
  std::int64_t bus_busy_ps_ = 0;
  std::uint64_t most_targets_ = 0, most_schedule_ = 0;  ///< bytes of the largest tile, whole words
  std::vector<std::array<Bank, kHostBanks>> slots_;
  bool started_ = false;
  std::uint32_t phase_ = 0, pause_ = 0, irq_status_ = 0, irq_enable_ = 0;
  std::vector<std::uint8_t> cells_;  ///< what READ_BACK holds
  ProgrammingTotals totals_;         ///< what STAT_... hold
  std::int64_t done_ps_ = 0;
  sc_core::sc_event irq_changed_;
};

}  // namespace swimsim
