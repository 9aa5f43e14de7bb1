#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "models/array/tile_words.h"
#include "models/programming/direct_datapath.h"
#include "sim/hardware/host_driver.h"
#include "sim/hardware/host_port.h"
#include "tests/support/small_chip.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::SmallChip;

/// The tiles of a ChipProgram behind a host port: they know their targets only from what the host has loaded.
class TilesBehindPort final : public sc_core::sc_module, public ProgrammingIf {
 public:
  TilesBehindPort(sc_core::sc_module_name name, const ChipJob& job)
      : sc_module(name),
        program_(job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); }),
        banks_(program_.slots()),
        committed_(program_.slots()) {
    for (std::size_t slot = 0; slot < slots(); ++slot) sc_core::sc_spawn([this, slot] { serve(slot); });
  }
  const ChipProgram& program() const { return program_; }

  void listen(ProgrammingListener& listener) override { listener_ = &listener; }
  std::size_t slots() const override { return program_.slots(); }
  std::size_t tiles() const override { return program_.tiles().size(); }
  std::size_t phases() const override { return static_cast<std::size_t>(program_.phases()); }
  std::size_t target_bytes() const override { return bytes_per_digit(*program_.job().mapping); }
  BankBytes bank_bytes(std::size_t tile) const override {
    const TileArray& array = *program_.tiles()[tile].array;
    const std::size_t rows = static_cast<std::size_t>(array.rows()), cols = static_cast<std::size_t>(array.cols());
    return {rows * cols * target_bytes(), bit_bytes(rows, cols)};
  }
  void start_phase(std::size_t phase) override { phase_ = static_cast<int>(phase); }
  void commit(std::size_t slot, std::size_t bank, const BankContent& content) override {
    banks_[slot].commit(bank, content);
    committed_[slot].notify(sc_core::SC_ZERO_TIME);
  }
  bool bank_free(std::size_t slot, std::size_t bank) const override { return banks_[slot].free(bank); }
  std::optional<std::size_t> tile_of_slot(std::size_t slot) const override { return banks_[slot].tile(); }
  bool busy() const override {
    return !std::all_of(banks_.begin(), banks_.end(), [](const SlotBanks& banks) { return banks.all_free(); });
  }
  bool failed() const override { return false; }
  void pause(bool) override { throw std::logic_error("not paused in these tests"); }
  bool paused() const override { return false; }
  std::vector<std::uint16_t> read_back(std::size_t tile) override {
    const TileArray& array = *program_.tiles()[tile].array;
    return array.read_back_codes(array.final_S());
  }
  ProgrammingTotals totals(std::optional<std::size_t> tile) const override {
    const ChipProgram::Tile& one = program_.tiles()[tile.value()];
    return {one.controller->counts(), one.controller->busy_ps(), program_.tile_energy(tile.value()).total_aJ()};
  }

 private:
  void serve(std::size_t slot) {
    for (;;) {
      const BankContent* content = banks_[slot].take();
      if (content == nullptr) {
        sc_core::wait(committed_[slot]);
        continue;
      }
      ChipProgram::Tile& tile = program_.tiles()[content->tile];
      tile.array->load_digits(content->targets, target_bytes());
      expect_schedule(tile, *content);
      program_.begin_phase(phase_, content->tile);
      while (!tile.controller->done()) sc_core::wait(sc_core::sc_time::from_value(static_cast<std::uint64_t>(tile.controller->stride())));
      banks_[slot].release();
      listener_->bank_free();
      if (!busy()) listener_->idle();
    }
  }

  void expect_schedule(const ChipProgram::Tile& tile, const BankContent& content) const {
    EXPECT_EQ(content.schedule == nullptr, program_.is_blind(phase_));
    if (content.schedule == nullptr) return;
    const std::vector<std::uint8_t> bits =
        unpack_bits(content.schedule, static_cast<std::size_t>(tile.array->rows()), static_cast<std::size_t>(tile.array->cols()));
    for (std::size_t cell = 0; cell < bits.size(); ++cell)
      EXPECT_EQ(bits[cell] != 0, tile.controller->groups()[cell] == phase_ - 1) << "cell " << cell;
  }

  ChipProgram program_;
  std::vector<SlotBanks> banks_;
  std::vector<sc_core::sc_event> committed_;
  ProgrammingListener* listener_ = nullptr;
  int phase_ = 0;
};

/// Six tiles of two layers, a blind phase and two verify groups; the second group is in the first layer only.
SmallChip small_chip() {
  MappingOptions options;
  options.tile_rows = 8;
  options.tile_cols = 16;
  SmallChip chip({{"a", 8, 20}, {"b", 5, 11}}, testing::pulse_card(), options);
  chip.job.groups = 2;
  for (std::size_t weight = 0; weight < chip.codes[0].size(); ++weight) chip.job.group_of_weight[0][weight] = weight % 3 == 0 ? 1 : 0;
  chip.job.tiles_at_once = 2;
  return chip;
}

