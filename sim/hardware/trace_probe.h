#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/hardware/tile.h"
#include "sim/hardware/vcd_file.h"

namespace swimsim {

/// Watches one tile in a window of rows, columns and time and writes what it sees as a VCD, with a GTKWave save file beside it.
/// Reads only (DESIGN, rule 4). Signals:
///   clk, state (ControllerState), row, wl_en, cells_left   of the tile
///   bl_dac_mV_C, bl_en_C, adc_code_C                       of column C, while a row of the window is selected; RESET is negative
///   g_nS_R_C                                               conductance of the cell in row R and column C
class TraceProbe final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(TraceProbe);
  TraceProbe(sc_core::sc_module_name name, Tile& tile, const TileController& machine, const TraceWindow& window, const ChipJob& job);

  /// Tells that a phase begins now: the window's times count from the beginning of its phase.
  void phase_begins(int phase);
  /// Ends the trace and gives it its final name, with a fixed date. Throws ResourceError when the file cannot be written.
  void close();

 private:
  void tick();
  void observe(std::int64_t now_ps, ControllerState state);
  void observe_columns(ControllerState state);
  void declare(const std::string& prefix);
  void write_save_file(const std::string& prefix) const;

  Tile* tile_;
  const TileController* machine_;
  TraceWindow window_;
  float blind_V_, erase_V_;
  sc_core::sc_time half_period_;
  VcdFile vcd_;
  sc_core::sc_event window_opens_;
  std::int64_t from_ps_, to_ps_;  ///< of the simulation; nothing is seen before the window's phase has begun

  bool clk_ = false, wl_en_ = false;
  unsigned state_ = 0, row_ = 0, cells_left_ = 0;
  std::vector<int> bl_dac_mV_;      // per column of the window
  std::vector<unsigned> adc_code_;  // per column
  std::unique_ptr<bool[]> bl_en_;
  std::vector<int> g_nS_;  // row by row of the window
};

}  // namespace swimsim
