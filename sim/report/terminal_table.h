#pragma once

#include <string>

#include "sim/engine/results.h"

namespace swimsim {

/// The table printed at the end of a run: a line for each selector and fraction, ASCII, at most 100 columns.
std::string terminal_table(const RunResults& results);

}  // namespace swimsim
