// Rows 1 to 5: NeuRRAM's cells (Wan et al., Nature 2022), as the card reram_neurram_like has them.

#include <cmath>

#include "models/common/random.h"
#include "models/device/device.h"
#include "sim/validation/array_experiment.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

constexpr const char* kWan = "Wan 2022, recalled";
constexpr double kDay_s = 86'400;

// The loop that the card was fitted to: 1 us pulses and 5 us reads.
std::vector<double> write_verify(const ValidationSettings& settings) {
  ArrayExperiment experiment(validation_card("reram_neurram_like", settings));
  experiment.seed = settings.seed;
  const ArrayFigures figures = program_cells(experiment);
  return {figures.pulses, 100 * (1 - figures.failed), figures.pulses * 1 + figures.reads * 5};
}

/// Standard deviation of the cells' error after each of four passes. A pass programs and relaxes the cells that were left outside +-1 uS;
/// where they land does not hang on the pass before. Cells that a pass gave up are left out. From 10 uS on no cell is cut off at 0.
std::vector<double> relaxation_passes(const ValidationSettings& settings) {
  ArrayExperiment experiment(validation_card("reram_neurram_like", settings));
  experiment.card.find("relaxation")->value = std::string("flat");
  experiment.card.find("relax_sigma")->value = 2.8e-6;
  experiment.seed = settings.seed;
  experiment.target_low_S = 10e-6;
  experiment.target_high_S = 40e-6;
  constexpr double kAccepted_S = 1e-6;

  std::vector<double> sigmas_uS;
  std::vector<ProgrammedCell> state;
  for (std::uint32_t pass = 0; pass < 4; ++pass) {
    experiment.trial = pass;
    const std::vector<ProgrammedCell> programmed = program_cells(experiment).cells;
    if (pass == 0) state = programmed;
    double squares = 0, n = 0;
    for (std::size_t i = 0; i < state.size(); ++i) {
      const bool again = std::fabs(state[i].final_S - state[i].target_S) > kAccepted_S;
      if (!state[i].failed && again) state[i] = programmed[i];
      if (state[i].failed) continue;
      squares += std::pow((static_cast<double>(state[i].final_S) - state[i].target_S) * 1e6, 2);
      n += 1;
    }
    sigmas_uS.push_back(std::sqrt(squares / n));
  }
  return sigmas_uS;
}

/// Standard deviation of a relaxed population of one conductance.
double relaxed_sigma_uS(const Device& device, int g_uS, std::uint64_t seed) {
  constexpr std::uint32_t kCells = 20'000;
  const auto g_S = static_cast<float>(g_uS * 1e-6);
  DrawId id;
  id.seed = seed;
  id.purpose = Purpose::relaxation;
  id.event = static_cast<std::uint32_t>(g_uS);
  double sum = 0, squares = 0;
  for (id.weight = 0; id.weight < kCells; ++id.weight) {
    const double change_uS = (static_cast<double>(device.relaxed_S(g_S, random_normal(id))) - g_S) * 1e6;
    sum += change_uS / kCells;
    squares += change_uS * change_uS / kCells;
  }
  return std::sqrt(squares - sum * sum);
}

struct RelaxationCurve {
  double mean_uS = 0, largest_uS = 0, largest_at_uS = 0;
};

RelaxationCurve relaxation_curve(const ValidationSettings& settings, double time_s) {
  Card card = validation_card("reram_neurram_like", settings);
  card.find("relax_time")->value = time_s;
  const auto device = find_kernel(card.kernel)->make(card, {});
  RelaxationCurve curve;
  for (int g_uS = 0; g_uS <= 40; ++g_uS) {
    const double sigma_uS = relaxed_sigma_uS(*device, g_uS, settings.seed);
    curve.mean_uS += sigma_uS / 41;
    if (sigma_uS > curve.largest_uS) curve.largest_at_uS = g_uS;
    curve.largest_uS = std::max(curve.largest_uS, sigma_uS);
  }
  return curve;
}

std::vector<double> relaxation_curves(const ValidationSettings& settings) {
  const RelaxationCurve second = relaxation_curve(settings, 1), day = relaxation_curve(settings, kDay_s);
  return {second.mean_uS, second.largest_at_uS, day.mean_uS, day.largest_uS};
}

}  // namespace

std::vector<ValidationExperiment> neurram_rows() {
  return {
      {"reram_neurram_like, scheme set_reset, 102,400 cells, targets and initial states even over 1 to 40 uS, +-1 uS, at most 30 reversals",
       {{"1", "pulses a cell", 'C', kWan, "8.52", around(8.55, 0.5)},
        {"2", "cells that converge, %", 'C', kWan, "99", around(99.15, 0.4)},
        {"3", "time a cell at 1 us pulses, 5 us reads, us", 'C', kWan, "56", around_percent(56, 10)}},
       write_verify},
      {"the same, targets 10 to 40 uS; every write relaxes anew by a normal of 2.8 uS; cells outside +-1 uS are written again",
       {{"4a", "sigma after pass 1, uS", 'U', kWan, "2.8", around(2.80, 0.15)},
        {"4b", "sigma after pass 2, uS", 'U', kWan, "-", around(2.40, 0.15)},
        {"4c", "sigma after pass 3, uS", 'H', kWan, "about 2", around(2.06, 0.15)},
        {"4d", "the same, if the first is not counted, uS", 'H', kWan, "about 2", around(2, 0.15),
         "passes after the first leave less than published; 4c and 4d are two readings of 'three iterations', and the paper decides"}},
       relaxation_passes},
      {"reram_neurram_like, relaxation of 41 conductances from 0 to 40 uS, 20,000 cells each",
       {{"5a", "mean sigma after 1 s, uS", 'U', "aihwkit, CrossSim", "1.73 to 2.06", around_percent(1.73, 20)},
        {"5b", "largest sigma after 1 s at, uS", 'U', "aihwkit", "12", around_percent(12, 20)},
        {"5c", "mean sigma after 1 d, uS", 'U', "aihwkit", "3.29", around_percent(3.29, 20)},
        {"5d", "largest sigma after 1 d, uS", 'U', "aihwkit", "4.00", around_percent(4, 20)}},
       relaxation_curves},
  };
}

}  // namespace swimsim
