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

AdcBank::AdcBank(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options)
    : sc_module(name),
      array_(&array),
      timing_(options.timing),
      converters_((array.cols() + options.column_mux - 1) / options.column_mux),
      codes_(array.lanes()) {}

bool AdcBank::convert(const RowCells& cells, std::size_t first, std::size_t count, std::int64_t begin_ps) {
  if (begin_ps < busy_until_ps_)
    break_rule(*this, begin_ps, kNoStartWhileBusy, fmt::format("a conversion is started, the one before is over at {} ps", busy_until_ps_));
  const bool second = array_->convert(cells, first, count, input->held(), codes_.data());
  busy_until_ps_ = begin_ps + length_ps(cells, first, count, second);
  return second;
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
