#include "sim/hardware/host_port.h"

#include <algorithm>

namespace swimsim {

namespace {

std::uint64_t whole_words(std::uint64_t bytes) { return (bytes + 3) / 4 * 4; }

std::uint32_t little_endian(const unsigned char* data) {
  return data[0] | static_cast<std::uint32_t>(data[1]) << 8 | static_cast<std::uint32_t>(data[2]) << 16 |
         static_cast<std::uint32_t>(data[3]) << 24;
}

std::uint32_t half_of(std::int64_t value, std::uint64_t from) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> (from == 0 ? 0 : 32));
}

std::int64_t now_ps() { return static_cast<std::int64_t>(sc_core::sc_time_stamp().value()); }

bool writes(const tlm::tlm_generic_payload& payload) { return payload.get_command() == tlm::TLM_WRITE_COMMAND; }

bool allows(HostAccess access, tlm::tlm_command command) {
  if (command == tlm::TLM_READ_COMMAND) return access != HostAccess::write_only;
  if (command == tlm::TLM_WRITE_COMMAND) return access != HostAccess::read_only;
  return false;
}

/// Of totals, by the register that shows them.
std::int64_t total_of(const ProgrammingTotals& totals, HostWord word) {
  switch (word) {
    case HostWord::stat_blind_pulses:
      return totals.counts.blind_pulses;
    case HostWord::stat_erases:
      return totals.counts.erases;
    case HostWord::stat_pulses:
      return totals.counts.pulses;
    case HostWord::stat_set_pulses:
      return totals.counts.set_pulses;
    case HostWord::stat_verify_reads:
      return totals.counts.verify_reads;
    case HostWord::stat_verified_cells:
      return totals.counts.verified_cells;
    case HostWord::stat_failed_cells:
      return totals.counts.failed_cells;
    case HostWord::stat_busy_ps:
      return totals.busy_ps;
    default:
      return totals.energy_aJ;
  }
}

}  // namespace

HostPort::HostPort(sc_core::sc_module_name name, const HostBus& bus) : sc_module(name), bus_(bus) {
  socket.register_b_transport(this, &HostPort::b_transport);
  socket.register_transport_dbg(this, &HostPort::transport_dbg);
  SC_METHOD(drive_irq);
  sensitive << irq_changed_;
  dont_initialize();
}

void HostPort::start_of_simulation() {
  chip->listen(*this);
  slots_.resize(chip->slots());
  for (std::size_t tile = 0; tile < chip->tiles(); ++tile) {
    const BankBytes bytes = chip->bank_bytes(tile);
    most_targets_ = std::max(most_targets_, whole_words(bytes.targets));
    most_schedule_ = std::max(most_schedule_, whole_words(bytes.schedule));
  }
}

void HostPort::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const std::int64_t time_ps = bus_.time_ps(payload.get_data_length());
  bus_busy_ps_ += time_ps;
  delay += sc_core::sc_time::from_value(static_cast<std::uint64_t>(time_ps));
  if (delay != sc_core::SC_ZERO_TIME) sc_core::wait(delay);
  delay = sc_core::SC_ZERO_TIME;

  const HostPlace place = find_host_register(payload.get_address());
  tlm::tlm_response_status response = check(payload, place);
  if (response == tlm::TLM_OK_RESPONSE) {
    if (!writes(payload)) {
      read(place, payload.get_data_ptr(), payload.get_data_length());
    } else if (!write(place, payload.get_data_ptr(), payload.get_data_length())) {
      response = tlm::TLM_GENERIC_ERROR_RESPONSE;
    }
  }
  payload.set_dmi_allowed(false);
  payload.set_response_status(response);
}

unsigned int HostPort::transport_dbg(tlm::tlm_generic_payload& payload) {
  const HostPlace place = find_host_register(payload.get_address());
  if (writes(payload) || check(payload, place) != tlm::TLM_OK_RESPONSE) return 0;
  read(place, payload.get_data_ptr(), payload.get_data_length());
  return payload.get_data_length();
}

