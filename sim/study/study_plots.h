#pragma once

#include <string>
#include <vector>

#include "sim/report/plots.h"
#include "sim/study/collect.h"

namespace swimsim {

/// Accuracy of the leading selector (`swim`, else the first that stops short of everything) against NWC, time and energy, a line for each
/// point; none where no point has such a selector. At most the first kMostPlotted points are drawn.
std::vector<Plot> study_plots(const StudyTables& tables);

inline constexpr std::size_t kMostPlotted = 14;

/// All names that such a plot may have.
std::vector<std::string> study_plot_files();

}  // namespace swimsim
