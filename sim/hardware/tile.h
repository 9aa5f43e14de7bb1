#pragma once

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/hardware/interfaces.h"
#include "sim/hardware/write_current.h"

namespace swimsim {

/// The memory cells, with the word line that is selected.
class Crossbar final : public sc_core::sc_module, public CrossbarIf {
 public:
  Crossbar(sc_core::sc_module_name name, TileArray& array) : sc_module(name), array_(&array) {}
  sc_core::sc_in<bool> wl_en{"wl_en"};
  sc_core::sc_in<int> row{"row"};
  /// Throws std::logic_error unless `row` is the word line that is on.
  TileArray& on_bit_lines(int wanted_row) override;

 private:
  TileArray* array_;
};

/// Bit-line and source-line write drivers with their DACs.
class WriteDrivers final : public sc_core::sc_module, public WriteDriverIf {
 public:
  explicit WriteDrivers(sc_core::sc_module_name name) : sc_module(name) {}
  sc_core::sc_port<CrossbarIf> crossbar{"crossbar"};
  void erase(int row, std::uint32_t event) override { crossbar->on_bit_lines(row).erase(event); }
  void blind_write(int row, std::uint32_t event) override { crossbar->on_bit_lines(row).blind_write(event); }
  void pulse(int row, int polarity, const RowCells& cells, std::uint32_t event) override {
    crossbar->on_bit_lines(row).pulse(polarity, cells, event);
  }
  void counted_cycle(int row, const RowCells& cells) override { crossbar->on_bit_lines(row).counted_cycle(cells); }
};

/// Biases the bit lines of a row and switches the columns of one group onto the sense lines.
class ColumnMux final : public sc_core::sc_module, public ColumnMuxIf {
 public:
  ColumnMux(sc_core::sc_module_name name, std::size_t columns) : sc_module(name), seen_S_(columns) {}
  sc_core::sc_port<CrossbarIf> crossbar{"crossbar"};
  void bias(int row, const RowCells& cells, std::uint32_t event, double since_pulse_s) override {
    crossbar->on_bit_lines(row).read(cells, event, since_pulse_s, seen_S_.data());
  }
  const float* sense_lines() const override { return seen_S_.data(); }

 private:
  std::vector<float> seen_S_;
};

class SampleHold final : public sc_core::sc_module, public SampleHoldIf {
 public:
  SampleHold(sc_core::sc_module_name name, std::size_t columns) : sc_module(name), held_(columns) {}
  sc_core::sc_port<ColumnMuxIf> mux{"mux"};
  void sample(std::size_t first, std::size_t count) override { std::copy_n(mux->sense_lines() + first, count, &held_[first]); }
  const float* held() const override { return held_.data(); }

 private:
  std::vector<float> held_;
};

class AdcBank final : public sc_core::sc_module, public AdcBankIf {
 public:
  AdcBank(sc_core::sc_module_name name, TileArray& array) : sc_module(name), array_(&array), codes_(array.lanes()) {}
  sc_core::sc_port<SampleHoldIf> input{"input"};
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override {
    return array_->convert(cells, first, count, input->held(), codes_.data());
  }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  TileArray* array_;
  std::vector<std::uint16_t> codes_;
};

/// The programming controller: waits out the steps of the shared state machine and drives the datapath through its ports. It wakes up once
/// for every state while someone watches, else once for every row selection, erase, blind pulse and write-verify cycle; where the chip's
/// write current is shared out, also before and after every write, for which it asks.
class ProgrammingController final : public sc_core::sc_module, public TileDatapath {
 public:
  SC_HAS_PROCESS(ProgrammingController);
  explicit ProgrammingController(sc_core::sc_module_name name);

  sc_core::sc_port<WriteDriverIf> write{"write"};
  sc_core::sc_port<ColumnMuxIf> mux{"mux"};
  sc_core::sc_port<SampleHoldIf> sample{"sample"};
  sc_core::sc_port<AdcBankIf> adc{"adc"};
  sc_core::sc_port<WriteCurrentIf, 1, sc_core::SC_ZERO_OR_MORE_BOUND> write_current{"write_current"};
  sc_core::sc_out<int> state{"state"};
  sc_core::sc_out<int> row{"row"};
  sc_core::sc_out<bool> wl_en{"wl_en"};

  /// The state machine that this controller waits for; set once, before the simulation starts.
  void attach(TileController& machine) { machine_ = &machine; }
  /// Runs the phase that the state machine has begun. `slot` is who asks for write current, with `work_left` weight after this tile.
  void start(std::size_t slot, const TileWork& work, std::int64_t work_left);
  /// Until it is let go on, nothing new begins: what is in progress ends.
  void pause(bool paused);
  /// What was thrown inside the process, if anything: the simulation pauses, and the driver throws it again outside of the kernel.
  const std::exception_ptr& error() const { return error_; }
  /// Notified when the state machine has no more to do.
  const sc_core::sc_event& done() const { return done_; }

  /// Someone who watches; called at the beginning of every state with its time. Must not change anything.
  std::function<void(std::int64_t now_ps, ControllerState state)> on_state;

  void select_row(int selected) override;
  void erase(std::uint32_t event) override { write->erase(row_, event); }
  void blind_write(std::uint32_t event) override { write->blind_write(row_, event); }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override { write->pulse(row_, polarity, cells, event); }
  void counted_cycle(const RowCells& cells) override { write->counted_cycle(row_, cells); }
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) override { mux->bias(row_, cells, event, since_pulse_s); }
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override;
  const std::uint16_t* codes() const override { return adc->codes(); }

 private:
  void run();
  void step();
  bool waits_for_current();
  void enter(ControllerState entered);

  TileController* machine_ = nullptr;
  sc_core::sc_event go_, done_, resume_;
  std::exception_ptr error_;
  int row_ = 0;
  std::size_t slot_ = 0;
  TileWork work_;
  std::int64_t work_left_ = 0;
  enum class Current : std::uint8_t { none, asked, granted } current_ = Current::none;
  bool paused_ = false;
};

/// One tile: crossbar, write drivers, column mux, sample-and-hold, ADCs and the controller.
class Tile final : public sc_core::sc_module {
 public:
  Tile(sc_core::sc_module_name name, TileArray& array);

  ProgrammingController controller{"controller"};
  AdcBank adc;
  TileArray& array() { return *array_; }

 private:
  TileArray* array_;
  Crossbar crossbar_;
  WriteDrivers write_drivers_{"write_drivers"};
  ColumnMux mux_;
  SampleHold sample_hold_;
  sc_core::sc_signal<int> state_{"state"};
  sc_core::sc_signal<int> row_{"row"};
  sc_core::sc_signal<bool> wl_en_{"wl_en"};
};

}  // namespace swimsim
