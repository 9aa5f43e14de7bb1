#pragma once

#include <cstdint>

namespace swimsim {

/// Timing of a tile's programming controller, in whole picoseconds; each is rounded up to whole clock cycles when it is waited for.
struct ProgrammingTiming {
  std::int64_t clock_ps = 10'000;
  std::int64_t row_settle_ps = 0;  ///< tWLS
  std::int64_t dac_settle_ps = 0;  ///< tDACS
  std::int64_t blind_pulse_ps = 0;
  std::int64_t pulse_ps = 0;             ///< tSET, tRST
  std::int64_t polarity_switch_ps = 0;   ///< tPOL
  std::int64_t write_to_read_ps = 0;     ///< tWTR
  std::int64_t read_settle_ps = 0;       ///< tRDS
  std::int64_t convert_ps = 0;           ///< tCMUX + tRD + tADC: one mux group
  std::int64_t read_to_write_ps = 0;     ///< tRTW
  std::int64_t read_after_write_ps = 0;  ///< tWRD: the cell's own delay before it may be read
  std::int64_t erase_ps = 0;             ///< tERS
  std::int64_t compare_ps = 0;           ///< tCMUX + tRD + comparator: one comparison of a mux group

  /// Whole clock cycles that last at least `time_ps`, in picoseconds.
  std::int64_t clocked(std::int64_t time_ps) const { return (time_ps + clock_ps - 1) / clock_ps * clock_ps; }
};

}  // namespace swimsim
