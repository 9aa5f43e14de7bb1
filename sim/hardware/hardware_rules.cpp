#include "sim/hardware/hardware_rules.h"

#include <fmt/format.h>

#include <stdexcept>

namespace swimsim {

void break_rule(const sc_core::sc_object& module, std::int64_t at_ps, const char* rule, const std::string& what) {
  throw std::logic_error(fmt::format("{} at {} ps: {} (rule: {})", module.name(), at_ps, what, rule));
}

}  // namespace swimsim
