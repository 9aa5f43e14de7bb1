#pragma once

#include <string>
#include <vector>

#include "sim/report/manifest.h"
#include "sim/study/study.h"
#include "sim/study/table.h"

namespace swimsim {

/// What a point says about itself in words.
struct PointNotes {
  int number = 1;
  bool synthetic_images = false;
  std::vector<std::string> notes;
};

/// The tables of a study; each begins with the columns `point`, `name` and the study's keys.
struct StudyTables {
  TextTable points;               ///< a line for each point: trials, and the figures of its summary.json
  TextTable results;              ///< a line for each point, selector and fraction: its programming.csv
  TextTable trials;               ///< a line for each point, selector, fraction and trial: its trials.csv
  std::vector<PointNotes> notes;  ///< of each point that is in the tables
};

/// Reads what the points left behind: those of `numbers` (from 1), in that order, in the folder of the study. Throws InputError where a
/// file is not what a point writes.
StudyTables collect_points(const Study& study, const std::vector<int>& numbers, const std::string& folder);

/// All that a study may leave in its folder beside `points`, relative to it; the manifest first.
std::vector<std::string> study_files();

/// Writes points.csv, results.csv, trials.csv, results.h5, the plots and report.html, manifest.json last. Throws ResourceError.
void write_study(const Study& study, const StudyTables& tables, const ManifestInfo& info, const std::string& folder);

}  // namespace swimsim
