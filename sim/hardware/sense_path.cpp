#include "sim/hardware/sense_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/hardware/hardware_rules.h"

namespace swimsim {

void ColumnMux::bias(int row, const RowCells& cells, std::uint32_t event, double since_pulse_s, std::int64_t begin_ps) {
  crossbar->drive(LineDriver::read_bias, row, begin_ps, settle_ps_).read(cells, event, since_pulse_s, seen_S_.data());
}

const float* ColumnMux::sense_lines(std::int64_t begin_ps) {
  crossbar->sense(begin_ps);
  return seen_S_.data();
}

void SampleHold::sample(std::size_t first, std::size_t count, std::int64_t begin_ps) {
  std::copy_n(mux->sense_lines(begin_ps) + first, count, &held_[first]);
}

void SampleHold::sample_sums(std::int64_t begin_ps) {
  if (begin_ps < held_until_ps_)
    break_rule(*this, begin_ps, kHeldUntilConverted, fmt::format("what is held is being converted until {} ps", held_until_ps_));
  std::copy_n(crossbar->column_sums(begin_ps), held_sums_.size(), held_sums_.data());
}

const std::int32_t* SampleHold::held_sums(std::int64_t until_ps) {
  held_until_ps_ = until_ps;
  return held_sums_.data();
}

AdcBank::AdcBank(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options)
    : sc_module(name),
      array_(&array),
      timing_(options.timing),
      converters_((array.cols() + options.column_mux - 1) / options.column_mux),
      codes_(array.lanes()) {}

bool AdcBank::convert(const RowCells& cells, std::size_t first, std::size_t count, std::int64_t begin_ps) {
  check_free(begin_ps);
  const bool second = array_->convert(cells, first, count, input->held(), codes_.data());
  busy_until_ps_ = begin_ps + length_ps(cells, first, count, second);
  return second;
}

void AdcBank::check_free(std::int64_t begin_ps) const {
  if (begin_ps < busy_until_ps_)
    break_rule(*this, begin_ps, kNoStartWhileBusy, fmt::format("a conversion is started, the one before is over at {} ps", busy_until_ps_));
}

void AdcBank::hold(const ProgrammedTile& cells) {
  transfer_ = &cells.converters;
  sum_codes_.resize(static_cast<std::size_t>(cells.matrix.cols));
}

const std::int32_t* AdcBank::convert_sums(const TileRead& columns, std::int64_t begin_ps, std::int64_t length_ps) {
  check_free(begin_ps);
  busy_until_ps_ = begin_ps + length_ps;
  const std::int32_t* held = sums->held_sums(busy_until_ps_);
  for (int i = columns.col_begin; i < columns.col_end; ++i) {
    const auto col = static_cast<std::size_t>(i);
    sum_codes_[col] = transfer_->code(col, held[col]);
  }
  return sum_codes_.data();
}

/// At least: the mux may have to go round more often where the active columns share a converter.
std::int64_t AdcBank::length_ps(const RowCells& cells, std::size_t first, std::size_t count, bool second) const {
  if (array_->parameters().compare_tolerance_S > 0) return timing_.compare_ps * (second ? 2 : 1);
  const std::int64_t active = std::count(cells.active + first, cells.active + first + count, std::uint8_t{1});
  std::int64_t rounds = 1;
  while (rounds * converters_ < active) ++rounds;
  return rounds * timing_.convert_ps;
}

}  // namespace swimsim
