#pragma once

#include <vector>

#include "models/array/effects/effect_tile.h"
#include "models/array/effects/stuck_cells.h"
#include "models/device/effect_parameters.h"

namespace swimsim {

/// Random telegraph noise: a trap that catches and lets go of a charge, in some of the cells.
class TelegraphNoise {
 public:
  TelegraphNoise(const EffectParameters::Telegraph& parameters, const EffectTile& tile, const CellColumns& cells);

  /// A read of the open row's active cells at `now_ps` of the tile's busy time. A trap is found as it was at the last read with a
  /// probability that fades with the time in between.
  void read(const OpenRow& open, const std::uint8_t* active, std::int64_t now_ps, const StuckCells& stuck, float* seen_S);
  /// A read of all cells long after: the traps are drawn afresh. Changes nothing.
  void read_long_after(const CellColumns& cells, std::vector<float>& seen_S) const;

 private:
  struct Trap {
    float full = 0;        ///< share of the time in which it holds a charge
    float rate_per_s = 0;  ///< at which it forgets
    float log_scale = 0;   ///< ln of its amplitude over the median
    bool is_full = false;  ///< at the last read
    std::uint32_t reads = 0;
    std::int64_t last_ps = 0;
  };
  Trap make_trap(const EffectParameters::Telegraph& parameters, std::uint32_t weight_id, std::uint32_t cell_id) const;
  float without_charge(const Trap& trap, float g_S) const;

  static constexpr std::int32_t kNone = -1;
  EffectTile tile_;
  float log_g_max_, log_amplitude_lrs_, log_amplitude_slope_;
  std::vector<std::int32_t> trap_of_cell_;
  std::vector<Trap> traps_;
};

}  // namespace swimsim
