#pragma once

#include "models/selection/row_costs.h"
#include "sim/engine/preparation.h"

namespace swimsim {

/// Where the weights lie, and what verifying cells of a row is expected to take: times from the controller; from a pilot chip the
/// cycles of a cell, each digit as often as the layer holds it, and how long the pulses of a cycle take, be they of one polarity or both.
///
/// A weight whose cells lie in two tiles counts in that of its most significant cell. Erases that a scheme repeats are not foreseen.
RowCosts row_expectation(const Workload& workload, const Preparation& prepared);

}  // namespace swimsim
