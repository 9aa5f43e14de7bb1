#include "sim/report/slowest.h"

#include <algorithm>
#include <tuple>

namespace swimsim {
namespace {

/// The slower one first; then what was found first.
bool before(const SlowRow& a, const SlowRow& b) {
  return std::tie(b.cycles, b.pulses, a.tile, a.row) < std::tie(a.cycles, a.pulses, b.tile, b.row);
}
bool before(const SlowCell& a, const SlowCell& b) {
  return std::tie(b.pulses, a.tile, a.row, a.col) < std::tie(a.pulses, b.tile, b.row, b.col);
}

template <typename Item>
void keep_first(std::vector<Item>& items, std::size_t top) {
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return before(a, b); });
  if (items.size() > top) items.resize(top);
}

SlowRow row_of(const TileCellsRecord& cells, std::size_t tile, std::int64_t row) {
  SlowRow found;
  found.tile = tile;
  found.row = row;
  const auto first = static_cast<std::size_t>(row * cells.cols), last = first + static_cast<std::size_t>(cells.cols);
  for (std::size_t i = first; i < last; ++i) {
    found.cycles = std::max(found.cycles, cells.pulses[i]);
    found.pulses += cells.pulses[i];
    found.cells += cells.verified[i] != 0 ? 1 : 0;
    found.failed += cells.failed[i] != 0 ? 1 : 0;
  }
  for (std::size_t i = first; i < last; ++i) found.slow += 2 * std::uint64_t{cells.pulses[i]} > found.cycles ? 1 : 0;
  return found;
}

}  // namespace

Slowest find_slowest(const InspectedRun& run, const std::vector<std::size_t>& tiles, std::size_t top) {
  Slowest slowest;
  for (const std::size_t tile : tiles) {
    const TileCellsRecord cells = run.cells(tile);
    for (std::int64_t row = 0; row < cells.rows; ++row) slowest.rows.push_back(row_of(cells, tile, row));
    for (std::size_t i = 0; i < cells.pulses.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      slowest.cells.push_back(
          {tile, at / cells.cols, at % cells.cols, cells.target_uS[i], cells.final_uS[i], cells.pulses[i], cells.failed[i] != 0});
    }
    keep_first(slowest.rows, top);
    keep_first(slowest.cells, top);
  }
  return slowest;
}

}  // namespace swimsim
