#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "models/device/device.h"
#include "models/device/ramp_overrides.h"

namespace swimsim {

/// The ramps of both polarities, of a cell with a given target: the card's, or what stands in their place.
class Ramps {
 public:
  /// Keeps `overrides`, which must outlive it.
  Ramps(const Device& device, const RampOverrides& overrides)
      : set_(device.ramp(+1)),
        reset_(device.ramp(-1)),
        overrides_(&overrides),
        g_min_S_(device.g_min_S()),
        range_S_(device.g_max_S() - device.g_min_S()) {}

  VoltageRamp of(int polarity, float target_S) const {
    const RampVolts& volts = polarity > 0 ? overrides_->set : overrides_->reset;
    VoltageRamp ramp = polarity > 0 ? set_ : reset_;
    take(volts.start_V, target_S, ramp.start_V);
    take(volts.step_V, target_S, ramp.step_V);
    take(volts.stop_V, target_S, ramp.stop_V);
    return ramp;
  }

 private:
  /// The levels are spread evenly over the range; a target between two of them takes the nearer.
  void take(const std::vector<double>& by_level, float target_S, double& volts_V) const {
    if (by_level.empty()) return;
    const double highest = static_cast<double>(by_level.size() - 1);
    const double level = std::nearbyint((static_cast<double>(target_S) - g_min_S_) / range_S_ * highest);
    volts_V = by_level[static_cast<std::size_t>(level < 0 ? 0 : level > highest ? highest : level)];
  }

  VoltageRamp set_, reset_;
  const RampOverrides* overrides_;
  double g_min_S_, range_S_;
};

/// The volts of a step of a ramp.
inline double volts_at(const VoltageRamp& ramp, int step) { return ramp.start_V + step * ramp.step_V; }
/// Whether this step lies above the ramp's stop; a rounding of the sum does not count.
inline bool beyond(const VoltageRamp& ramp, int step) { return volts_at(ramp, step) > ramp.stop_V * (1 + 1e-9); }

}  // namespace swimsim
