// gradient: |dL/dw'| of the mean loss, w' the max-normalised weight: first order. Near zero everywhere in a network that is trained to
// its end, which is why SWIM takes the second order.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind gradient_selector() {
  return {"gradient", "size of the loss's gradient", {RankBasis::gradient}, [](const SelectionInput& input) {
            return sizes_of(*input.gradient);
          }};
}

}  // namespace swimsim
