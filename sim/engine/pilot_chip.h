#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/array/mapping.h"
#include "sim/engine/preparation.h"

namespace swimsim {

/// A layer of all codes of some bits, each as often as is needed, that is programmed through the same state machine as the chip, with draws
/// that no trial uses: what the engine measures a device with. It holds about 500 weights a level.
class PilotChip {
 public:
  /// For layers that look like `layer`.
  PilotChip(const Preparation& prepared, std::size_t layer);

  const Mapping& mapping() const { return mapping_; }

  /// A cell after programming: what it stands for, and where it is in its array (row by row).
  struct Cell {
    int slice = 0, digit = 0;
    std::size_t index = 0;
  };
  /// What write-verify took, without the blind phase.
  struct Verify {
    std::int64_t cycles = 0;     ///< of rows
    std::int64_t pulses_ps = 0;  ///< pulses of either polarity and the switches between them
  };
  /// Programs it, with or without write-verify of all cells, and shows every cell, tile after tile. `final_S` is `array.final_S()`.
  using Visit = std::function<void(const TileArray& array, const std::vector<float>& final_S, const Cell& cell)>;
  Verify program(const Workload& workload, const Preparation& prepared, bool verified, const Visit& visit) const;

 private:
  const Device* device_;
  Mapping mapping_;
  std::vector<std::vector<std::int32_t>> codes_;
};

/// The first layer with the bits of `layer`: its cells are the same.
std::size_t first_alike(const Mapping& mapping, std::size_t layer);

}  // namespace swimsim
