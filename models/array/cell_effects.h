#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/array/effects/effect_tile.h"
#include "models/array/effects/endurance.h"
#include "models/array/effects/half_select.h"
#include "models/array/effects/stuck_cells.h"
#include "models/array/effects/telegraph_noise.h"
#include "models/device/effect_parameters.h"

namespace swimsim {

/// A write of the cells of the open row whose `on` is 1.
struct RowWrite {
  int polarity = 0;  ///< +1 SET, -1 RESET, 0 block erase, which disturbs nobody
  const std::uint8_t* on = nullptr;
  const float* amplitude_V = nullptr;
  double width_s = 0;
  const float* relative_width = nullptr;  ///< nullptr: 1 for all
};

/// What befalls the cells of a tile around the kernel: those of the effects that are switched on. There is none where all are off.
class CellEffects {
 public:
  CellEffects(const EffectParameters& parameters, const EffectTile& tile, CellColumns& cells);

  void before_open(CellColumns& cells, int row);
  /// After the kernel has done its part.
  void after_write(OpenRow& open, const RowWrite& write);
  /// What a read of the open row finds, before noise.
  void alter_reading(const OpenRow& open, const std::uint8_t* active, std::int64_t now_ps, float* seen_S);
  /// Adds the read noise to the kernel's own.
  void widen_read_noise(std::size_t cells, const float* g_S, float* sigma_S) const;

  // Of all cells, no row being open; they change nothing.

  /// The conductances with the disturb that is still due.
  std::vector<float> settled_S(const CellColumns& cells) const;
  /// From the conductances after relaxation to what a read long after finds.
  void age(const CellColumns& cells, std::vector<float>& g_S) const;

  /// See Endurance::used; 0 if endurance is off.
  double endurance_used() const { return endurance_ ? endurance_->used() : 0; }

 private:
  void drift(const CellColumns& cells, std::vector<float>& g_S) const;

  EffectParameters parameters_;
  EffectTile tile_;
  StuckCells stuck_;
  std::optional<TelegraphNoise> telegraph_;
  std::optional<Endurance> endurance_;
  std::optional<HalfSelect> disturb_;
};

}  // namespace swimsim
