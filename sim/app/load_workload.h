#pragma once

#include <string>

#include "sim/app/commands.h"
#include "sim/engine/experiment.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

/// The names the rooms define, for the workload reader.
KnownWords known_words();

/// What the arguments say about reading a workload. Throws InputError, ResourceError.
ReadOptions read_options(const WorkloadArguments& arguments);

/// A workload with what the command line said about it.
struct LoadedWorkload {
  WorkloadText text;
  Workload workload;
};

/// Throws InputError with every mistake.
LoadedWorkload load_workload(const WorkloadArguments& arguments);

/// The options of a run that the arguments and the environment decide, without the trace.
RunOptions run_options(const WorkloadArguments& arguments);

}  // namespace swimsim
