#include "sim/hardware/write_current.h"

#include <gmock/gmock.h>

#include <stdexcept>

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// A slot that says when it is served.
class Slot final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Slot);
  Slot(sc_core::sc_module_name name, std::size_t index, const WriteCurrentArbiter& arbiter, std::vector<std::size_t>& served)
      : sc_module(name), index_(index), served_(&served) {
    SC_METHOD(note);
    sensitive << arbiter.granted(index);
    dont_initialize();
  }

 private:
  void note() { served_->push_back(index_); }
  std::size_t index_;
  std::vector<std::size_t>* served_;
};

struct Bench {
  explicit Bench(const char* scheduler) : arbiter("arbiter", *find_scheduler(scheduler)->scheduler, 10, 3) {
    for (std::size_t slot = 0; slot < 3; ++slot)
      slots.push_back(std::make_unique<Slot>(("slot_" + std::to_string(slot)).c_str(), slot, arbiter, served));
  }
  void run() {
    served.clear();
    sc_core::sc_start(1, sc_core::SC_NS);
  }
  WriteCurrentArbiter arbiter;
  std::vector<std::size_t> served;
  std::vector<std::unique_ptr<Slot>> slots;
};

TEST(WriteCurrent, ServesAsManyAsTheBudgetHolds) {
  Bench bench("tile_after_tile");
  for (std::size_t slot = 0; slot < 3; ++slot) bench.arbiter.request({slot, 4, 0});
  bench.run();
  EXPECT_THAT(bench.served, UnorderedElementsAre(0, 1));
  EXPECT_EQ(bench.arbiter.drawn_nA(), 8);
  bench.arbiter.release(1);
  bench.run();
  EXPECT_THAT(bench.served, ElementsAre(2));
}

TEST(WriteCurrent, TheOrderOfRequestsOfOneMomentDoesNotMatter) {
  Bench bench("tile_after_tile");
  for (const std::size_t slot : {2, 0, 1}) bench.arbiter.request({slot, 6, 0});
  bench.run();
  EXPECT_THAT(bench.served, ElementsAre(0));
}

TEST(WriteCurrent, WaitsUntilEnoughIsFree) {
  Bench bench("tile_after_tile");
  bench.arbiter.request({0, 6, 0});
  bench.run();
  bench.arbiter.request({1, 5, 0});
  bench.run();
  EXPECT_THAT(bench.served, IsEmpty());
  bench.arbiter.release(0);
  bench.run();
  EXPECT_THAT(bench.served, ElementsAre(1));
}

TEST(WriteCurrent, RefusesMoreThanTheChipHas) {
  Bench bench("tile_after_tile");
  EXPECT_THROW(bench.arbiter.request({0, 11, 0}), std::logic_error);
}

TEST(WriteCurrent, RefusesASecondRequestOfASlot) {
  Bench bench("tile_after_tile");
  bench.arbiter.request({0, 1, 0});
  EXPECT_THROW(bench.arbiter.request({0, 1, 0}), std::logic_error);
}

TEST(WriteCurrent, RefusesARequestOfASlotThatPulses) {
  Bench bench("tile_after_tile");
  bench.arbiter.request({0, 1, 0});
  bench.run();
  EXPECT_THROW(bench.arbiter.request({0, 1, 0}), std::logic_error);
}

TEST(WriteCurrent, RefusesAReleaseOfWhatNobodyHolds) {
  Bench bench("tile_after_tile");
  EXPECT_THROW(bench.arbiter.release(0), std::logic_error);
}

/// Gives more than there is.
class Generous final : public Scheduler {
 public:
  std::size_t choose(const std::vector<PulseRequest>&, std::int64_t, std::size_t) const override { return 0; }
};

TEST(WriteCurrent, NamesASchedulerThatGivesMoreThanThereIs) {
  const Generous generous;
  WriteCurrentArbiter arbiter("arbiter", generous, 10, 2);
  arbiter.request({0, 6, 0});
  arbiter.request({1, 6, 0});
  EXPECT_THROW(sc_core::sc_start(1, sc_core::SC_NS), std::exception);  // SystemC wraps what a process throws
}

}  // namespace
}  // namespace swimsim
