// Row 11: SWIM's cell as a loop of pulses.

#include <cmath>

#include "sim/validation/array_experiment.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

constexpr const char* kYan = "Yan 2022, recalled";

/// Standard deviation of the relaxed cells, of the range.
double sigma(const ArrayFigures& figures, double range_S) {
  double sum = 0, squares = 0;
  for (const ProgrammedCell& cell : figures.cells) {
    const double error = (static_cast<double>(cell.final_S) - cell.target_S) / range_S;
    sum += error;
    squares += error * error;
  }
  const auto n = static_cast<double>(figures.cells.size());
  return std::sqrt(squares / n - sum / n * (sum / n));
}

std::vector<double> swim_figures(const ValidationSettings& settings) {
  ArrayExperiment experiment(validation_card("swim_pulse", settings));
  const double low_S = experiment.card.number("g_min"), range_S = experiment.card.number("g_max") - low_S;
  experiment.scheme = "incremental";
  experiment.options.tolerance_S = 0.06 * range_S;
  experiment.adc = Adc(6, low_S - 0.3 * range_S, low_S + 1.3 * range_S);
  experiment.blind = true;
  experiment.max_attempts = 100;
  experiment.seed = settings.seed;
  const ArrayFigures verified = program_cells(experiment);
  experiment.verify = false;
  return {verified.pulses, sigma(verified, range_S), sigma(program_cells(experiment), range_S)};
}

}  // namespace

std::vector<ValidationExperiment> swim_rows() {
  return {{"swim_pulse, scheme incremental, blind write first, 102,400 cells, targets even over the range, tolerance 0.06, 6 bits",
           {{"11a", "cycles a cell", 'C', kYan, "10", around_percent(10, 10)},
            {"11b", "sigma of verified cells", 'C', "default of SWIM's code", "0.03", around_percent(0.03, 10)},
            {"11c", "sigma of the blind write", 'C', kYan, "0.1", around_percent(0.1, 10)}},
           swim_figures}};
}

}  // namespace swimsim
