// magnitude: large weights first, each relative to the largest of its layer (the baseline of Yan, Hu, Shi, DAC 2022).

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind magnitude_selector() {
  return {
      "magnitude", "magnitude relative to the layer's largest weight", {}, [](const SelectionInput& input) { return *input.magnitude; }};
}

}  // namespace swimsim
