#include "sim/hardware/host_driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace swimsim {

namespace {

constexpr std::uint32_t kLoading = kIrqBankFree.mask() | kIrqError.mask();
constexpr std::uint32_t kEnding = kIrqIdle.mask() | kIrqError.mask();

void complain_if(bool chip_failed) {
  if (chip_failed) throw std::runtime_error("host: the chip has given up");
}

bool has_work(const std::vector<std::uint8_t>& bits) {
  return bits.empty() || std::any_of(bits.begin(), bits.end(), [](std::uint8_t byte) { return byte != 0; });
}

std::uint64_t little_endian(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

std::function<std::optional<std::size_t>(std::size_t phase, std::size_t slot)> static_order(std::size_t slots, std::size_t tiles) {
  std::vector<std::size_t> next(slots);
  std::size_t of_phase = 0;
  return [=](std::size_t phase, std::size_t slot) mutable -> std::optional<std::size_t> {
    if (phase != of_phase) std::fill(next.begin(), next.end(), 0);
    of_phase = phase;
    const std::size_t tile = slot + next[slot]++ * slots;
    return tile < tiles ? std::optional<std::size_t>(tile) : std::nullopt;
  };
}

HostDriver::HostDriver(sc_core::sc_module_name name, HostJob job) : sc_module(name), job_(std::move(job)) {
  SC_THREAD(serve);
  sensitive << asked_;
  dont_initialize();
}

void HostDriver::serve() {
  for (;;) {
    try {
      software_();
    } catch (...) {
      error_ = std::current_exception();
    }
    software_ = nullptr;
    sc_core::sc_pause();
    wait();
  }
}

void HostDriver::run(const std::function<void()>& software) {
  software_ = software;
  asked_.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (software_) throw std::logic_error("host: the simulation stands still and the host is not done");
}

std::int64_t HostDriver::run_phase(std::size_t phase) {
  run([&] { program(phase); });
  return phase_end_ps_;
}

void HostDriver::learn_the_chip() {
  free_.resize(read(host_address(HostWord::slots)));
  const std::size_t tiles = read(host_address(HostWord::tiles));
  if (!job_.next_tile) job_.next_tile = static_order(free_.size(), tiles);
}

void HostDriver::program(std::size_t phase) {
  if (free_.empty()) learn_the_chip();
  write(host_address(HostWord::phase), static_cast<std::uint32_t>(phase));
  write(host_address(HostWord::irq_enable), kLoading);
  write(host_address(HostWord::start), kStartGo.mask());
  load_tiles(phase);
  wait_until_idle();
}

void HostDriver::load_tiles(std::size_t phase) {
  more_.assign(free_.size(), true);
  bank_.assign(free_.size(), 0);
  first_ = 0;
  see_free_banks();
  std::size_t slots_left = free_.size();
  while (slots_left > 0) {
    if (irq.read()) {
      const std::uint32_t seen = take_interrupt();
      complain_if((seen & kIrqError.mask()) != 0);
      if ((seen & kIrqBankFree.mask()) != 0) see_free_banks();
    }
    const std::optional<std::size_t> slot = slot_to_load();
    if (!slot) {
      if (!irq.read()) wait(irq.posedge_event());
    } else if (!load_next(phase, *slot)) {
      more_[*slot] = false;
      --slots_left;
    }
  }
}

/// IDLE is cleared first and looked for afterwards, so that what happens in between is not lost.
void HostDriver::wait_until_idle() {
  write(host_address(HostWord::irq_enable), kEnding);
  write(host_address(HostWord::irq_status), kIrqIdle.mask());
  const std::uint32_t status = read(host_address(HostWord::status));
  complain_if((status & kStatusError.mask()) != 0);
  if ((status & kStatusBusy.mask()) != 0) complain_if((wait_for_interrupt(kEnding) & kIrqError.mask()) != 0);
  phase_end_ps_ = read_total(HostWord::stat_done_ps);
}

std::uint32_t HostDriver::wait_for_interrupt(std::uint32_t bits) {
  for (;;) {
    if (!irq.read()) wait(irq.posedge_event());
    const std::uint32_t seen = take_interrupt();
    if ((seen & bits) != 0) return seen;
  }
}

std::uint32_t HostDriver::take_interrupt() {
  const std::uint32_t seen = read(host_address(HostWord::irq_status));
  if (seen != 0) {
    write(host_address(HostWord::irq_status), seen);
  } else {
    wait(sc_core::SC_ZERO_TIME);  // the line falls a moment after the last acknowledgement
  }
  return seen;
}

void HostDriver::see_free_banks() {
  std::vector<std::uint8_t> bits((free_.size() * kHostBanks + 31) / 32 * 4);
  read_block(host_address(HostWord::banks_free), bits);
  for (std::size_t slot = 0; slot < free_.size(); ++slot) {
    for (std::size_t bank = 0; bank < kHostBanks; ++bank) {
      const std::size_t bit = slot * kHostBanks + bank;
      free_[slot][bank] = (bits[bit / 8] >> bit % 8 & 1) != 0;
    }
  }
}

/// An idle slot before one that works; among them the next in turn.
std::optional<std::size_t> HostDriver::slot_to_load() {
  const std::size_t least = job_.double_buffer ? 1 : 2;
  for (std::size_t wanted = kHostBanks; wanted >= least; --wanted) {
    for (std::size_t i = 0; i < free_.size(); ++i) {
      const std::size_t slot = (first_ + i) % free_.size();
      const std::size_t free = static_cast<std::size_t>(free_[slot][0]) + static_cast<std::size_t>(free_[slot][1]);
      if (!more_[slot] || free != wanted) continue;
      first_ = slot + 1;
      return slot;
    }
  }
  return std::nullopt;
}

bool HostDriver::load_next(std::size_t phase, std::size_t slot) {
  for (;;) {
    const std::optional<std::size_t> tile = job_.next_tile(phase, slot);
    if (!tile) return false;
    std::vector<std::uint8_t> bits = job_.schedule ? job_.schedule(phase, *tile) : std::vector<std::uint8_t>();
    if (!has_work(bits)) continue;
    load(slot, *tile, std::move(bits));
    return true;
  }
}

void HostDriver::load(std::size_t slot, std::size_t tile, std::vector<std::uint8_t> bits) {
  const std::size_t bank = free_[slot][bank_[slot]] ? bank_[slot] : 1 - bank_[slot];
  write(host_address(HostWord::bank_tile, slot, bank), static_cast<std::uint32_t>(tile));
  write_block(host_address(HostWord::targets, slot, bank), job_.targets(tile));
  if (!bits.empty()) write_block(host_address(HostWord::schedule, slot, bank), std::move(bits));
  write(host_address(HostWord::commit, slot), bank == 0 ? kBankZero.mask() : kBankOne.mask());
  free_[slot][bank] = false;
  bank_[slot] = 1 - bank;
}

std::vector<std::uint16_t> HostDriver::read_back(std::size_t tile, std::size_t cells) {
  std::vector<std::uint16_t> codes(cells);
  run([&] {
    write(host_address(HostWord::read_back_tile), static_cast<std::uint32_t>(tile));
    std::vector<std::uint8_t> bytes(read(host_address(HostWord::read_back_bytes)));
    if (bytes.size() / 2 < cells) throw std::logic_error("host: the tile has fewer cells than are asked for");
    read_block(host_address(HostWord::read_back), bytes);
    for (std::size_t i = 0; i < cells; ++i) codes[i] = static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
  });
  return codes;
}

ProgrammingTotals HostDriver::totals(std::optional<std::size_t> tile) {
  ProgrammingTotals totals;
  run([&] {
    write(host_address(HostWord::stat_tile), static_cast<std::uint32_t>(tile.value_or(kNoTile)));
    totals.counts.blind_pulses = read_total(HostWord::stat_blind_pulses);
    totals.counts.erases = read_total(HostWord::stat_erases);
    totals.counts.pulses = read_total(HostWord::stat_pulses);
    totals.counts.set_pulses = read_total(HostWord::stat_set_pulses);
    totals.counts.verify_reads = read_total(HostWord::stat_verify_reads);
    totals.counts.verified_cells = read_total(HostWord::stat_verified_cells);
    totals.counts.failed_cells = read_total(HostWord::stat_failed_cells);
    totals.busy_ps = read_total(HostWord::stat_busy_ps);
    totals.energy_aJ = read_total(HostWord::stat_energy_aJ);
  });
  return totals;
}

std::int64_t HostDriver::read_total(HostWord word) {
  std::vector<std::uint8_t> bytes(8);
  read_block(host_address(word), bytes);
  return static_cast<std::int64_t>(little_endian(bytes));
}

std::uint32_t HostDriver::read(std::uint64_t address) {
  std::vector<std::uint8_t> data(4);
  read_block(address, data);
  return static_cast<std::uint32_t>(little_endian(data));
}

void HostDriver::write(std::uint64_t address, std::uint32_t value) {
  unsigned char data[4];
  for (unsigned byte = 0; byte < 4; ++byte) data[byte] = static_cast<unsigned char>(value >> 8 * byte);
  transport(tlm::TLM_WRITE_COMMAND, address, data, sizeof data);
}

void HostDriver::read_block(std::uint64_t address, std::vector<std::uint8_t>& data) {
  transport(tlm::TLM_READ_COMMAND, address, data.data(), data.size());
}

void HostDriver::write_block(std::uint64_t address, std::vector<std::uint8_t> data) {
  data.resize((data.size() + 3) / 4 * 4);
  transport(tlm::TLM_WRITE_COMMAND, address, data.data(), data.size());
}

void HostDriver::transport(tlm::tlm_command command, std::uint64_t address, unsigned char* data, std::size_t length) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(length));
  payload.set_streaming_width(static_cast<unsigned>(length));
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->b_transport(payload, delay);
  if (delay != sc_core::SC_ZERO_TIME) wait(delay);
  if (payload.is_response_error())
    throw std::logic_error(fmt::format("host: {} of {} bytes at 0x{:X}: {}", command == tlm::TLM_READ_COMMAND ? "read" : "write", length,
                                       address, payload.get_response_string()));
}

}  // namespace swimsim
