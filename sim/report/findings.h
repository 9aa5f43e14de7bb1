#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/engine/results.h"

namespace swimsim {

// What the report and the terminal table read out of the results.

/// Programming and verifying everything: the mean row at fraction 1, or the figures of the summary where no selector went that far.
struct FullRun {
  double time_s = 0, energy_J = 0;
  const ProgrammingRow* row = nullptr;  ///< null when only the summary tells
};
std::optional<FullRun> full_run(const RunResults& results);

/// The figure of a key in the summary, or null.
const Statistic* find_statistic(const RunResults& results, const std::string& key);

/// Selectors in the order of the results.
std::vector<std::string> selector_names(const RunResults& results);

/// The selector the report tells about first: "swim" if it ran, otherwise the first that stops short of everything.
std::string leading_selector(const RunResults& results);

/// The row of the smallest fraction of a selector whose mean accuracy is at most `drop` below that of `full`, or null.
const ProgrammingRow* cheapest_within(const RunResults& results, const std::string& selector, const ProgrammingRow& full, double drop);

/// Accuracy of one selector minus another's at the same fraction, paired by trial (common random numbers).
struct PairedDifference {
  std::string selector, other;
  double fraction = 0;
  int trials = 0;
  double mean = 0;
  std::optional<std::pair<double, double>> ci95;  ///< Student's t; none with a single trial
};

/// Every pair of selectors, the leading one first, at each fraction above 0 and below 1 that both ran.
std::vector<PairedDifference> paired_differences(const RunResults& results);

}  // namespace swimsim
