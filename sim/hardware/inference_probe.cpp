#include "sim/hardware/inference_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "models/common/atomic_file.h"
#include "sim/hardware/simulated_time.h"

namespace swimsim {

InferenceProbe::InferenceProbe(sc_core::sc_module_name name, InferenceChip& inference, Tile& tile, const TraceWindow& window,
                               const InferenceJob& job)
    : sc_module(name),
      tile_(&tile),
      layer_(&job.network->layers()[static_cast<std::size_t>(job.network->mapping().tiles()[window.tile].layer)]),
      job_(&job),
      window_(window),
      prefix_(fmt::format("tile_{}", window.tile)),
      vcd_(window.path),
      from_ps_(std::numeric_limits<std::int64_t>::max()),
      to_ps_(from_ps_) {
  window_.row_last = std::min(window_.row_last, tile.array().rows() - 1);
  window_.col_last = std::min(window_.col_last, tile.array().cols() - 1);
  declare();
  inference.on_begin = [this](std::int64_t now_ps) { run_begins(now_ps); };
  tile.inference()->controller.on_plane_seen = [this](std::int64_t begin_ps, const TileRead& columns, const PlaneTimes& times) {
    see(begin_ps, columns, times);
  };
  SC_METHOD(replay);
  sensitive << due_;
  dont_initialize();
  SC_METHOD(tick);
  sensitive << window_opens_;
  dont_initialize();
}

void InferenceProbe::declare() {
  sc_core::sc_trace_file* file = vcd_.file();
  in_digit_.assign(static_cast<std::size_t>(std::max(0, window_.row_last - window_.row_first + 1)), 0);
  adc_code_.assign(static_cast<std::size_t>(std::max(0, window_.col_last - window_.col_first + 1)), 0);
  acc_.assign(adc_code_.size(), 0);
  sc_core::sc_trace(file, clk_, prefix_ + ".clk");
  sc_core::sc_trace(file, state_, prefix_ + ".state", 2);
  sc_core::sc_trace(file, image_, prefix_ + ".image", 32);
  sc_core::sc_trace(file, position_, prefix_ + ".position", 32);
  sc_core::sc_trace(file, plane_, prefix_ + ".plane", 8);
  sc_core::sc_trace(file, wl_en_, prefix_ + ".wl_en");
  sc_core::sc_trace(file, adc_busy_, prefix_ + ".adc_busy");
  sc_core::sc_trace(file, adc_col_, prefix_ + ".adc_col", 16);
  for (std::size_t i = 0; i < in_digit_.size(); ++i)
    sc_core::sc_trace(file, in_digit_[i], fmt::format("{}.in_digit_{}", prefix_, window_.row_first + static_cast<int>(i)), 8);
  for (std::size_t i = 0; i < adc_code_.size(); ++i) {
    const int col = window_.col_first + static_cast<int>(i);
    sc_core::sc_trace(file, adc_code_[i], fmt::format("{}.adc_code_{}", prefix_, col), 17);
    sc_core::sc_trace(file, acc_[i], fmt::format("{}.acc_{}", prefix_, col), 64);
  }
}

void InferenceProbe::run_begins(std::int64_t now_ps) {
  from_ps_ = now_ps + window_.from_ps;
  to_ps_ = now_ps + window_.to_ps;
  window_opens_.notify(in_ps(window_.from_ps));
}

void InferenceProbe::tick() {
  if (simulated_ps() >= to_ps_) return;
  clk_ = !clk_;
  next_trigger(in_ps(job_->costs.clock_ps / 2));
}

/// Everything that a plane will do is known when its position begins; what lies in the window is shown in its time.
void InferenceProbe::see(std::int64_t begin_ps, const TileRead& columns, const PlaneTimes& times) {
  if (times.converted_ps + job_->costs.clock_ps < from_ps_ || begin_ps >= to_ps_) return;
  if (times.plane == 0) {
    at(begin_ps, [this, event = times.event] {
      state_ = load;
      image_ = static_cast<unsigned>(event / layer_->positions);
      position_ = static_cast<unsigned>(event % layer_->positions);
    });
  }
  const std::vector<std::int32_t>& all_digits = tile_->inference()->word_line_dacs.digits();
  const auto first = all_digits.begin() + window_.row_first;
  at(times.applied_ps,
     [this, plane = times.plane, digits = std::vector<std::int32_t>(first, first + static_cast<std::ptrdiff_t>(in_digit_.size()))] {
       state_ = read;
       wl_en_ = true;
       plane_ = static_cast<unsigned>(plane);
       std::copy(digits.begin(), digits.end(), in_digit_.begin());
     });
  const std::int64_t settled_ps = times.applied_ps + job_->costs.clocked(job_->costs.read_ps);
  if (settled_ps < times.sampled_ps) at(settled_ps, [this] { state_ = wait_converters; });
  at(times.sampled_ps, [this, last = times.plane + 1 == layer_->planes.size()] {
    adc_busy_ = true;
    if (!last) return;
    state_ = idle;
    wl_en_ = false;
    std::fill(in_digit_.begin(), in_digit_.end(), 0U);
  });
  see_conversions(columns, times);
}

void InferenceProbe::see_conversions(const TileRead& columns, const PlaneTimes& times) {
  const int mux = job_->network->options().column_mux;
  const std::int64_t step_ps = job_->costs.mux_switch_ps + job_->costs.conversion_ps;
  const auto in_window = [&](int col) { return col >= window_.col_first && col <= window_.col_last; };
  for (int turn = 0; turn < mux; ++turn) {
    std::vector<std::pair<std::size_t, std::int32_t>> codes;  // of the columns that are converted in this turn
    bool any = false;
    for (int first = columns.col_begin / mux * mux; first < columns.col_end; first += mux) {
      const int col = std::max(first, columns.col_begin) + turn;
      if (col >= std::min(first + mux, columns.col_end)) continue;
      any = true;
      if (in_window(col)) codes.emplace_back(col - window_.col_first, times.codes[col]);
    }
    if (!any) break;
    at(times.sampled_ps + turn * step_ps, [this, turn] { adc_col_ = static_cast<unsigned>(turn); });
    at(times.sampled_ps + (turn + 1) * step_ps, [this, codes] {
      for (const auto& [index, code] : codes) adc_code_[index] = code;
    });
  }
  at(times.converted_ps, [this] { adc_busy_ = false; });
  const std::int64_t* sums = tile_->inference()->shift_add.sums() + window_.col_first;
  at(times.converted_ps + job_->costs.clock_ps, [this, acc = std::vector<std::int64_t>(sums, sums + acc_.size())] { acc_ = acc; });
}

void InferenceProbe::at(std::int64_t time_ps, std::function<void()> change) {
  if (time_ps < from_ps_ || time_ps >= to_ps_) return;
  changes_.emplace(time_ps, std::move(change));
  due_.notify(in_ps(time_ps - simulated_ps()));
}

void InferenceProbe::replay() {
  const auto end = changes_.upper_bound(simulated_ps());
  for (auto change = changes_.begin(); change != end; ++change) change->second();
  changes_.erase(changes_.begin(), end);
}

void InferenceProbe::close() {
  vcd_.close();
  write_save_file();
}

void InferenceProbe::write_save_file() const {
  WaveSaveFile save(fmt::format("inference of tile {}", window_.tile), vcd_,
                    from_ps_ == std::numeric_limits<std::int64_t>::max() ? 0 : from_ps_, window_.to_ps - window_.from_ps);
  save.comment("state: 0 idle, 1 load the input register, 2 read, 3 wait for the converters");
  save.binary(prefix_ + ".clk");
  save.decimal(prefix_ + ".state[1:0]");
  save.decimal(prefix_ + ".image[31:0]");
  save.decimal(prefix_ + ".position[31:0]");
  save.decimal(prefix_ + ".plane[7:0]");
  save.heading("word lines");
  save.binary(prefix_ + ".wl_en");
  for (int row = window_.row_first; row <= window_.row_last; ++row) save.decimal(fmt::format("{}.in_digit_{}[7:0]", prefix_, row));
  save.heading("converters");
  save.binary(prefix_ + ".adc_busy");
  save.decimal(prefix_ + ".adc_col[15:0]");
  for (int col = window_.col_first; col <= window_.col_last; ++col) {
    save.heading(fmt::format("column {}", col));
    save.signed_decimal(fmt::format("{}.adc_code_{}[16:0]", prefix_, col));
    save.signed_decimal(fmt::format("{}.acc_{}[63:0]", prefix_, col));
  }
  write_file_atomically(vcd_.save_path(), save.text());
}

}  // namespace swimsim
