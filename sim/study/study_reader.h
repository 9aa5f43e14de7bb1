#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/study/grid.h"
#include "sim/study/study.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

/// A study file without its workloads: what stands in it, checked as far as that goes without them.
struct StudyFile {
  std::string name;
  const YamlNode* workload = nullptr;  ///< a name, a path or a group of keys; null if it is missing or wrong
  std::vector<Override> set;
  std::vector<GridAxis> grid;
  std::vector<NamedPoint> named;
  StudyTrials trials;
  bool says_at_most = false;
  std::optional<StopRule> until;
  SourcePlace until_place;
  std::map<std::string, SourcePlace> places;  ///< of what the overrides name as theirs
};

/// Reads the tree of a study file; adds every mistake to `mistakes`. The tree must outlive the result.
StudyFile read_study_file(const YamlNode& root, const WorkloadText& text, const KnownWords& words, std::vector<Diagnostic>& mistakes);

}  // namespace swimsim
