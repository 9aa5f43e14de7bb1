#pragma once

#include <cstdint>
#include <vector>

#include "models/array/mapping.h"
#include "models/programming/tile_statistics.h"
#include "sim/engine/results.h"

namespace swimsim {

/// What a chip did as a whole.
struct ChipStatistics {
  std::int64_t total_ps = 0;  ///< from the beginning of the programming to its end
  std::int64_t clock_ps = 10'000;
  std::int64_t host_bus_ps = 0;  ///< how long the host bus was busy
  std::int64_t leakage_aJ = 0;
};

/// Chip, its supply and host port, tiles, their modules and their controllers' states as lines of modules.csv, each after the one that it
/// belongs to. A chip is busy for the sum over its tiles; its utilisation is the mean over them.
std::vector<ModuleRow> module_rows(const Mapping& mapping, const std::vector<TileStatistics>& tiles, const ChipStatistics& chip);

/// The lines of rows.csv; `rows`: of all tiles, one after the other.
std::vector<WordLineRow> word_line_rows(const Mapping& mapping, const std::vector<RowStatistics>& rows);

/// The lines of tiles.csv and orders.csv.
std::vector<TileRow> tile_rows(const Mapping& mapping);

}  // namespace swimsim
