#pragma once

#include <string>
#include <vector>

#include "sim/report/manifest.h"
#include "sim/study/study.h"
#include "sim/study/table.h"

namespace swimsim {

/// The tables of a study; each begins with the columns `point`, `name` and the study's keys.
struct StudyTables {
  TextTable points;   ///< a line for each point: trials, and the figures of its summary.json
  TextTable results;  ///< a line for each point, selector and fraction: its programming.csv
  TextTable trials;   ///< a line for each point, selector, fraction and trial: its trials.csv
};

/// Reads what the points left behind: those of `numbers` (from 1), in that order, in the folder of the study. Throws InputError where a
/// file is not what a point writes.
StudyTables collect_points(const Study& study, const std::vector<int>& numbers, const std::string& folder);

/// All that a study may leave in its folder beside `points`, relative to it; the manifest first.
std::vector<std::string> study_files();

/// Writes points.csv, results.csv, trials.csv, results.h5 and the plots, manifest.json last. Throws ResourceError.
void write_study(const Study& study, const StudyTables& tables, const ManifestInfo& info, const std::string& folder);

}  // namespace swimsim
