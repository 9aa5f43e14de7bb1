#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/common/embedded_file.h"
#include "models/common/errors.h"
#include "sim/study/study.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

/// The studies that are part of the program, in alphabetical order.
const std::vector<EmbeddedFile>& builtin_studies();

/// A study file, or a built-in study by name; a file of that name in the current folder wins. Throws InputError.
WorkloadText find_study(const std::string& name_or_path);

/// What the command line says over the file.
struct StudyOverrides {
  std::vector<Override> settings;  ///< keys of all workloads
  std::optional<int> trials;       ///< in place of trials.at_most; lowers trials.at_least if need be
};

/// A study, or every mistake in it and in the workloads of its points.
struct StudyOrErrors {
  std::optional<Study> study;
  std::vector<Diagnostic> mistakes;
};

/// Reads a study as strictly as a workload is read and expands it into its points. `options.overrides` is not looked at.
StudyOrErrors read_study(const WorkloadText& text, const ReadOptions& options, const StudyOverrides& overrides);

}  // namespace swimsim
