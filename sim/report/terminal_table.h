#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/engine/results.h"

namespace swimsim {

/// Lines of as many cells each, the first a title, in columns: 'l' or 'r' says where a column's text stands, 'r' for those that `sides`
/// does not reach. Longer lines are cut.
std::string aligned_table(const std::vector<std::vector<std::string>>& lines, const std::string& sides, std::size_t longest);

/// The table printed at the end of a run: a line for each selector and fraction, ASCII, at most 100 columns.
std::string terminal_table(const RunResults& results);

}  // namespace swimsim
