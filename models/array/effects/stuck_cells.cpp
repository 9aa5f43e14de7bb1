// Stuck-at faults. Shares of a published memory: 1.75 % at the low and 9.04 % at the high resistance (Chen et al., IEEE TC 2015).

#include "models/array/effects/stuck_cells.h"

namespace swimsim {

StuckCells::StuckCells(const EffectTile& tile, double p_lrs, double p_hrs)
    : stuck_S_(static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.cols), -1.0f) {
  if (p_lrs + p_hrs == 0) return;
  for (std::size_t cell = 0; cell < stuck_S_.size(); ++cell) {
    const double uniform = random_uniform(tile.of_place(Purpose::stuck_cell, cell));
    if (uniform < p_lrs) {
      stick(cell, tile.device->g_max_S());
    } else if (uniform < p_lrs + p_hrs) {
      stick(cell, tile.device->g_min_S());
    }
  }
}

void StuckCells::pin(const OpenRow& open, float* g_S) const {
  for (std::size_t i = 0; i < open.count(); ++i) {
    const float stuck_S = stuck_S_[open.cell(i)];
    if (stuck_S >= 0) g_S[i] = stuck_S;
  }
}

void StuckCells::pin(std::size_t first, std::size_t count, float* g_S) const {
  for (std::size_t i = 0; i < count; ++i) {
    if (stuck_S_[first + i] >= 0) g_S[i] = stuck_S_[first + i];
  }
}

}  // namespace swimsim
