#include "sim/report/slowest.h"

#include <algorithm>
#include <tuple>

namespace swimsim {
namespace {

bool before(const WordLineRow& a, const WordLineRow& b) { return std::tie(b.busy_ps, a.tile, a.row) < std::tie(a.busy_ps, b.tile, b.row); }
bool before(const SlowCell& a, const SlowCell& b) {
  return std::tie(b.pulses, a.tile, a.row, a.col) < std::tie(a.pulses, b.tile, b.row, b.col);
}

template <typename Item>
void keep_first(std::vector<Item>& items, std::size_t top) {
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return before(a, b); });
  if (items.size() > top) items.resize(top);
}

RowCellCounts counts_of(const TileCellsRecord& cells, std::int64_t row) {
  RowCellCounts counts;
  std::uint32_t most = 0;
  const auto first = static_cast<std::size_t>(row * cells.cols), last = first + static_cast<std::size_t>(cells.cols);
  for (std::size_t i = first; i < last; ++i) {
    most = std::max(most, cells.pulses[i]);
    counts.pulses += cells.pulses[i];
    counts.cells += cells.verified[i] != 0 ? 1 : 0;
    counts.failed += cells.failed[i] != 0 ? 1 : 0;
  }
  for (std::size_t i = first; i < last; ++i) counts.slow += 2 * std::uint64_t{cells.pulses[i]} > most ? 1 : 0;
  return counts;
}

}  // namespace

Slowest find_slowest(const InspectedRun& run, const std::vector<std::size_t>& tiles, std::size_t top) {
  Slowest slowest;
  for (const std::size_t tile : tiles) {
    slowest.rows.insert(slowest.rows.end(), run.tiles[tile].rows.begin(), run.tiles[tile].rows.end());
    keep_first(slowest.rows, top);
    if (!run.has_cells()) continue;
    const TileCellsRecord cells = run.cells(tile);
    for (std::size_t i = 0; i < cells.pulses.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      slowest.cells.push_back(
          {tile, at / cells.cols, at % cells.cols, cells.target_uS[i], cells.final_uS[i], cells.pulses[i], cells.failed[i] != 0});
    }
    keep_first(slowest.cells, top);
  }
  if (!run.has_cells()) return slowest;
  for (const WordLineRow& row : slowest.rows)
    slowest.cells_of_row.push_back(counts_of(run.cells(static_cast<std::size_t>(row.tile)), row.row));
  return slowest;
}

}  // namespace swimsim
