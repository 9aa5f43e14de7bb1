#include "models/network/optimizers/optimizer.h"

#include <fmt/format.h>

#include "models/common/errors.h"
#include "models/common/words.h"
#include "models/network/optimizers/optimizers.h"

namespace swimsim {

const std::vector<OptimizerKind>& optimizer_kinds() {
  static const std::vector<OptimizerKind> kinds = {{"adam", make_adam}, {"sgd", make_sgd}};
  return kinds;
}

const OptimizerKind& find_optimizer(const std::string& name) {
  std::vector<std::string> known;
  for (const OptimizerKind& kind : optimizer_kinds()) {
    if (name == kind.name) return kind;
    known.emplace_back(kind.name);
  }
  throw InputError(fmt::format("unknown optimizer '{}'{}", name, suggestion(name, known)));
}

}  // namespace swimsim
