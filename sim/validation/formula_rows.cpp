// Rows 9, 10, 18 and 19: what follows from a formula. They check the program, not the formula.

#include <algorithm>
#include <cmath>

#include "models/device/kernels/neurosim_curve.h"
#include "sim/validation/array_experiment.h"
#include "sim/validation/loose_cells.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

constexpr const char* kNeurosim = "NeuroSim";

/// sigma of the conductance after N equal pulses, over sigma_c2c times the range times sqrt(N). In the middle of an almost linear curve
/// and with a scatter so small that the bounds are far.
double scatter_ratio(const ValidationSettings& settings, int pulses) {
  constexpr std::size_t kCells = 100'000;
  constexpr double kScatter = 0.01;
  Card card = validation_card("reram_taox_hfox", settings);
  card.find("sigma_c2c")->value = kScatter;
  const double low_S = card.number("g_min"), range_S = card.number("g_max") - low_S;
  LooseCells cells(card, kCells, settings.seed);
  std::fill(cells.g_S.begin(), cells.g_S.end(), static_cast<float>(low_S + range_S / 2));
  for (int i = 0; i < pulses; ++i) cells.pulse(+1, card.number("v_set"), card.number("pulse_width"), LooseCells::Noise::fresh);
  double sum = 0, squares = 0;
  for (const float g_S : cells.g_S) {
    const double share = (g_S - low_S) / range_S;
    sum += share / kCells;
    squares += share * share / kCells;
  }
  return std::sqrt(squares - sum * sum) / (kScatter * std::sqrt(pulses));
}

/// Share of cells, in percent, that a converter of so many bits over 48 uS never shows within +-1 uS of their target. The targets span
/// whole steps of the coarsest converter.
double unreachable_percent(const ValidationSettings& settings, int bits) {
  ArrayExperiment experiment(validation_card("reram_neurram_like", settings));
  experiment.adc = Adc(bits, 0, 48e-6);
  experiment.target_low_S = 6e-6;
  experiment.target_high_S = 36e-6;
  experiment.cells = 20'480;
  experiment.max_attempts = 500;
  experiment.seed = settings.seed;
  return 100 * program_cells(experiment).failed;
}

std::vector<double> unreachable(const ValidationSettings& settings) {
  double finest = 0;
  for (const int bits : {5, 6, 7, 8}) finest = std::max(finest, unreachable_percent(settings, bits));
  return {unreachable_percent(settings, 3), unreachable_percent(settings, 4), finest};
}

constexpr double kStuckLrs = 0.0175, kStuckHrs = 0.0904;

/// Cells, in percent, that write-verify gives up. Without spread from device to device: no cell but the stuck ones fails.
std::vector<double> stuck_cells(const ValidationSettings& settings) {
  ArrayExperiment experiment(validation_card("reram_neurram_like", settings));
  for (const char* spread : {"sigma_g_high", "sigma_v_set", "sigma_v_reset"}) experiment.card.find(spread)->value = 0.0;
  experiment.effects.p_stuck_lrs = kStuckLrs;
  experiment.effects.p_stuck_hrs = kStuckHrs;
  experiment.seed = settings.seed;
  return {100 * program_cells(experiment).failed};
}

/// A stuck cell is hit by chance where its target lies within 1 uS of an end of 1 to 40 uS.
double expected_stuck_percent() { return 100 * (kStuckLrs + kStuckHrs) * (1 - 1.0 / 39); }

}  // namespace

std::vector<ValidationExperiment> formula_rows() {
  return {
      {"closed form of the label, solved by bisection",
       {{"9a", "A of label 0.01", 'U', kNeurosim, "126.27", around_percent(126.27, 0.1)},
        {"9b", "A of label 6.18", 'U', kNeurosim, "0.1267", around_percent(0.1267, 0.1)}},
       [](const ValidationSettings&) {
         return std::vector<double>{normalised_a(0.01), normalised_a(6.18)};
       }},
      {"reram_taox_hfox with sigma_c2c of 1 %, N equal pulses from mid-range, 100,000 cells",
       {{"10a", "sigma after 4 pulses over sigma_c2c sqrt N", 'U', kNeurosim, "1", around_percent(1, 3)},
        {"10b", "sigma after 36 pulses over sigma_c2c sqrt N", 'U', kNeurosim, "1", around_percent(1, 3)}},
       [](const ValidationSettings& settings) {
         return std::vector<double>{scatter_ratio(settings, 4), scatter_ratio(settings, 36)};
       }},
      {"reram_neurram_like, scheme set_reset, +-1 uS, converters of 3 to 8 bits over 48 uS, targets 6 to 36 uS",
       {{"18a", "cells out of reach of 3 bits, %", 'U', "1 - 2 tol / LSB", "66.7", around(66.7, 2)},
        {"18b", "cells out of reach of 4 bits, %", 'U', "1 - 2 tol / LSB", "33.3", around(33.3, 2)},
        {"18c", "the same, 5 to 8 bits, largest, %", 'U', "1 - 2 tol / LSB", "0", around(0, 2)}},
       unreachable},
      {"reram_neurram_like without spread, scheme set_reset, 102,400 cells of which 1.75 % are stuck at g_max and 9.04 % at g_min",
       {{"19", "cells that write-verify gives up, %", 'U', "Chen 2015: 1.75, 9.04 %", "10.79 less hits",
         around(std::round(100 * expected_stuck_percent()) / 100, 0.5)}},
       stuck_cells},
  };
}

}  // namespace swimsim
