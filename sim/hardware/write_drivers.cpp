#include "sim/hardware/write_drivers.h"

#include <algorithm>

namespace swimsim {

void WriteDrivers::erase(int row, std::uint32_t event, std::int64_t begin_ps) {
  const bool with_the_block = !erase_by_row_ && row > 0;
  const std::int64_t length_ps = with_the_block ? 0 : timing_.dac_settle_ps + timing_.erase_ps;
  crossbar->drive(LineDriver::erase_driver, row, begin_ps, length_ps).erase(event);
}

void WriteDrivers::blind_write(int row, std::uint32_t event, std::int64_t begin_ps) {
  crossbar->drive(LineDriver::write_driver, row, begin_ps, timing_.blind_pulse_ps).blind_write(event);
}

void WriteDrivers::pulse(int row, int polarity, const RowCells& cells, std::uint32_t event, std::int64_t begin_ps) {
  crossbar->drive(LineDriver::write_driver, row, begin_ps, pulse_ps(polarity, cells)).pulse(polarity, cells, event);
}

void WriteDrivers::counted_cycle(int row, const RowCells& cells, std::int64_t begin_ps) {
  crossbar->drive(LineDriver::write_driver, row, begin_ps, timing_.pulse_ps).counted_cycle(cells);
}

/// Of the widest pulse; a limit of the current may make it longer.
std::int64_t WriteDrivers::pulse_ps(int polarity, const RowCells& cells) const {
  if (cells.width == nullptr) return timing_.pulse_ps;
  float widest = 0;
  for (std::size_t i = 0; i < cells.count; ++i) widest = std::max(widest, cells.fires[i] == polarity ? cells.width[i] : 0.0f);
  return static_cast<std::int64_t>(static_cast<double>(widest) * static_cast<double>(timing_.pulse_ps));
}

}  // namespace swimsim
