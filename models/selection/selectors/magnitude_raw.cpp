// magnitude_raw: large weights first, as they are: a layer of small weights comes last whatever its noise.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind magnitude_raw_selector() {
  return {"magnitude_raw", "magnitude, not relative to the layer", {RankBasis::raw_magnitude}, [](const SelectionInput& input) {
            return *input.raw_magnitude;
          }};
}

}  // namespace swimsim
