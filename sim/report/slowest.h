#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/report/inspected_run.h"

namespace swimsim {

/// What the cells of a row have to do with its time.
struct RowCellCounts {
  std::uint64_t pulses = 0;  ///< of all cells
  std::int64_t cells = 0;    ///< under write-verify
  std::int64_t slow = 0;     ///< with more than half as many pulses as the one with the most
  std::int64_t failed = 0;
};

struct SlowCell {
  std::size_t tile = 0;
  std::int64_t row = 0, col = 0;
  float target_uS = 0, final_uS = 0;
  std::uint32_t pulses = 0;
  bool failed = false;
};

/// Among some tiles, the slowest first, equal ones by tile, row and column.
struct Slowest {
  std::vector<WordLineRow> rows;            ///< by busy time
  std::vector<RowCellCounts> cells_of_row;  ///< of these; empty where the run has not kept its cells
  std::vector<SlowCell> cells;              ///< by pulses; likewise
};

/// The `top` rows and cells among these tiles.
Slowest find_slowest(const InspectedRun& run, const std::vector<std::size_t>& tiles, std::size_t top);

}  // namespace swimsim
