#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/report/inspected_run.h"

namespace swimsim {

/// A row of a tile. Its cells are pulsed together, so it takes as many write-verify cycles as its slowest cell took pulses; more where
/// cells wait for one another (a write DAC that they share).
struct SlowRow {
  std::size_t tile = 0;
  std::int64_t row = 0;
  std::uint32_t cycles = 0;  ///< pulses of the slowest cell
  std::uint64_t pulses = 0;  ///< of all cells
  std::int64_t cells = 0;    ///< under write-verify
  std::int64_t slow = 0;     ///< of them, those that took more than half as many pulses as the slowest
  std::int64_t failed = 0;
};

struct SlowCell {
  std::size_t tile = 0;
  std::int64_t row = 0, col = 0;
  float target_uS = 0, final_uS = 0;
  std::uint32_t pulses = 0;
  bool failed = false;
};

struct Slowest {
  std::vector<SlowRow> rows;
  std::vector<SlowCell> cells;
};

/// The `top` rows and cells with the most pulses among these tiles, the slowest first, equal ones by tile, row and column. Needs the run's
/// cells.
Slowest find_slowest(const InspectedRun& run, const std::vector<std::size_t>& tiles, std::size_t top);

}  // namespace swimsim
