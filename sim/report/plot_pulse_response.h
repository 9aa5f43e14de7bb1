#pragma once

#include <string>
#include <vector>

namespace swimsim {

/// Conductance after one pulse, as it was read and as a fitted card has it.
struct PulseResponsePoint {
  double pulse = 0;
  int polarity = 0;  ///< +1 SET, -1 RESET, 0 before the first pulse
  double read_S = 0, fitted_S = 0;
};

/// Conductance against pulse number: points for what was read, a line for the fit. Long runs are thinned, of many runs the first are shown.
struct PulseResponsePlot {
  std::string title, description;
  std::vector<std::vector<PulseResponsePoint>> runs;
};
std::string pulse_response_svg(const PulseResponsePlot& plot);

}  // namespace swimsim
