#pragma once

#include <vector>

#include "sim/engine/plan.h"

namespace swimsim {

/// Turns outcomes into the rows of the result folder. `outcomes` holds those of the first `trials` trials, in the plan's order.
void aggregate(const Preparation& prepared, const Plan& plan, const std::vector<ProgrammingOutcome>& outcomes, int trials,
               RunResults& results);

}  // namespace swimsim
