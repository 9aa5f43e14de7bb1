#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/report/inspected_run.h"
#include "sim/report/slowest.h"

namespace swimsim {

/// What of a run is shown.
struct InspectChoice {
  std::optional<std::size_t> tile;  ///< only this one
  int depth = 1;                    ///< of the tree: 0 chip, 1 tiles, 2 modules of the tiles, 3 states of their controllers
  std::size_t top = 5;              ///< tiles, rows and cells
};

/// The tiles that `choice` is about: one, or all.
std::vector<std::size_t> chosen_tiles(const InspectedRun& run, const InspectChoice& choice);

/// Tree of modules, time by state of the controllers, slowest rows and cells; ASCII.
std::string inspect_text(const InspectedRun& run, const InspectChoice& choice, const Slowest& slowest);

/// The same for programs, with unit and description of every figure; all chosen tiles, whatever `top`.
std::string inspect_json(const InspectedRun& run, const InspectChoice& choice, const Slowest& slowest);

}  // namespace swimsim
