// hutchinson: stochastic estimate of the true Hessian's diagonal (Hutchinson 1989; Bekas, Kokiopoulou, Saad 2007), off-diagonal terms of
// the backward recursion included. Signed: noise on a weight of negative curvature costs nothing, so it comes last.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind hutchinson_selector() {
  return {"hutchinson", "diagonal of the Hessian, estimated with random probes", {RankBasis::hutchinson}, [](const SelectionInput& input) {
            return *input.hutchinson;
          }};
}

}  // namespace swimsim
