#pragma once

#include "models/selection/selector.h"

namespace swimsim {

// One function a selector file; the list that calls them is models/selection/selector.cpp.
SelectorKind swim_selector();
SelectorKind magnitude_selector();
SelectorKind random_selector();
SelectorKind all_selector();
SelectorKind none_selector();

/// Scores for every weight, all zero.
std::vector<std::vector<double>> zero_scores(const SelectionInput& input);

}  // namespace swimsim
