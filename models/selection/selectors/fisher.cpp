// fisher: mean over the images of the squared gradient by the max-normalised weight, the diagonal of the empirical Fisher information.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind fisher_selector() {
  return {"fisher",
          "squared gradient, mean over the images (empirical Fisher information)",
          {RankBasis::fisher},
          [](const SelectionInput& input) { return *input.fisher; }};
}

}  // namespace swimsim
