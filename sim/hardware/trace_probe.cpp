#include "sim/hardware/trace_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "models/common/atomic_file.h"

namespace swimsim {

TraceProbe::TraceProbe(sc_core::sc_module_name name, Tile& tile, const TileController& machine, const TraceWindow& window,
                       const ChipJob& job)
    : sc_module(name),
      tile_(&tile),
      machine_(&machine),
      window_(window),
      blind_V_(static_cast<float>(job.device->blind_amplitude_V())),
      erase_V_(static_cast<float>(job.device->erase_amplitude_V())),
      half_period_(sc_core::sc_time::from_value(static_cast<std::uint64_t>(job.controller.timing.clock_ps / 2))),
      vcd_(window.path),
      from_ps_(std::numeric_limits<std::int64_t>::max()),
      to_ps_(from_ps_) {
  window_.row_last = std::min(window_.row_last, tile.array().rows() - 1);
  window_.col_last = std::min(window_.col_last, tile.array().cols() - 1);
  declare(fmt::format("tile_{}", window.tile));
  tile.controller.on_state = [this](std::int64_t now_ps, ControllerState state) { observe(now_ps, state); };
  SC_METHOD(tick);
  sensitive << window_opens_;
  dont_initialize();
}

void TraceProbe::declare(const std::string& prefix) {
  const int columns = std::max(0, window_.col_last - window_.col_first + 1);
  const int rows = std::max(0, window_.row_last - window_.row_first + 1);
  bl_dac_mV_.assign(columns, 0);
  adc_code_.assign(columns, 0);
  bl_en_ = std::make_unique<bool[]>(static_cast<std::size_t>(columns));
  g_nS_.assign(static_cast<std::size_t>(rows) * columns, 0);
  sc_core::sc_trace(vcd_.file(), clk_, prefix + ".clk");
  sc_core::sc_trace(vcd_.file(), state_, prefix + ".state", 4);
  sc_core::sc_trace(vcd_.file(), row_, prefix + ".row", 16);
  sc_core::sc_trace(vcd_.file(), wl_en_, prefix + ".wl_en");
  sc_core::sc_trace(vcd_.file(), cells_left_, prefix + ".cells_left", 16);
  for (int c = 0; c < columns; ++c) {
    const int col = window_.col_first + c;
    sc_core::sc_trace(vcd_.file(), bl_dac_mV_[c], fmt::format("{}.bl_dac_mV_{}", prefix, col), 16);
    sc_core::sc_trace(vcd_.file(), bl_en_[c], fmt::format("{}.bl_en_{}", prefix, col));
    sc_core::sc_trace(vcd_.file(), adc_code_[c], fmt::format("{}.adc_code_{}", prefix, col), 16);
    for (int r = 0; r < rows; ++r) {
      sc_core::sc_trace(vcd_.file(), g_nS_[static_cast<std::size_t>(r) * columns + c],
                        fmt::format("{}.g_nS_{}_{}", prefix, window_.row_first + r, col), 32);
    }
  }
}

void TraceProbe::phase_begins(int phase) {
  if (phase != window_.phase) return;
  const std::int64_t now_ps = static_cast<std::int64_t>(sc_core::sc_time_stamp().value());
  from_ps_ = now_ps + window_.from_ps;
  to_ps_ = now_ps + window_.to_ps;
  window_opens_.notify(sc_core::sc_time::from_value(static_cast<std::uint64_t>(window_.from_ps)));
}

void TraceProbe::tick() {
  if (static_cast<std::int64_t>(sc_core::sc_time_stamp().value()) >= to_ps_) return;
  clk_ = !clk_;
  next_trigger(half_period_);
}

void TraceProbe::observe(std::int64_t now_ps, ControllerState state) {
  if (now_ps < from_ps_ || now_ps >= to_ps_) return;
  state_ = static_cast<unsigned>(state);
  wl_en_ = state != ControllerState::idle;
  cells_left_ = static_cast<unsigned>(machine_->cells_left());
  // After the last step of a row the machine already points at the next one; the word line that is on is the controller's.
  const int row = state == ControllerState::select_row ? machine_->row() : tile_->controller.row.read();
  row_ = static_cast<unsigned>(row);
  const bool visible = row >= window_.row_first && row <= window_.row_last;
  std::fill(bl_dac_mV_.begin(), bl_dac_mV_.end(), 0);
  std::fill_n(bl_en_.get(), bl_dac_mV_.size(), false);
  if (visible) observe_columns(state);
  const int columns = static_cast<int>(bl_dac_mV_.size());
  for (int c = 0; c < columns; ++c) {
    for (int traced = window_.row_first; traced <= window_.row_last; ++traced) {
      g_nS_[static_cast<std::size_t>(traced - window_.row_first) * columns + c] =
          static_cast<int>(std::lround(static_cast<double>(tile_->array().g_S(traced, window_.col_first + c)) * 1e9));
    }
  }
}

void TraceProbe::observe_columns(ControllerState state) {
  const auto drive = [&](int column, float amplitude_V) {
    bl_en_[column - window_.col_first] = true;
    bl_dac_mV_[column - window_.col_first] = static_cast<int>(std::lround(amplitude_V * 1e3f));
  };
  if (state == ControllerState::blind_pulse || state == ControllerState::erase) {
    const float volts = state == ControllerState::erase ? -erase_V_ : blind_V_;
    for (int column = window_.col_first; column <= window_.col_last; ++column) drive(column, volts);
    return;
  }
  const int polarity = state == ControllerState::set_pulse ? +1 : state == ControllerState::reset_pulse ? -1 : 0;
  const RowCells cells = machine_->row_cells();
  for (std::size_t i = 0; i < cells.count; ++i) {
    const int column = cells.column[i];
    if (!cells.active[i] || column < window_.col_first || column > window_.col_last) continue;
    if (polarity != 0 && cells.fires[i] == polarity) drive(column, static_cast<float>(polarity) * cells.amplitude_V[i]);
    if (state == ControllerState::convert && i < machine_->converted()) adc_code_[column - window_.col_first] = tile_->adc.codes()[i];
  }
}

void TraceProbe::close() {
  vcd_.close();
  write_save_file(fmt::format("tile_{}", window_.tile));
}

void TraceProbe::write_save_file(const std::string& prefix) const {
  WaveSaveFile save(fmt::format("write-verify of tile {}", window_.tile), vcd_,
                    from_ps_ == std::numeric_limits<std::int64_t>::max() ? 0 : from_ps_, window_.to_ps - window_.from_ps);
  save.comment("state: 0 idle, 1 select row, 2 write set-up, 3 blind pulse, 4 SET pulse, 5 polarity switch, 6 RESET pulse, 7 read set-up,");
  save.comment("       8 convert, 9 decide, 10 erase, 11 wait for write current");
  save.binary(prefix + ".clk");
  save.decimal(prefix + ".state[3:0]");
  save.decimal(prefix + ".row[15:0]");
  save.binary(prefix + ".wl_en");
  save.decimal(prefix + ".cells_left[15:0]");
  for (int col = window_.col_first; col <= window_.col_last; ++col) {
    save.heading(fmt::format("column {}", col));
    save.binary(fmt::format("{}.bl_en_{}", prefix, col));
    save.signed_decimal(fmt::format("{}.bl_dac_mV_{}[15:0]", prefix, col));
    save.decimal(fmt::format("{}.adc_code_{}[15:0]", prefix, col));
    for (int row = window_.row_first; row <= window_.row_last; ++row)
      save.signed_decimal(fmt::format("{}.g_nS_{}_{}[31:0]", prefix, row, col));
  }
  write_file_atomically(vcd_.save_path(), save.text());
}

}  // namespace swimsim
