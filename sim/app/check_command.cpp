#include <fmt/format.h>

#include "models/common/units.h"
#include "sim/app/commands.h"
#include "sim/app/console_progress.h"
#include "sim/app/exit_codes.h"
#include "sim/app/load_workload.h"
#include "sim/engine/experiment.h"

namespace swimsim {

int check_command(const CheckArguments& arguments) {
  const LoadedWorkload loaded = load_workload(arguments);
  const RunOptions options = run_options(arguments);
  const RunEstimate estimate = estimate_experiment(loaded.workload, options);
  if (arguments.resolved) {
    fmt::print("{}", resolved_yaml(loaded.workload));
    return kExitDone;
  }
  fmt::print("{}: no mistakes found\n", loaded.text.source);
  fmt::print("  weights             {}\n  cells               {}\n  tiles               {}\n  chip programmings   {}\n", estimate.weights,
             estimate.cells, estimate.tiles, estimate.chip_programmings);
  fmt::print("  run time, about     {} on {} thread{}\n", format_duration(estimate.seconds), options.threads,
             options.threads == 1 ? "" : "s");
  fmt::print("  memory, about       {:.0f} MiB\n", estimate.memory_bytes / (1024.0 * 1024.0));
  return kExitDone;
}

}  // namespace swimsim
