#pragma once

#include <cstdint>
#include <vector>

#include "models/programming/chip_job.h"

namespace swimsim {

/// What one tile did over all phases, the same numbers under every driver. Nothing of it decides anything.
struct TileStatistics {
  StateTimes state_ps{};  ///< by ControllerState; the sum is how long the tile was busy
  TileCounts counts;
  std::int64_t erased_cells = 0;  ///< cells summed over the erases
  std::int64_t conversions = 0;   ///< of ADCs, or comparisons where comparators verify
  EnergyLedger energy;
  std::int64_t busy_ps() const;
};

TileStatistics tile_statistics(const ChipProgram& chip, std::size_t tile);

/// What one row of a tile took: its own time, however many rows were in step.
struct RowStatistics {
  std::int64_t busy_ps = 0;
  std::int64_t cycles = 0;  ///< of write-verify
};
std::vector<RowStatistics> row_statistics(const ChipProgram& chip, std::size_t tile);

/// One module of a tile, what it is busy with and which energy is its own. Every component of the ledger belongs to one module.
struct TileModule {
  const char* name;  ///< last part of its path: "adc_bank"
  const char* description;
  const char* event;                    ///< what its events are: "conversions"
  std::vector<ControllerState> states;  ///< it works in these
  std::int64_t (*events)(const TileStatistics&);
  std::vector<std::int64_t EnergyLedger::*> energy;  ///< empty: the ledger has none for it
  std::int64_t busy_ps(const TileStatistics& tile) const;
  std::int64_t energy_aJ(const TileStatistics& tile) const;
};

/// All of a tile, in a fixed order.
const std::vector<TileModule>& tile_modules();

/// A state of the controller as results name it.
struct StateName {
  const char* name;  ///< "read_setup"
  const char* description;
};
StateName state_name(ControllerState state);

}  // namespace swimsim
