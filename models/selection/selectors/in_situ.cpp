// in_situ: no selector but its competitor (Yan, Hu, Shi, DAC 2022): nothing is verified, the network is trained in the cells until as many
// pulses are used as the fraction of write-verify would take. The engine does it (sim/engine/in_situ.h); there is nothing to rank.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind in_situ_selector() {
  return {"in_situ", "nothing is verified; gradient steps with unverified writes until the fraction's pulses are used",
          {},        zero_scores,
          false,     true};
}

}  // namespace swimsim
