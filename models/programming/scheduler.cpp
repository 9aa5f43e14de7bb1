#include "models/programming/scheduler.h"

#include <algorithm>

#include "models/programming/schedulers/schedulers.h"

namespace swimsim {

namespace {

int bit_length(std::int64_t value) {
  int bits = 0;
  for (; value > 0; value >>= 1) ++bits;
  return bits;
}

}  // namespace

/// The slowest of k cells whose pulse counts have a tail needs some log k more than one.
void TileWork::add_row(std::int64_t cells_of_row) {
  if (cells_of_row == 0) return;
  ++rows;
  cells += cells_of_row;
  weight += 1 + bit_length(cells_of_row);
}

std::vector<std::vector<TileWork>> Scheduler::deal(const std::vector<TileWork>& work, std::size_t slots) const {
  std::vector<std::vector<TileWork>> lists(slots);
  for (const TileWork& tile : work) lists[tile.tile % slots].push_back(tile);
  return lists;
}

std::vector<std::vector<TileWork>> deal_longest_first(const std::vector<TileWork>& work, std::size_t slots) {
  std::vector<TileWork> sorted = work;
  std::stable_sort(sorted.begin(), sorted.end(), [](const TileWork& a, const TileWork& b) { return a.weight > b.weight; });
  std::vector<std::vector<TileWork>> lists(slots);
  std::vector<std::int64_t> load(slots, 0);
  for (const TileWork& tile : sorted) {
    const auto least = static_cast<std::size_t>(std::min_element(load.begin(), load.end()) - load.begin());
    lists[least].push_back(tile);
    load[least] += tile.weight;
  }
  return lists;
}

const std::vector<SchedulerKind>& scheduler_kinds() {
  static const std::vector<SchedulerKind> kinds{tile_after_tile_scheduler(), round_robin_scheduler(), longest_first_scheduler(),
                                                row_packed_scheduler()};
  return kinds;
}

const SchedulerKind* find_scheduler(std::string_view name) {
  for (const SchedulerKind& kind : scheduler_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace swimsim
