#pragma once

#include <optional>

#include "sim/engine/preparation.h"
#include "sim/engine/results.h"

namespace swimsim {

struct TileCell {
  int row = 0, col = 0;
};

/// Programs a tile alone, everything verified, and records what happens to one cell of it. Draws go by identity: the cell takes the same
/// pulses as in the run.
PulseTrain record_cell(const ChipJob& job, int tile, TileCell cell);

/// A cell like the others: the first of the tile that was verified above level 0 with as many pulses as they take on average (rounded; the
/// nearest number if none did). Nothing if no cell was.
std::optional<TileCell> typical_cell(const ChipJob& job, int tile);

/// The train of the first tile's typical cell in trial 0.
PulseTrain pulse_train_of(const Workload& workload, const Preparation& prepared);

}  // namespace swimsim
