#pragma once

#include <string>
#include <vector>

#include "sim/engine/results.h"

namespace swimsim {

/// The layers of one programming.
struct LayerGroup {
  std::string name;  ///< "everything", "swim, fraction 0.1"
  std::vector<const LayerRow*> rows;
};

/// What the report shows of layers.csv: everything verified, and the leading selector at its smallest fraction above 0.
std::vector<LayerGroup> chosen_layers(const RunResults& results);

}  // namespace swimsim
