#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/study/study.h"
#include "sim/study/table.h"

namespace swimsim {

/// A line of results.csv: means over the trials.
struct StudyCurvePoint {
  double fraction = 0, nwc = 0, time_s = 0, energy_J = 0;
  double accuracy = 0, ci95_low = 0, ci95_high = 0;  ///< from 0 to 1; of one trial, low and high are the mean
  int trials = 1;
  std::optional<double> price{};  ///< as in ProgrammingRow
};

/// One selector in one point of a study.
struct StudyCurve {
  int point = 1;  ///< number in the study
  std::string selector;
  std::vector<StudyCurvePoint> rows;  ///< in the order of the table
};

/// The lines of results.csv as curves, in its order.
std::vector<StudyCurve> study_curves(const TextTable& results);

/// Selectors in the order in which they come.
std::vector<std::string> selectors_of(const std::vector<StudyCurve>& curves);

/// A point's row with everything verified: fraction 1, no price, not in_situ, whose fraction is a budget; null without.
const StudyCurvePoint* everything_verified(const std::vector<StudyCurve>& curves, int point);

/// How many curves from the first on belong to at most `points` points and hold at most `rows` rows; whole points, at least one.
std::size_t leading_curves(const std::vector<StudyCurve>& curves, std::size_t points, std::size_t rows);

/// The first `count` curves as sim/study/page/study_plot.js reads them, safe inside a script element.
std::string curves_json(const Study& study, const std::vector<StudyCurve>& curves, std::size_t count);

}  // namespace swimsim
