#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/device/card.h"
#include "models/fitting/fit_plan.h"
#include "models/fitting/measured_pulses.h"

namespace swimsim {

/// A parameter that was searched, or that the kernel has but the data does not tell.
struct FittedValue {
  std::string name;
  bool identified = false;
  double value = 0;           ///< SI
  double standard_error = 0;  ///< SI; 0 if not identified
  std::string why_not;
};

/// A card and how well it follows the data.
struct CardFit {
  Card card;
  std::vector<FittedValue> values;   ///< in the kernel's order
  std::vector<std::string> neutral;  ///< parameters that a pulse response cannot tell, switched off in the card
  std::vector<std::string> remarks;

  std::size_t readings = 0;                ///< predicted readings
  double range_S = 0;                      ///< of the readings
  double curve_rms_S = 0;                  ///< read - free curve from the first reading of each run
  double step_rms_S = 0;                   ///< read - predicted from the readings before
  double r_squared = 0;                    ///< of the free curve
  double systematic_share = 0;             ///< of the errors' variance that hangs on conductance, polarity and volts: 0 if the law holds
  bool law_fails = false;                  ///< the kernel's law is not that of the data
  std::vector<std::vector<double>> curve;  ///< the free curve in siemens, [run][pulse]
};

/// Fits a card by least squares; `source` names the data in the card. Throws InputError if the kernel cannot describe such data.
CardFit fit_card(const MeasuredPulses& data, const FittableKernel& kernel, const std::string& source);

}  // namespace swimsim
