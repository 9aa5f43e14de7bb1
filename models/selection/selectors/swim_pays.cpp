// swim_pays: SWIM's score as what a weight is worth. No fraction is chosen: a row is written while its cells are worth the time, and the
// price of time decides which cells are finished.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind swim_pays_selector() {
  SelectorKind kind{"swim_pays",
                    "write while it pays: second derivative of the loss against the time of a row's next cycle",
                    {RankBasis::sensitivity},
                    [](const SelectionInput& input) { return sizes_of(*input.sensitivity); }};
  kind.pays = true;
  return kind;
}

}  // namespace swimsim
