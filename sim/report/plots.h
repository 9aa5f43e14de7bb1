#pragma once

#include <string>
#include <vector>

#include "sim/engine/results.h"

namespace swimsim {

/// One picture of the report.
struct Plot {
  std::string file;     ///< inside plots/: "accuracy_vs_nwc.svg"
  std::string caption;  ///< one or two plain sentences
  std::string svg;
};

/// Every picture that the results have data for, in the order of the report. A new plot is one function in a file of its own and one line
/// in the list of plots.cpp.
std::vector<Plot> make_plots(const RunResults& results);

/// All names that a plot may have, for the files that an earlier run left.
std::vector<std::string> plot_files();

}  // namespace swimsim
