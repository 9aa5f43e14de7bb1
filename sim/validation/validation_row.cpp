#include "sim/validation/validation_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/device/card_reader.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

AcceptedBand around(double expected, double tolerance) {
  return {expected - tolerance, expected + tolerance, fmt::format("{} +- {}", expected, tolerance)};
}

AcceptedBand around_percent(double expected, double percent) {
  const double tolerance = std::fabs(expected) * percent / 100;
  return {expected - tolerance, expected + tolerance, fmt::format("{} +- {} %", expected, percent)};
}

AcceptedBand at_most(double limit) {
  AcceptedBand band;
  band.high = limit;
  band.text = fmt::format("<= {}", limit);
  return band;
}

AcceptedBand at_least(double limit) {
  AcceptedBand band;
  band.low = limit;
  band.text = fmt::format(">= {}", limit);
  return band;
}

AcceptedBand between(double low, double high) { return {low, high, fmt::format("{} to {}", low, high)}; }

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::within:
      return "within";
    case Verdict::outside:
      return "outside";
    case Verdict::known_failure:
      return "outside (known)";
    case Verdict::not_run:
      break;
  }
  return "not run";
}

int row_number(const ValidationExperiment& experiment) { return std::stoi(experiment.figures.front().row); }

bool has_row(const ValidationExperiment& experiment, int row) {
  return std::any_of(experiment.figures.begin(), experiment.figures.end(),
                     [&](const auto& figure) { return std::stoi(figure.row) == row; });
}

std::vector<ValidationExperiment> validation_experiments() {
  std::vector<ValidationExperiment> all;
  for (const auto& rows : {neurram_rows(), ispp_rows(), formula_rows(), swim_rows(), fefet_rows(), energy_rows(), controller_rows()})
    all.insert(all.end(), rows.begin(), rows.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return row_number(a) < row_number(b); });
  return all;
}

namespace {

/// A value that is not a number is inside no band.
Verdict verdict_of(const ValidationFigure& figure, double simulated) {
  if (simulated >= figure.accepted.low && simulated <= figure.accepted.high) return Verdict::within;
  return figure.known_failure.empty() ? Verdict::outside : Verdict::known_failure;
}

}  // namespace

std::vector<ValidationResult> run_experiment(const ValidationExperiment& experiment, const ValidationSettings& settings) {
  std::vector<ValidationResult> results;
  for (const ValidationFigure& figure : experiment.figures) results.push_back({figure, experiment.set_up, {}, Verdict::not_run, {}});
  try {
    const std::vector<double> values = experiment.run(settings);
    if (values.size() != results.size()) throw std::logic_error("validation row " + results.front().figure.row + ": a value a figure");
    for (std::size_t i = 0; i < values.size(); ++i) {
      results[i].simulated = values[i];
      results[i].verdict = verdict_of(results[i].figure, values[i]);
      if (results[i].verdict == Verdict::known_failure) results[i].reason = results[i].figure.known_failure;
    }
  } catch (const NotRun& not_run) {
    for (ValidationResult& result : results) result.reason = not_run.what();
  }
  return results;
}

Card validation_card(const std::string& name, const ValidationSettings& settings) {
  if (find_embedded(builtin_cards(), name) == nullptr) throw NotRun("there is no card " + name + " yet");
  CardOrErrors loaded = load_card(name, "", {});
  if (!loaded.card) throw InputError(std::move(loaded.mistakes));
  if (settings.change_card) settings.change_card(*loaded.card);
  return std::move(*loaded.card);
}

}  // namespace swimsim
