#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/app/load_workload.h"
#include "sim/report/manifest.h"

namespace swimsim {

/// What the manifest says of a command: who made it, out of what, how long it took. `files` and `digests` are the data that was read.
ManifestInfo manifest_info(const LoadedWorkload& loaded, std::vector<std::string> files,
                           const std::vector<std::pair<std::string, std::string>>& digests, int threads,
                           const std::vector<std::pair<std::string, double>>& wall_seconds, bool complete);

}  // namespace swimsim
