#include "models/programming/scheme.h"

#include "models/programming/schemes/schemes.h"

namespace swimsim {

const std::vector<SchemeKind>& scheme_kinds() {
  static const std::vector<SchemeKind> kinds{
      incremental_scheme(),        counted_scheme(),           fixed_scheme(),    ispp_scheme(),       set_reset_scheme(),
      reset_on_overshoot_scheme(), incremental_width_scheme(), two_step_scheme(), predictive_scheme(), erase_then_program_scheme(),
  };
  return kinds;
}

const SchemeKind* find_scheme(std::string_view name) {
  for (const SchemeKind& kind : scheme_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace swimsim
