// swim_tolerance: SWIM's score as how closely a weight is verified. Nothing is chosen or left out but what would be verified so loosely
// that it need not be: every cell has a window that is the wider the less the loss feels it.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind swim_tolerance_selector() {
  SelectorKind kind{"swim_tolerance",
                    "a tolerance for every cell, by the second derivative of the loss to the power of -1/2",
                    {RankBasis::sensitivity},
                    [](const SelectionInput& input) { return sizes_of(*input.sensitivity); }};
  kind.loosens = true;
  return kind;
}

}  // namespace swimsim
