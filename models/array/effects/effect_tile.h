#pragma once

#include <cstdint>

#include "models/common/random.h"
#include "models/device/device.h"

namespace swimsim {

/// The tile whose cells an effect acts on.
struct EffectTile {
  const Device* device = nullptr;
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
  std::int64_t tile = 0;
  int rows = 0, cols = 0;

  /// A draw that belongs to the place on the chip, whatever weight is stored there; `cell` counts row by row.
  DrawId of_place(Purpose purpose, std::size_t cell) const {
    DrawId id{seed, trial, purpose};
    id.weight = static_cast<std::uint32_t>(tile);
    id.event = static_cast<std::uint32_t>(cell / static_cast<std::size_t>(cols)) << 16 |
               static_cast<std::uint32_t>(cell % static_cast<std::size_t>(cols));
    return id;
  }
  /// A draw that belongs to the cell's weight, as the kernels' noise does.
  DrawId of_weight(Purpose purpose, std::uint32_t weight_id, std::uint32_t cell_id, std::uint32_t event) const {
    return {seed, trial, purpose, cell_id >> 16, weight_id, cell_id >> 8 & 0xff, cell_id & 0xff, event};
  }
};

}  // namespace swimsim
