#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/workload/workload.h"

namespace swimsim {

/// How many trials a point gets.
struct StudyTrials {
  int at_least = 10;
  int at_most = 10;
  std::vector<int> look_at{10, 30, 100, 300, 1000};  ///< rising

  /// The looks that count: from `at_least` on, before `at_most`.
  std::vector<int> looks() const;
};

/// When a point has trials enough: the 95 % interval of a mean is narrow.
struct StopRule {
  std::string of = "accuracy";     ///< a word of stop_rule_metrics()
  double ci95_half_width = 0;      ///< in the unit of the metric
  std::string selector;            ///< "": every selector
  std::optional<double> fraction;  ///< none: every fraction
};

/// One workload of a study.
struct StudyPoint {
  int number = 1;                   ///< counts from 1
  std::string label;                ///< "sigma_before=0.1", the name of a named point, or both
  std::string folder;               ///< "points/001-sigma_before=0.1"
  std::vector<std::string> values;  ///< per key of the study, as written; "" where the point does not set it
  Workload workload;                ///< with the study's largest number of trials
};

/// A study as the program understands it.
struct Study {
  std::string source;  ///< the file it was read from, or "NAME (built in)"
  std::string name;
  std::string base;               ///< file of the base workload; "" where it is built in or part of the study
  std::vector<std::string> keys;  ///< keys of a workload that differ between points, in the order of the file
  std::vector<StudyPoint> points;
  StudyTrials trials;
  std::optional<StopRule> until;
};

inline constexpr const char* kStudySchema = "swimsim-study/1";
inline constexpr int kMostPoints = 10'000;
inline constexpr int kMostTrials = 1'000'000;

}  // namespace swimsim
