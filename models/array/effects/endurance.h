#pragma once

#include <vector>

#include "models/array/effects/stuck_cells.h"
#include "models/device/effect_parameters.h"

namespace swimsim {

/// Wear of every cell, in pulses at nominal volts. A cell that has used up its budget sticks at g_max.
class Endurance {
 public:
  Endurance(const EffectParameters::Endurance& parameters, const EffectTile& tile, StuckCells& stuck);

  /// The cells of the open row whose `on` is 1 have taken a pulse.
  void wear(const OpenRow& open, const std::uint8_t* on, const float* amplitude_V, StuckCells& stuck);

  /// Of the cell that has taken most, pulses before this run included, as a share of the median budget.
  double used() const;

 private:
  double wear_of(float amplitude_V) const;
  void check(std::size_t cell, StuckCells& stuck) const;

  EffectParameters::Endurance parameters_;
  double g_max_S_;
  std::vector<double> taken_, budget_;
};

}  // namespace swimsim
