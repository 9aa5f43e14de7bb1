#pragma once

#include <cstdint>
#include <vector>

#include "models/array/mapping.h"
#include "models/programming/tile_statistics.h"
#include "sim/engine/results.h"

namespace swimsim {

/// Chip, tiles, their modules and their controllers' states as lines of modules.csv, each after the one that it belongs to. A chip is
/// busy for the sum over its tiles; its utilisation is the mean over them. `total_ps`: from the first blind write to the end.
std::vector<ModuleRow> module_rows(const Mapping& mapping, const std::vector<TileStatistics>& tiles, std::int64_t total_ps,
                                   std::int64_t clock_ps);

/// The lines of tiles.csv.
std::vector<TileRow> tile_rows(const Mapping& mapping);

}  // namespace swimsim
