// all, none: the two ends. Their fraction is fixed at 1 and 0, so the order does not matter: magnitude breaks the ties.

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind all_selector() { return {"all", "every weight is verified", {}, zero_scores}; }

SelectorKind none_selector() { return {"none", "no weight is verified", {}, zero_scores}; }

}  // namespace swimsim
