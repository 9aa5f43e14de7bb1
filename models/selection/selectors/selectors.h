#pragma once

#include "models/selection/selector.h"

namespace swimsim {

// One function a selector file; the list that calls them is models/selection/selector.cpp.
SelectorKind swim_selector();
SelectorKind uswim_selector();
SelectorKind uswim_linear_selector();
SelectorKind uswim_squared_selector();
SelectorKind hutchinson_selector();
SelectorKind fisher_selector();
SelectorKind gradient_selector();
SelectorKind magnitude_selector();
SelectorKind magnitude_raw_selector();
SelectorKind layerwise_selector();
SelectorKind random_selector();
SelectorKind in_situ_selector();
SelectorKind swim_pays_selector();
SelectorKind swim_rows_selector();
SelectorKind swim_groups_selector();
SelectorKind swim_tolerance_selector();
SelectorKind all_selector();
SelectorKind none_selector();

/// Scores for every weight, all zero.
PerWeight zero_scores(const SelectionInput& input);

/// |value| of every weight.
PerWeight sizes_of(const PerWeight& values);

/// |sensitivity| times `removed_variance`; at device granularity of each slice. Negative where verifying does harm.
PerWeight removed_loss(const SelectionInput& input);

/// |sensitivity| times `level_sigma`, as often as `power` says.
PerWeight sensitivity_times_sigma(const SelectionInput& input, int power);

}  // namespace swimsim
