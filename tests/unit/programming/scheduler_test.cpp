#include "models/programming/scheduler.h"

#include <gmock/gmock.h>

namespace swimsim {
namespace {

using testing::ElementsAre;

const Scheduler& scheduler(const char* name) { return *find_scheduler(name)->scheduler; }

/// Tiles 0, 1, ... of these weights.
std::vector<TileWork> work(const std::vector<std::int64_t>& weights) {
  std::vector<TileWork> work;
  for (const std::int64_t weight : weights) work.push_back({work.size(), 1, 1, weight});
  return work;
}

std::vector<std::vector<std::size_t>> dealt(const char* name, const std::vector<std::int64_t>& weights, std::size_t slots) {
  std::vector<std::vector<std::size_t>> tiles;
  for (const std::vector<TileWork>& list : scheduler(name).deal(work(weights), slots)) {
    tiles.emplace_back();
    for (const TileWork& tile : list) tiles.back().push_back(tile.tile);
  }
  return tiles;
}

/// Slots 0, 1, ... that ask for these currents, with work left.
std::vector<PulseRequest> waiting(const std::vector<std::pair<std::int64_t, std::int64_t>>& current_and_work) {
  std::vector<PulseRequest> requests;
  for (const auto& [current_nA, left] : current_and_work) requests.push_back({requests.size(), current_nA, left});
  return requests;
}

constexpr std::size_t kNobody = Scheduler::kNobody;

TEST(Scheduler, InOrderEverySlotTakesEveryNthTile) {
  for (const char* name : {"tile_after_tile", "round_robin"})
    EXPECT_THAT(dealt(name, {1, 9, 1, 1, 1}, 2), ElementsAre(ElementsAre(0, 2, 4), ElementsAre(1, 3))) << name;
}

TEST(Scheduler, LongestFirstGivesTheNextLongestToWhoHasLeast) {
  for (const char* name : {"longest_first", "row_packed"})
    EXPECT_THAT(dealt(name, {3, 9, 4, 4, 2}, 2), ElementsAre(ElementsAre(1, 4), ElementsAre(2, 3, 0))) << name;
}

TEST(Scheduler, TileAfterTileServesTheLowestSlotAndLetsNobodyOvertake) {
  EXPECT_EQ(scheduler("tile_after_tile").choose(waiting({{5, 0}, {1, 9}}), 5, 0), 0u);
  EXPECT_EQ(scheduler("tile_after_tile").choose(waiting({{5, 0}, {1, 9}}), 4, 0), kNobody);
}

TEST(Scheduler, RoundRobinServesTheSlotAfterTheLast) {
  const std::vector<PulseRequest> requests = waiting({{1, 0}, {1, 0}, {1, 0}});
  const Scheduler& round_robin = scheduler("round_robin");
  EXPECT_EQ(round_robin.choose(requests, 1, kNobody), 0u);
  EXPECT_EQ(round_robin.choose(requests, 1, 0), 1u);
  EXPECT_EQ(round_robin.choose(requests, 1, 2), 0u);
  EXPECT_EQ(round_robin.choose(waiting({{1, 0}, {9, 0}, {1, 0}}), 5, 0), kNobody);
}

TEST(Scheduler, LongestFirstServesWhoHasMostLeftAndLetsNobodyOvertake) {
  EXPECT_EQ(scheduler("longest_first").choose(waiting({{1, 3}, {5, 9}, {1, 9}}), 5, 0), 1u);
  EXPECT_EQ(scheduler("longest_first").choose(waiting({{1, 3}, {5, 9}, {1, 9}}), 4, 0), kNobody);
}

TEST(Scheduler, RowPackedServesTheLargestThatFits) {
  EXPECT_EQ(scheduler("row_packed").choose(waiting({{1, 0}, {5, 0}, {3, 0}}), 5, 0), 1u);
  EXPECT_EQ(scheduler("row_packed").choose(waiting({{1, 0}, {5, 0}, {3, 0}}), 4, 0), 2u);
  EXPECT_EQ(scheduler("row_packed").choose(waiting({{1, 0}, {5, 0}, {3, 0}}), 0, 0), kNobody);
}

TEST(Scheduler, AreFoundByTheirNames) {
  for (const SchedulerKind& kind : scheduler_kinds()) EXPECT_EQ(find_scheduler(kind.name), &kind);
  EXPECT_EQ(find_scheduler("first_come"), nullptr);
}

}  // namespace
}  // namespace swimsim
