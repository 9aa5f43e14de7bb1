#pragma once

#include <string>

#include "sim/engine/results.h"

namespace swimsim {

// The tables of report.html; each is "" when the results have nothing for it.

/// A line for each selector and fraction.
std::string programming_table(const RunResults& results);

/// Every pair of selectors, paired by trial.
std::string comparison_table(const RunResults& results);

/// Where SWIM's own loop stopped.
std::string loop_table(const RunResults& results);

/// What quantising did to each layer.
std::string quantization_table(const RunResults& results);

/// What each layer did for the images that went through the SystemC chip.
std::string inference_table(const RunResults& results);

std::string layers_table(const RunResults& results);
std::string summary_table(const RunResults& results);

}  // namespace swimsim
