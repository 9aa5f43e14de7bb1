#pragma once

#include <vector>

#include "sim/validation/validation_row.h"

namespace swimsim {

// One function a file; `validation_experiments` puts them in the order of the table.
std::vector<ValidationExperiment> neurram_rows();     ///< 1 to 5
std::vector<ValidationExperiment> ispp_rows();        ///< 6 to 8
std::vector<ValidationExperiment> formula_rows();     ///< 9, 10, 18, 19
std::vector<ValidationExperiment> swim_rows();        ///< 11
std::vector<ValidationExperiment> fefet_rows();       ///< 12 to 15
std::vector<ValidationExperiment> energy_rows();      ///< 16, 17
std::vector<ValidationExperiment> controller_rows();  ///< 20

}  // namespace swimsim
