#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/device/card.h"

namespace swimsim {

struct ValidationSettings {
  std::uint64_t seed = 1;
  std::string data_folder;                      ///< "" where there is none
  std::function<void(Card&)> change_card = {};  ///< done to every card before it is used: for tests that the verdicts bite
  /// A read of 128 columns by one ADC on the chip, which this room does not know: time in ns, energy of the conversions in pJ. Empty: such
  /// rows are not run.
  std::function<std::vector<double>()> isaac_read = {};
};

/// Where a simulated value has to lie, ends included.
struct AcceptedBand {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::string text;  ///< "8.55 +- 0.5"
};
AcceptedBand around(double expected, double tolerance);
AcceptedBand around_percent(double expected, double percent);
AcceptedBand at_most(double limit);
AcceptedBand at_least(double limit);
AcceptedBand between(double low, double high);

/// A published figure that the simulator is held against.
struct ValidationFigure {
  std::string row;   ///< number in the table, with a letter where a row has several figures: "4b"
  std::string what;  ///< with its unit: "error, uS"
  char kind = 'C';   ///< C: the card was fitted to it. U: identity of a formula. H: held out. T: trend only
  std::string source;
  std::string published;
  AcceptedBand accepted;
  std::string known_failure = {};  ///< why it lies outside, where that is known
};

/// Figures that come out of one run.
struct ValidationExperiment {
  std::string set_up;  ///< one line: what is run
  std::vector<ValidationFigure> figures;
  std::function<std::vector<double>(const ValidationSettings&)> run;  ///< one value a figure; throws NotRun
};

/// An experiment cannot be run, and why.
class NotRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Verdict { within, outside, known_failure, not_run };
/// "within", "outside", "outside (known)", "not run".
const char* verdict_name(Verdict verdict);

struct ValidationResult {
  ValidationFigure figure;
  std::string set_up;
  std::optional<double> simulated;
  Verdict verdict = Verdict::not_run;
  std::string reason;  ///< of a failure that is known, or why it was not run
};

/// All experiments, in the order of the table.
std::vector<ValidationExperiment> validation_experiments();
/// The number of the row that an experiment's first figure belongs to.
int row_number(const ValidationExperiment& experiment);
/// Whether one of its figures belongs to the row.
bool has_row(const ValidationExperiment& experiment, int row);

std::vector<ValidationResult> run_experiment(const ValidationExperiment& experiment, const ValidationSettings& settings);

/// A built-in card as the settings want it; NotRun if there is none of that name.
Card validation_card(const std::string& name, const ValidationSettings& settings);

}  // namespace swimsim
