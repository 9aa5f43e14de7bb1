#include <fmt/format.h>

#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/report/compare_runs.h"

namespace swimsim {

int compare_command(const CompareArguments& arguments) {
  fmt::print("{}", compare_text(compare_runs(arguments.a, arguments.b), arguments.all));
  return kExitDone;
}

}  // namespace swimsim
