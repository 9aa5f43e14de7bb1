#include "sim/hardware/trace_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"

namespace swimsim {

namespace {

constexpr const char* kRawSuffix = ".raw";  // SystemC writes PATH.raw.vcd, which close() turns into PATH

/// SystemC stamps its VCD with the date of the run and its own version: both go, equal runs leave equal bytes.
std::string without_date(const std::string& vcd) {
  const std::size_t date = vcd.find("$date");
  const std::size_t version_end = vcd.find("$end", vcd.find("$version"));
  if (date == std::string::npos || version_end == std::string::npos) return vcd;
  return vcd.substr(0, date) + "$date\n     simulated time, no date\n$end\n\n$version\n     swimsim\n$end" + vcd.substr(version_end + 4);
}

std::string raw_path(const TraceWindow& window) { return window.path + kRawSuffix + ".vcd"; }

/// SystemC does not look whether its writes succeed. A complete VCD ends with the time at which it was closed; or, if signals changed at
/// that very time, with the blank line that comes after changes.
bool ends_at(const std::string& vcd, std::uint64_t now_ps) {
  const std::string stamp = fmt::format("\n#{}\n", now_ps);
  const std::size_t last = vcd.rfind("\n#");
  if (last == std::string::npos || vcd.compare(last, stamp.size(), stamp) != 0) return false;
  return last + stamp.size() == vcd.size() || vcd.compare(vcd.size() - 2, 2, "\n\n") == 0;
}

}  // namespace

TraceProbe::TraceProbe(sc_core::sc_module_name name, Tile& tile, const TileController& machine, const TraceWindow& window,
                       const ChipJob& job)
    : sc_module(name),
      tile_(&tile),
      machine_(&machine),
      window_(window),
      blind_V_(static_cast<float>(job.device->blind_amplitude_V())),
      erase_V_(static_cast<float>(job.device->erase_amplitude_V())),
      half_period_(sc_core::sc_time::from_value(static_cast<std::uint64_t>(job.controller.timing.clock_ps / 2))),
      from_ps_(std::numeric_limits<std::int64_t>::max()),
      to_ps_(from_ps_) {
  window_.row_last = std::min(window_.row_last, tile.array().rows() - 1);
  window_.col_last = std::min(window_.col_last, tile.array().cols() - 1);
  file_ = sc_core::sc_create_vcd_trace_file((window.path + kRawSuffix).c_str());
  file_->set_time_unit(1, sc_core::SC_PS);
  declare(fmt::format("tile_{}", window.tile));
  tile.controller.on_state = [this](std::int64_t now_ps, ControllerState state) { observe(now_ps, state); };
  SC_METHOD(tick);
  sensitive << window_opens_;
  dont_initialize();
}

TraceProbe::~TraceProbe() {
  if (file_ == nullptr) return;
  sc_core::sc_close_vcd_trace_file(file_);
  std::remove(raw_path(window_).c_str());
}

void TraceProbe::declare(const std::string& prefix) {
  const int columns = std::max(0, window_.col_last - window_.col_first + 1);
  const int rows = std::max(0, window_.row_last - window_.row_first + 1);
  bl_dac_mV_.assign(columns, 0);
  adc_code_.assign(columns, 0);
  bl_en_ = std::make_unique<bool[]>(static_cast<std::size_t>(columns));
  g_nS_.assign(static_cast<std::size_t>(rows) * columns, 0);
  sc_core::sc_trace(file_, clk_, prefix + ".clk");
  sc_core::sc_trace(file_, state_, prefix + ".state", 4);
  sc_core::sc_trace(file_, row_, prefix + ".row", 16);
  sc_core::sc_trace(file_, wl_en_, prefix + ".wl_en");
  sc_core::sc_trace(file_, cells_left_, prefix + ".cells_left", 16);
  for (int c = 0; c < columns; ++c) {
    const int col = window_.col_first + c;
    sc_core::sc_trace(file_, bl_dac_mV_[c], fmt::format("{}.bl_dac_mV_{}", prefix, col), 16);
    sc_core::sc_trace(file_, bl_en_[c], fmt::format("{}.bl_en_{}", prefix, col));
    sc_core::sc_trace(file_, adc_code_[c], fmt::format("{}.adc_code_{}", prefix, col), 16);
    for (int r = 0; r < rows; ++r) {
      sc_core::sc_trace(file_, g_nS_[static_cast<std::size_t>(r) * columns + c],
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
  if (file_ == nullptr) return;
  sc_core::sc_close_vcd_trace_file(file_);
  file_ = nullptr;
  const std::string raw = raw_path(window_);
  std::ifstream in(raw, std::ios::binary);
  const bool there = in.is_open();
  const std::string vcd{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  in.close();
  std::remove(raw.c_str());
  const std::uint64_t now_ps = sc_core::sc_time_stamp().value();
  if (!there || (now_ps > 0 && !ends_at(vcd, now_ps)))  // nothing is written where no time has passed
    throw ResourceError(window_.path + ": the trace could not be written to its end; is the disk full?");
  write_file_atomically(window_.path, without_date(vcd));
  write_save_file(fmt::format("tile_{}", window_.tile));
}

void TraceProbe::write_save_file(const std::string& prefix) const {
  // GTKWave flags: @28 binary, @24 decimal, @420 signed decimal.
  const std::size_t slash = window_.path.find_last_of('/');
  std::string text = fmt::format("[*] swimsim: write-verify of tile {}, opened with gtkwave trace.vcd trace.gtkw\n", window_.tile);
  text +=
      "[*] state: 0 idle, 1 select row, 2 write set-up, 3 blind pulse, 4 SET pulse, 5 polarity switch, 6 RESET pulse, 7 read set-up,\n"
      "[*]        8 convert, 9 decide, 10 erase\n";
  // GTKWave's zoom is the binary logarithm of the time that 200 pixels show; single cycles are to be told apart.
  constexpr double kShown_ps = 1'000'000;
  text += fmt::format("[dumpfile] \"{}\"\n[timestart] {}\n", slash == std::string::npos ? window_.path : window_.path.substr(slash + 1),
                      from_ps_ == std::numeric_limits<std::int64_t>::max() ? 0 : from_ps_);
  text += fmt::format("*-{:.6f} -1", std::log2(std::clamp(static_cast<double>(window_.to_ps - window_.from_ps) / 5, 1.0, kShown_ps)));
  for (int marker = 0; marker < 26; ++marker) text += " -1";
  text += "\n[size] 1400 800\n[pos] -1 -1\n[signals_width] 200\n[sst_expanded] 0\n";
  const auto line = [&](const std::string& flag, const std::string& signal) { text += flag + "\nSystemC." + prefix + "." + signal + "\n"; };
  line("@28", "clk");
  line("@24", "state[3:0]");
  line("@24", "row[15:0]");
  line("@28", "wl_en");
  line("@24", "cells_left[15:0]");
  for (int col = window_.col_first; col <= window_.col_last; ++col) {
    text += fmt::format("@200\n-column {}\n", col);
    line("@28", fmt::format("bl_en_{}", col));
    line("@420", fmt::format("bl_dac_mV_{}[15:0]", col));
    line("@24", fmt::format("adc_code_{}[15:0]", col));
    for (int row = window_.row_first; row <= window_.row_last; ++row) line("@420", fmt::format("g_nS_{}_{}[31:0]", row, col));
  }
  const std::size_t dot = window_.path.rfind(".vcd");
  write_file_atomically((dot == std::string::npos ? window_.path : window_.path.substr(0, dot)) + ".gtkw", text);
}

}  // namespace swimsim
