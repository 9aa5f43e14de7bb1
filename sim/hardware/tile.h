#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <systemc>

#include "models/programming/chip_job.h"
#include "sim/hardware/crossbar.h"
#include "sim/hardware/inference_path.h"
#include "sim/hardware/row_decoder.h"
#include "sim/hardware/sense_path.h"
#include "sim/hardware/write_current.h"
#include "sim/hardware/write_drivers.h"

namespace swimsim {

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
  /// What was thrown inside the process, if anything; `on_error` is called then.
  const std::exception_ptr& error() const { return error_; }
  std::function<void()> on_error;
  /// Notified when the state machine has no more to do.
  const sc_core::sc_event& done() const { return done_; }

  /// Someone who watches; called at the beginning of every state with its time. Must not change anything.
  std::function<void(std::int64_t now_ps, ControllerState state)> on_state;

  void select_row(int selected) override;
  void erase(std::uint32_t event) override { write->erase(row_, event, now_ps()); }
  void blind_write(std::uint32_t event) override { write->blind_write(row_, event, now_ps()); }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override { write->pulse(row_, polarity, cells, event, now_ps()); }
  void counted_cycle(const RowCells& cells) override { write->counted_cycle(row_, cells, now_ps()); }
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) override;
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override;
  const std::uint16_t* codes() const override { return adc->codes(); }

 private:
  void run();
  void step();
  bool waits_for_current();
  void enter(ControllerState entered);
  /// When the state begins that the machine is in, of the simulation: it may go through several at one wake-up.
  std::int64_t now_ps() const { return woken_ps_ + machine_->busy_ps() - busy_at_wake_ps_; }

  TileController* machine_ = nullptr;
  sc_core::sc_event go_, done_, resume_;
  std::exception_ptr error_;
  int row_ = 0;
  std::size_t slot_ = 0;
  TileWork work_;
  std::int64_t work_left_ = 0;
  enum class Current : std::uint8_t { none, asked, granted } current_ = Current::none;
  bool paused_ = false;
  std::int64_t woken_ps_ = 0, busy_at_wake_ps_ = 0;
};

/// What a tile has beside when it computes.
struct InferenceParts {
  InferenceParts(const ArrayLayer& layer, const InferenceJob& job, int rows, int cols);
  InputRegister input_register;
  WordLineDacs word_line_dacs;
  ShiftAdd shift_add;
  InferenceController controller;
};

/// One tile: row decoder, crossbar, write drivers, column mux, sample-and-hold, ADCs and the controller.
class Tile final : public sc_core::sc_module {
 public:
  Tile(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options);
  /// One that computes too, as a tile of a layer.
  Tile(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options, const ArrayLayer& layer,
       const InferenceJob& job);

  ProgrammingController controller{"controller"};
  AdcBank adc;
  TileArray& array() { return *array_; }
  const Crossbar& crossbar() const { return crossbar_; }
  /// nullptr if it does not compute.
  InferenceParts* inference() { return inference_.get(); }
  /// What the cells hold, for a layer whose noise is in units of `noise_scale`, if there is any.
  void hold(const ProgrammedTile& cells, bool noisy, float noise_scale);

 private:
  TileArray* array_;
  RowDecoder row_decoder_;
  Crossbar crossbar_;
  WriteDrivers write_drivers_;
  ColumnMux mux_;
  SampleHold sample_hold_;
  std::unique_ptr<InferenceParts> inference_;
  sc_core::sc_signal<int> state_{"state"};
  sc_core::sc_signal<int> row_{"row"};
  sc_core::sc_signal<bool> wl_en_{"wl_en"};
};

}  // namespace swimsim
