#pragma once

#include <vector>

namespace swimsim {

/// Volts of a ramp that a user gives instead of the card's: nothing (the card's), one for all cells, or one for each level of a cell from
/// the lowest to the highest.
struct RampVolts {
  std::vector<double> start_V, step_V, stop_V;
};

struct RampOverrides {
  RampVolts set{}, reset{};
};

}  // namespace swimsim
