#include "sim/hardware/interconnect.h"

#include <gmock/gmock.h>

#include <string>

#include "sim/hardware/simulated_time.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::ElementsAre;

constexpr std::size_t kHost = Floorplan::kHostPort;

TEST(Floorplan, OfABusHasOneLinkForAll) {
  const Floorplan plan(NocKind::bus, 30);
  EXPECT_EQ(plan.links(), 1u);
  EXPECT_THAT(plan.route(kHost, {7}).links, ElementsAre(0));
  EXPECT_EQ(plan.route(3, {29}).hops, 0);
}

// Eight tiles and the host port in a square of three:  host 0 1 / 2 3 4 / 5 6 7. A link is 4 x place + direction (east, west, south,
// north).
TEST(Floorplan, OfAMeshGoesAlongTheRowAndThenAlongTheColumn) {
  const Floorplan plan(NocKind::mesh, 8);
  const Route route = plan.route(kHost, {7});
  EXPECT_EQ(route.hops, 4);
  EXPECT_THAT(route.links, ElementsAre(4 * 0 + 0, 4 * 1 + 0, 4 * 2 + 2, 4 * 5 + 2));
  EXPECT_THAT(plan.route(7, {3}).links, ElementsAre(4 * 7 + 3, 4 * 8 + 1));
  EXPECT_EQ(plan.route(3, {3}).hops, 0);
}

TEST(Floorplan, OfAMeshSendsOnceWhatWaysShare) {
  const Floorplan plan(NocKind::mesh, 8);
  const Route route = plan.route(kHost, {1, 4});  // one after the other in the same column
  EXPECT_EQ(route.hops, 3);
  EXPECT_THAT(route.links, ElementsAre(0, 4, 4 * 2 + 2));
}

struct Bench {
  std::vector<std::string> arrived;  // "SOURCE at NS"
  Interconnect interconnect;
  explicit Bench(std::vector<Route> routes)
      : interconnect("interconnect", std::move(routes), 3, 32, 10'000, [this](std::size_t source, const Transfer&) {
          arrived.push_back(std::to_string(source) + " at " + std::to_string(simulated_ps() / 1000));
        }) {}
  void run() { sc_core::sc_start(1, sc_core::SC_US); }
};

TEST(Interconnect, ATransferTakesAClockForEveryWordAndHop) {
  Bench bench({{{0, 1}, 2}});
  bench.interconnect.send(0, {0, 1, 65});  // three words of 32 bits
  bench.run();
  EXPECT_THAT(bench.arrived, ElementsAre("0 at 50"));
  EXPECT_EQ(bench.interconnect.busy_ps(), 50'000);
}

TEST(Interconnect, SourcesOfOneLinkTakeTurnsWhateverTheOrderTheyAskIn) {
  Bench bench({{{0}, 0}, {{0}, 0}, {{0}, 0}});
  for (const std::size_t source : {2, 0, 1, 0}) bench.interconnect.send(source, {0, 1, 32});
  bench.run();
  EXPECT_THAT(bench.arrived, ElementsAre("1 at 10", "2 at 20", "0 at 30", "0 at 40"));
}

TEST(Interconnect, WaysThatShareNoLinkAreTakenAtTheSameTime) {
  Bench bench({{{0}, 0}, {{1, 2}, 0}, {{2}, 0}});
  for (const std::size_t source : {0, 1, 2}) bench.interconnect.send(source, {0, 1, 64});
  bench.run();
  EXPECT_THAT(bench.arrived, ElementsAre("0 at 20", "1 at 20", "2 at 40"));
  EXPECT_EQ(bench.interconnect.busy_ps(), 40'000);
}

}  // namespace
}  // namespace swimsim
