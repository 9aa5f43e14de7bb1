#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/array/adc.h"
#include "models/device/card.h"
#include "models/device/effect_parameters.h"
#include "models/programming/scheme.h"

namespace swimsim {

/// Many cells of a card programmed in 128 x 128 tiles by the tile controller, without the chip around them. Every second column is used.
struct ArrayExperiment {
  explicit ArrayExperiment(Card with) : card(std::move(with)) {}

  Card card;
  std::string scheme = "set_reset";
  SchemeOptions options{1e-6, 30};
  Adc adc{14, -5e-6, 65e-6};     ///< wide and fine enough not to matter
  double target_low_S = 0;       ///< targets are drawn evenly from here
  double target_high_S = 0;      ///< to here; 0: over the range of the card
  std::int64_t cells = 102'400;  ///< rounded up to rows of 64
  bool blind = false;            ///< an unverified write first
  bool verify = true;
  int max_attempts = 5000;
  EffectParameters effects = {};
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
};

struct ProgrammedCell {
  float target_S = 0;
  float landed_S = 0;  ///< after the last pulse
  float final_S = 0;   ///< after relaxation
  std::uint32_t pulses = 0;
  bool failed = false;
};

/// What came out, as means over the cells.
struct ArrayFigures {
  std::vector<ProgrammedCell> cells;
  double pulses = 0, reads = 0, failed = 0, reversals = 0;
  double set_pulses = 0, reset_pulses = 0;
  double set_V = 0, reset_V = 0;  ///< mean amplitude of a pulse
  double array_J = 0;

  double quantile_of_pulses(double share) const;
  double mean_of_largest(std::size_t group) const;  ///< of the pulses of so many cells
  /// Error of the cells that were not given up, after the last pulse.
  double bias_S() const;
  double rms_S() const;
};

ArrayFigures program_cells(const ArrayExperiment& experiment);

}  // namespace swimsim
