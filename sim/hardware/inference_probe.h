#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <systemc>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/hardware/inference_chip.h"
#include "sim/hardware/vcd_file.h"

namespace swimsim {

/// Watches a tile at inference, in a window of rows, columns and time that counts from the beginning of the run, and writes a VCD with a
/// GTKWave save file beside it. Reads only. Signals:
///   clk, state (0 idle, 1 load, 2 read, 3 wait for the converters), image, position, plane, wl_en   of the tile
///   in_digit_R                 of row R: what its DAC applies
///   adc_busy, adc_col          the converters: each is at its column number adc_col
///   adc_code_C, acc_C          of column C: last code, sum in the shift-and-add
class InferenceProbe final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(InferenceProbe);
  InferenceProbe(sc_core::sc_module_name name, InferenceChip& inference, Tile& tile, const TraceWindow& window, const InferenceJob& job);
  /// Ends the trace. Throws ResourceError when the file cannot be written.
  void close();

 private:
  enum State : unsigned { idle = 0, load = 1, read = 2, wait_converters = 3 };
  void run_begins(std::int64_t now_ps);
  void see(std::int64_t begin_ps, const TileRead& columns, const PlaneTimes& times);
  void see_conversions(const TileRead& columns, const PlaneTimes& times);
  void at(std::int64_t time_ps, std::function<void()> change);
  void replay();
  void tick();
  void declare();
  void write_save_file() const;

  Tile* tile_;
  const ArrayLayer* layer_;
  const InferenceJob* job_;
  TraceWindow window_;
  std::string prefix_;
  VcdFile vcd_;
  std::int64_t from_ps_, to_ps_;  ///< of the simulation; nothing is seen before the run has begun
  std::multimap<std::int64_t, std::function<void()>> changes_;
  sc_core::sc_event_queue due_{"due"};
  sc_core::sc_event window_opens_;

  bool clk_ = false, wl_en_ = false, adc_busy_ = false;
  unsigned state_ = idle, image_ = 0, position_ = 0, plane_ = 0, adc_col_ = 0;
  std::vector<unsigned> in_digit_;  ///< per row of the window
  std::vector<int> adc_code_;       ///< per column
  std::vector<std::int64_t> acc_;
};

}  // namespace swimsim
