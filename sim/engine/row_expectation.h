#pragma once

#include "models/selection/row_costs.h"
#include "sim/engine/preparation.h"

namespace swimsim {

/// Where the weights lie, and what verifying cells of a row is expected to take: times from the controller, the cycles of a cell from a
/// pilot chip, each digit as often as the layer holds it.
///
/// A weight whose cells lie in two tiles counts in that of its most significant cell. Pulses are those of one polarity; erases that a
/// scheme repeats are not foreseen.
RowCosts row_expectation(const Workload& workload, const Preparation& prepared);

}  // namespace swimsim