tlm::tlm_response_status HostPort::check(const tlm::tlm_generic_payload& payload, const HostPlace& place) const {
  const std::uint64_t length = payload.get_data_length();
  if (place.entry == nullptr || payload.get_address() % 4 != 0) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (place.slot >= slots_.size()) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (!allows(place.entry->access, payload.get_command())) return tlm::TLM_COMMAND_ERROR_RESPONSE;
  if (payload.get_byte_enable_ptr() != nullptr) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  if (length == 0 || length % 4 != 0 || payload.get_streaming_width() < length) return tlm::TLM_BURST_ERROR_RESPONSE;

  std::uint64_t bytes = place.entry->bytes;
  if (place.entry->word == HostWord::targets) bytes = most_targets_;
  if (place.entry->word == HostWord::schedule) bytes = most_schedule_;
  return place.from + length > bytes ? tlm::TLM_BURST_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE;
}

void HostPort::read(const HostPlace& place, unsigned char* data, std::uint64_t length) const {
  for (std::uint64_t i = 0; i < length; i += 4) {
    const std::uint32_t word = word_at(place, place.from + i);
    for (unsigned byte = 0; byte < 4; ++byte) data[i + byte] = static_cast<unsigned char>(word >> 8 * byte);
  }
}

std::uint32_t HostPort::word_at(const HostPlace& place, std::uint64_t from) const {
  switch (place.entry->word) {
    case HostWord::id:
      return kHostId;
    case HostWord::version:
      return kHostVersion;
    case HostWord::slots:
      return static_cast<std::uint32_t>(chip->slots());
    case HostWord::tiles:
      return static_cast<std::uint32_t>(chip->tiles());
    case HostWord::phases:
      return static_cast<std::uint32_t>(chip->phases());
    case HostWord::target_bytes:
      return static_cast<std::uint32_t>(chip->target_bytes());
    case HostWord::phase:
      return phase_;
    case HostWord::pause:
      return pause_;
    case HostWord::status:
      return status();
    case HostWord::irq_status:
      return irq_status_;
    case HostWord::irq_enable:
      return irq_enable_;
    case HostWord::read_back_bytes:
      return static_cast<std::uint32_t>(cells_.size());
    case HostWord::banks_free:
      return banks_free(from / 4);
    case HostWord::slot_status:
      return (chip->bank_free(place.slot, 0) ? kBankZero.mask() : 0) | (chip->bank_free(place.slot, 1) ? kBankOne.mask() : 0);
    case HostWord::slot_tile:
      return static_cast<std::uint32_t>(chip->tile_of_slot(place.slot).value_or(kNoTile));
    case HostWord::bank_tile:
      return slots_[place.slot][place.bank].tile;
    case HostWord::read_back:
      return from + 4 <= cells_.size() ? little_endian(&cells_[from]) : 0;
    case HostWord::stat_done_ps:
      return half_of(done_ps_, from);
    default:
      return half_of(total_of(totals_, place.entry->word), from);
  }
}

std::uint32_t HostPort::banks_free(std::uint64_t word) const {
  std::uint32_t bits = 0;
  for (std::uint64_t bit = 0; bit < kHostBanksPerWord; ++bit) {
    const std::uint64_t slot = (word * kHostBanksPerWord + bit) / kHostBanks;
    if (slot < slots_.size() && chip->bank_free(slot, bit % kHostBanks)) bits |= std::uint32_t{1} << bit;
  }
  return bits;
}

std::uint32_t HostPort::status() const {
  return (chip->busy() ? kStatusBusy.mask() : 0) | (chip->paused() ? kStatusPaused.mask() : 0) | (chip->failed() ? kStatusError.mask() : 0);
}

bool HostPort::write(const HostPlace& place, const unsigned char* data, std::uint64_t length) {
  const HostWord word = place.entry->word;
  if (word == HostWord::targets || word == HostWord::schedule) return fill(place, data, length);
  return write_word(place, little_endian(data));
}

