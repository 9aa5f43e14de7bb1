#pragma once

#include <cstdint>

#include "models/programming/chip_job.h"

namespace swimsim {

/// What a row under write-verify takes.
struct RowTimes {
  std::int64_t open_ps =
      0;  ///< selection; erase and the blind write of the cells that are not verified, where the scheme erases; a first look
  std::int64_t pulse_ps = 0;   ///< a pulse of one polarity and of the card's width
  std::int64_t around_ps = 0;  ///< the rest of a cycle but for conversions: turnarounds, read bias, decision
  std::int64_t group_ps = 0;   ///< conversions of a group of the column mux in one verify
  std::int64_t full_cycle_ps(int groups) const { return pulse_ps + around_ps + groups * group_ps; }
};

RowTimes row_times(const ChipJob& job);

}  // namespace swimsim
