#pragma once

#include <vector>

#include "models/array/effects/effect_tile.h"
#include "models/array/open_row.h"

namespace swimsim {

/// Cells that hold one conductance for good: from fabrication on, or since they wore out.
class StuckCells {
 public:
  /// Each cell by itself, by its place: at g_max with p_lrs, at g_min with p_hrs.
  StuckCells(const EffectTile& tile, double p_lrs, double p_hrs);

  void stick(std::size_t cell, double g_S) { stuck_S_[cell] = static_cast<float>(g_S); }
  bool is_stuck(std::size_t cell) const { return stuck_S_[cell] >= 0; }

  /// Overwrites what the cells of the open row show.
  void pin(const OpenRow& open, float* g_S) const;
  /// The same for cells first to first + count of the tile.
  void pin(std::size_t first, std::size_t count, float* g_S) const;

 private:
  std::vector<float> stuck_S_;  ///< negative: the cell is free
};

}  // namespace swimsim
