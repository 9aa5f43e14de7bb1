#pragma once

#include <string>
#include <vector>

#include "sim/engine/results.h"
#include "sim/study/study.h"

namespace swimsim {

/// What a stop rule can look at: "accuracy", "nwc", "time_s", "energy_J".
const std::vector<std::string>& stop_rule_metrics();

/// The widest of the half widths of the 95 % intervals (Student's t) that the rule looks at, over the trials of `rows`; infinite where no
/// row belongs to it or a mean is of one trial. A rule for a fraction looks at no selector that has prices in place of fractions.
double widest_half_width(const StopRule& rule, const std::vector<TrialRow>& rows);

/// Whether that is narrow enough.
bool is_narrow_enough(const StopRule& rule, const std::vector<TrialRow>& rows);

/// The half width of the accuracy of any selector and fraction, whatever the rule: what a point is known to.
double widest_accuracy_half_width(const std::vector<TrialRow>& rows);

}  // namespace swimsim
