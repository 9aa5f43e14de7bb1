// swim: the second derivative of the loss by the max-normalised weight, one forward and one backward pass (Yan, Hu, Shi, DAC 2022).

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind swim_selector() {
  return {"swim", "second derivative of the loss (SWIM)", {RankBasis::sensitivity}, [](const SelectionInput& input) {
            return sizes_of(*input.sensitivity);
          }};
}

}  // namespace swimsim
