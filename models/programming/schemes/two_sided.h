#pragma once

#include <cmath>

#include "models/programming/scheme.h"

namespace swimsim {

// What the schemes have in common that accept a cell as soon as it reads within the tolerance, from whichever side it comes.

/// Done cells become inactive.
inline bool accept(const RowUnderVerify& row, int col, float tolerance_S) {
  if (std::fabs(row.believed_S[col] - row.target_S[col]) > tolerance_S) return false;
  row.active[col] = 0;
  return true;
}

inline std::int8_t towards_target(const RowUnderVerify& row, int col) { return row.believed_S[col] < row.target_S[col] ? +1 : -1; }

/// The ramps of both polarities in single precision.
class Ramps {
 public:
  explicit Ramps(const Device& device) : set_(device.ramp(+1)), reset_(device.ramp(-1)) {}
  const VoltageRamp& of(int polarity) const { return polarity > 0 ? set_ : reset_; }
  double volts(int polarity, int step) const { return of(polarity).start_V + step * of(polarity).step_V; }
  /// Whether this step lies above the ramp's stop; a rounding of the sum does not count.
  bool beyond(int polarity, int step) const { return volts(polarity, step) > of(polarity).stop_V * (1 + 1e-9); }

 private:
  VoltageRamp set_, reset_;
};

/// The first pulse of every cell that is not where it belongs: towards its target, at the start of the ramp.
inline void begin_ramps(const Device& device, const RowUnderVerify& row, float tolerance_S) {
  const Ramps ramps(device);
  for (int col = 0; col < row.columns; ++col) {
    if (!row.active[col] || accept(row, col, tolerance_S)) continue;
    row.polarity[col] = towards_target(row, col);
    row.amplitude_V[col] = static_cast<float>(ramps.volts(row.polarity[col], 0));
  }
}

}  // namespace swimsim
