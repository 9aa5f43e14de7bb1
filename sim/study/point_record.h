#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/study/study.h"

namespace swimsim {

// What a point's folder says about itself, in point.json, written last: without it the point counts as unfinished.

inline constexpr const char* kPointRecord = "point.json";
inline constexpr const char* kPointJournal = "trials.journal";  ///< finished programmings; a point that gets more trials goes on from it

struct PointRecord {
  int trials = 0;
  bool narrow_enough = false;      ///< ended by the stop rule, not by the largest number of trials
  double accuracy_half_width = 0;  ///< the widest over selectors and fractions; infinite with one trial
  bool synthetic_images = false;   ///< as in RunResults
  std::vector<std::string> notes;  ///< as in RunResults
};

/// The text of point.json.
std::string point_record_json(const Study& study, const StudyPoint& point, const PointRecord& record);

/// How much of a study's point a folder holds.
enum class PointState {
  missing,       ///< nothing finished, or of other settings
  other_trials,  ///< of these settings, but finished under another rule or number of trials
  finished,
};

/// Looks at `folder`/point.json.
PointState state_of_point(const Study& study, const StudyPoint& point, const std::string& folder, PointRecord* record = nullptr);

}  // namespace swimsim
