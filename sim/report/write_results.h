#pragma once

#include <string>
#include <vector>

#include "sim/engine/results.h"
#include "sim/report/manifest.h"

namespace swimsim {

/// All that a run may leave in its folder, paths relative to it; the manifest first: without it nothing there counts as a result.
std::vector<std::string> result_files();

/// Writes the result folder (made if missing): every file atomically, manifest.json last. An old manifest and old result files that this
/// run does not have go first, so that a half-written folder never looks complete. trace.vcd and trace.gtkw are left alone and listed.
/// Throws ResourceError.
void write_results(const RunResults& results, const ManifestInfo& info, const std::string& folder);

}  // namespace swimsim
