#pragma once

#include <string>

namespace swimsim {

/// What befalls cells of any kernel. As it stands here everything is off, and off means that nothing is drawn, kept or computed.
struct EffectParameters {
  double p_stuck_lrs = 0;  ///< share of the cells that hold g_max, whatever is written
  double p_stuck_hrs = 0;  ///< likewise g_min
  double read_noise = 0;   ///< of one read, as a fraction of the conductance; on top of the kernel's own

  /// A trap in the cell that takes some of its conductance while it holds a charge.
  struct Telegraph {
    double share = 0;             ///< of the cells that have a trap
    double amplitude_lrs = 0.02;  ///< median loss while the trap is full, as a fraction of the conductance: at g_max
    double amplitude_hrs = 0.1;   ///< at g_min; in between by the logarithm of the conductance
    double sigma_ln = 0.7;        ///< log-normal spread of the loss from trap to trap
    double tau_min_s = 1e-6;      ///< mean times until capture and until emission lie log-uniformly between these two
    double tau_max_s = 10;
  } rtn;

  /// G (time / t0)^-nu after relaxation.
  struct Drift {
    double nu = 0, sigma = 0;  ///< mean and spread of the exponent from cell to cell
    double t0_s = 1;           ///< nothing drifts before
    double time_s = 0;         ///< since the last pulse; 0: off
  } drift;

  /// A cell that has taken more pulses than its budget sticks at g_max.
  struct Endurance {
    double median = 0;         ///< of the budgets, in pulses; 0: off
    double sigma_ln = 0.5;     ///< their log-normal spread
    double stress_V = 0;       ///< volts that make a pulse wear e times as much; 0: every pulse counts 1
    double nominal_V = 0;      ///< at which a pulse counts 1
    double pulses_before = 0;  ///< that every cell has already taken
  } endurance;

  std::string disturb = "off";  ///< of half-selected cells: "off", "half" (V/2), "third" (V/3)

  bool any() const {
    return p_stuck_lrs > 0 || p_stuck_hrs > 0 || read_noise > 0 || rtn.share > 0 || drift.time_s > 0 || endurance.median > 0 ||
           disturb != "off";
  }
};

}  // namespace swimsim
