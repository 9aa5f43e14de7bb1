#pragma once

#include <cmath>

#include "models/programming/scheme.h"

namespace swimsim {

// What the schemes have in common that accept a cell as soon as it reads within the tolerance, from whichever side it comes.

/// The cell's own tolerance, or else the scheme's.
inline float tolerance_of(const RowUnderVerify& row, int col, float of_scheme_S) {
  return row.tolerance_S != nullptr ? row.tolerance_S[col] : of_scheme_S;
}

/// Done cells become inactive.
inline bool accept(const RowUnderVerify& row, int col, float tolerance_S) {
  if (std::fabs(row.believed_S[col] - row.target_S[col]) > tolerance_of(row, col, tolerance_S)) return false;
  row.active[col] = 0;
  return true;
}

inline std::int8_t towards_target(const RowUnderVerify& row, int col) { return row.believed_S[col] < row.target_S[col] ? +1 : -1; }

/// The ramp that the cell is on.
inline VoltageRamp ramp_of(const Ramps& ramps, const RowUnderVerify& row, int col) {
  return ramps.of(row.polarity[col], row.target_S[col]);
}

/// A pulse towards the target, at the start of the ramp.
inline void begin_ramp(const Ramps& ramps, const RowUnderVerify& row, int col) {
  row.polarity[col] = towards_target(row, col);
  row.amplitude_V[col] = static_cast<float>(volts_at(ramp_of(ramps, row, col), 0));
}

/// The first pulse of every cell that is not where it belongs.
inline void begin_ramps(const Ramps& ramps, const RowUnderVerify& row, float tolerance_S) {
  for (int col = 0; col < row.columns; ++col) {
    if (row.active[col] && !accept(row, col, tolerance_S)) begin_ramp(ramps, row, col);
  }
}

/// Calls `choose(col)` for every cell that a pulse has left outside the tolerance. Cells that waited in the last cycle keep their pulse.
template <class Choose>
void choose_pulses(const RowUnderVerify& row, float tolerance_S, const Choose& choose) {
  for (int col = 0; col < row.columns; ++col) {
    if (row.active[col] && !accept(row, col, tolerance_S) && row.pulsed[col]) choose(col);
  }
}

/// Turns a cell's polarity towards its target and counts reversals; returns whether it was one.
inline bool turn_to_target(const RowUnderVerify& row, int col) {
  const std::int8_t wanted = towards_target(row, col);
  const bool reversed = wanted != row.polarity[col];
  row.polarity[col] = wanted;
  if (reversed) ++row.reversals[col];
  return reversed;
}

/// The pulse at the cell's place on the ramp; the cell is given up beyond the stop and after too many reversals.
inline void take_step(const Ramps& ramps, const RowUnderVerify& row, int col, int max_reversals) {
  const VoltageRamp ramp = ramp_of(ramps, row, col);
  row.failed[col] = row.reversals[col] > max_reversals || beyond(ramp, row.step[col]);
  row.amplitude_V[col] = static_cast<float>(volts_at(ramp, row.step[col]));
}

/// The next step of the ramp; an overshoot starts the other one from its beginning.
inline void climb_or_reverse(const Ramps& ramps, const RowUnderVerify& row, int col, int max_reversals) {
  row.step[col] = static_cast<std::uint16_t>(turn_to_target(row, col) ? 0 : row.step[col] + 1);
  take_step(ramps, row, col, max_reversals);
}

}  // namespace swimsim