bool HostPort::write_word(const HostPlace& place, std::uint32_t value) {
  switch (place.entry->word) {
    case HostWord::phase:
      phase_ = value;
      return true;
    case HostWord::start:
      return start(value);
    case HostWord::pause:
      pause_ = value & kPauseHold.mask();
      chip->pause(pause_ != 0);
      return true;
    case HostWord::irq_status:
      irq_status_ &= ~value;
      irq_changed_.notify(sc_core::SC_ZERO_TIME);
      return true;
    case HostWord::irq_enable:
      irq_enable_ = value & (kIrqBankFree.mask() | kIrqIdle.mask() | kIrqError.mask());
      irq_changed_.notify(sc_core::SC_ZERO_TIME);
      return true;
    case HostWord::read_back_tile:
      return fetch_cells(value);
    case HostWord::stat_tile:
      return fetch_totals(value);
    case HostWord::bank_tile:
      if (value >= chip->tiles() || !chip->bank_free(place.slot, place.bank)) return false;
      return begin_bank(slots_[place.slot][place.bank], value);
    case HostWord::commit:
      return commit(place.slot, value);
    default:
      return false;
  }
}

bool HostPort::begin_bank(Bank& bank, std::uint32_t tile) {
  bank.tile = tile;
  bank.targets.clear();
  bank.schedule.clear();
  return true;
}

/// Data comes in order: a write goes on where the one before ended, or begins anew.
bool HostPort::fill(const HostPlace& place, const unsigned char* data, std::uint64_t length) {
  if (!chip->bank_free(place.slot, place.bank)) return false;
  Bank& bank = slots_[place.slot][place.bank];
  std::vector<std::uint8_t>& buffer = place.entry->word == HostWord::targets ? bank.targets : bank.schedule;
  if (place.from == 0) buffer.clear();
  if (place.from != buffer.size()) return false;
  buffer.insert(buffer.end(), data, data + length);
  return true;
}

bool HostPort::start(std::uint32_t value) {
  if ((value & kStartGo.mask()) == 0) return true;
  if (phase_ >= chip->phases() || chip->busy() || chip->failed()) return false;
  chip->start_phase(phase_);
  started_ = true;
  done_ps_ = now_ps();
  return true;
}

bool HostPort::commit(std::uint64_t slot, std::uint32_t banks) {
  if (banks != kBankZero.mask() && banks != kBankOne.mask()) return false;
  const std::size_t which = banks == kBankZero.mask() ? 0 : 1;
  if (!started_ || !chip->bank_free(slot, which)) return false;
  const Bank& bank = slots_[slot][which];
  const BankBytes bytes = chip->bank_bytes(bank.tile);
  if (bank.targets.size() != whole_words(bytes.targets)) return false;
  if (!bank.schedule.empty() && bank.schedule.size() != whole_words(bytes.schedule)) return false;
  chip->commit(slot, which, {bank.tile, bank.targets.data(), bank.schedule.empty() ? nullptr : bank.schedule.data()});
  return true;
}

bool HostPort::fetch_cells(std::uint32_t tile) {
  if (tile >= chip->tiles() || chip->busy()) return false;
  cells_.clear();
  for (const std::uint16_t code : chip->read_back(tile)) {
    cells_.push_back(static_cast<std::uint8_t>(code));
    cells_.push_back(static_cast<std::uint8_t>(code >> 8));
  }
  cells_.resize(whole_words(cells_.size()));
  return true;
}

bool HostPort::fetch_totals(std::uint32_t tile) {
  if (tile >= chip->tiles() && tile != kNoTile) return false;
  totals_ = chip->totals(tile == kNoTile ? std::nullopt : std::optional<std::size_t>(tile));
  return true;
}

void HostPort::bank_free() {
  done_ps_ = now_ps();
  raise(kIrqBankFree);
}

void HostPort::raise(const HostField& what) {
  irq_status_ |= what.mask();
  irq_changed_.notify(sc_core::SC_ZERO_TIME);
}

}  // namespace swimsim
