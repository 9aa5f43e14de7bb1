#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/study/collect.h"
#include "sim/study/study_curves.h"

namespace swimsim {

// Tables of a study's page, as HTML; "" when there is nothing to show. Only the first `points` points of the study's tables are shown.

/// A line for each point and selector, accuracy and interval at each fraction or price.
std::string accuracy_table(const Study& study, const std::vector<StudyCurve>& curves, std::size_t points);

/// What each selector needs to come within `drop` of the accuracy with everything verified.
std::string equal_accuracy_table(const Study& study, const std::vector<StudyCurve>& curves, double drop, std::size_t points);

/// A line for each point: trials, how it ended, accuracy before programming, cost of verifying everything.
std::string points_table(const Study& study, const TextTable& table, std::size_t points);

}  // namespace swimsim
