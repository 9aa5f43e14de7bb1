// uswim_squared: second derivative times f^2, f the scatter of an unverified write at the weight's level over that of the widest level:
// what the Taylor expansion E[dL] = 1/2 sum h sigma^2 gives (Yan, Hu, Shi, "U-SWIM"; reference formula in docs/selectors.md).

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind uswim_squared_selector() {
  return {"uswim_squared",
          "second derivative times the squared scatter of the weight's level (U-SWIM)",
          {RankBasis::sensitivity, RankBasis::level_sigma},
          [](const SelectionInput& input) { return sensitivity_times_sigma(input, 2); }};
}

}  // namespace swimsim
