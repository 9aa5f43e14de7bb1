#include "models/programming/scheduler.h"

#include <algorithm>

#include "models/programming/schedulers/schedulers.h"

namespace swimsim {

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
