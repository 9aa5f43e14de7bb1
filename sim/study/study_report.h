#pragma once

#include <string>
#include <vector>

#include "sim/report/manifest.h"
#include "sim/report/plots.h"
#include "sim/study/collect.h"
#include "sim/study/study.h"

namespace swimsim {

/// report.html of a study: one self-contained page with a plot that answers to the pointer (Flot and jQuery are part of it); without
/// scripts it shows `plots`. It loads nothing. Uses nothing of `info` that differs between equal studies.
std::string study_report_html(const Study& study, const StudyTables& tables, const std::vector<Plot>& plots, const ManifestInfo& info);

// More than that stays in the CSV files, and the page says so.
inline constexpr std::size_t kMostDrawnPoints = 200;
inline constexpr std::size_t kMostDrawnRows = 20'000;
inline constexpr std::size_t kMostTabledPoints = 100;

}  // namespace swimsim
