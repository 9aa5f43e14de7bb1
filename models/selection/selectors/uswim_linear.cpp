// uswim_linear: second derivative times f, f the scatter of an unverified write at the weight's level over that of the widest level:
// the metric "HSM" of the authors' code (Yan, Hu, Shi, "U-SWIM"; reference formula in docs/selectors.md).

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind uswim_linear_selector() {
  return {"uswim_linear",
          "second derivative times the scatter of the weight's level (U-SWIM)",
          {RankBasis::sensitivity, RankBasis::level_sigma},
          [](const SelectionInput& input) { return sensitivity_times_sigma(input, 1); }};
}

}  // namespace swimsim