/// Without a bus or a simulation: what each phase takes when slots work through their lists.
std::vector<std::int64_t> run_without_host(ChipProgram& program) {
  std::vector<std::int64_t> ends_ps;
  std::int64_t now_ps = 0;
  for (int phase = 0; phase < program.phases(); ++phase) {
    std::vector<std::int64_t> slot_ps(program.slots(), now_ps);
    for (std::size_t tile = 0; tile < program.tiles().size(); ++tile) {
      program.begin_phase(phase, tile);
      while (!program.tiles()[tile].controller->done()) slot_ps[tile % program.slots()] += program.tiles()[tile].controller->stride();
    }
    ends_ps.push_back(now_ps = *std::max_element(slot_ps.begin(), slot_ps.end()));
  }
  return ends_ps;
}

/// What a host makes of the tiles that it programs, beside tiles that nobody had to load.
class HostProgramsTiles : public ::testing::TestWithParam<int> {
 protected:
  SmallChip wanted_ = small_chip(), empty_ = small_chip();
  ChipProgram beside_{wanted_.job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); }};
  std::vector<std::int64_t> beside_ends_ps_ = run_without_host(beside_), ends_ps_;
  std::unique_ptr<TilesBehindPort> chip_;
  std::unique_ptr<HostPort> port_;
  std::unique_ptr<HostDriver> host_;
  sc_core::sc_signal<bool> irq_{"irq"};

  HostProgramsTiles() {
    for (auto& layer : empty_.codes) std::fill(layer.begin(), layer.end(), 0);
    HostJob job;
    job.targets = [this](std::size_t tile) { return digits_of_tile(*wanted_.mapping, tile, wanted_.codes); };
    job.schedule = [this](std::size_t phase, std::size_t tile) {
      if (phase == 0) return std::vector<std::uint8_t>();
      const ChipProgram::Tile& one = beside_.tiles()[tile];
      return pack_group(one.controller->groups(), static_cast<std::int16_t>(phase - 1), static_cast<std::size_t>(one.array->cols()));
    };
    chip_ = std::make_unique<TilesBehindPort>("chip", empty_.job);
    port_ = std::make_unique<HostPort>("port", HostBus{GetParam(), 10'000});
    host_ = std::make_unique<HostDriver>("host", job);
    port_->chip(*chip_);
    host_->socket.bind(port_->socket);
    port_->irq(irq_);
    host_->irq(irq_);
    for (std::size_t phase = 0; phase < chip_->phases(); ++phase) ends_ps_.push_back(host_->run_phase(phase));
  }
};

TEST_P(HostProgramsTiles, WithTheSameConductancesAndEnergy) {
  for (std::size_t tile = 0; tile < chip_->tiles(); ++tile) {
    const ChipProgram::Tile &one = chip_->program().tiles()[tile], &other = beside_.tiles()[tile];
    EXPECT_EQ(one.array->final_S(), other.array->final_S());
    EXPECT_EQ(one.array->all_pulses(), other.array->all_pulses());
    const ProgrammingTotals totals = host_->totals(tile);
    EXPECT_EQ(totals.energy_aJ, beside_.tile_energy(tile).total_aJ());
    EXPECT_EQ(totals.busy_ps, other.controller->busy_ps());
    EXPECT_EQ(totals.counts.blind_pulses, other.controller->counts().blind_pulses);
    EXPECT_EQ(totals.counts.erases, other.controller->counts().erases);
    EXPECT_EQ(totals.counts.pulses, other.controller->counts().pulses);
    EXPECT_EQ(totals.counts.set_pulses, other.controller->counts().set_pulses);
    EXPECT_EQ(totals.counts.verify_reads, other.controller->counts().verify_reads);
    EXPECT_EQ(totals.counts.verified_cells, other.controller->counts().verified_cells);
    EXPECT_EQ(totals.counts.failed_cells, other.controller->counts().failed_cells);
  }
}

TEST_P(HostProgramsTiles, AndReadsThemBack) {
  for (std::size_t tile = 0; tile < chip_->tiles(); ++tile) {
    const TileArray& array = *beside_.tiles()[tile].array;
    const std::vector<float> final_S = array.final_S();
    EXPECT_EQ(host_->read_back(tile, final_S.size()), array.read_back_codes(final_S));
  }
}

TEST_P(HostProgramsTiles, InTheSameTimeIfTheBusTakesNone) {
  if (GetParam() == 0) {
    EXPECT_EQ(ends_ps_, beside_ends_ps_);
  } else {
    EXPECT_GT(ends_ps_.back(), beside_ends_ps_.back());
    EXPECT_LT(ends_ps_.back(), beside_ends_ps_.back() + port_->bus_busy_ps());
  }
}

INSTANTIATE_TEST_SUITE_P(Buses, HostProgramsTiles, ::testing::Values(0, 8, 64),
                         [](const ::testing::TestParamInfo<int>& bus) { return std::to_string(bus.param) + "_bits"; });

}  // namespace
}  // namespace swimsim
