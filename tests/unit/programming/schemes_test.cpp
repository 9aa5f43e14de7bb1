// The pulse schemes, decision by decision, on columns made up by hand.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::shipped_card;
using testing::SmallChip;

constexpr float kMicro = 1e-6f;

/// One column under a scheme; what the verify read says is given.
struct Column {
  std::unique_ptr<Device> device;
  std::unique_ptr<Scheme> scheme;
  float target_S = 20 * kMicro, believed_S = 0, amplitude_V = 0;
  float width = 1, memory_S = 0;
  std::uint8_t complete = 0, active = 1, failed = 0, pulsed = 1, stage = 0;
  std::int8_t polarity = 0;
  std::uint16_t step = 0, reversals = 0;
  int erases = 0;
  bool erase_row = false;

  explicit Column(const char* name, int max_reversals = 30) {
    const Card card = shipped_card("reram_neurram_like");
    device = find_kernel(card.kernel)->make(card, {});
    SchemeOptions options;
    options.tolerance_S = 1e-6;
    options.max_reversals = max_reversals;
    scheme = find_scheme(name)->make(options);
  }
  RowUnderVerify view() {
    RowUnderVerify row;
    row.columns = 1;
    row.target_S = &target_S;
    row.believed_S = &believed_S;
    row.complete = &complete;
    row.pulsed = &pulsed;
    row.active = &active;
    row.polarity = &polarity;
    row.amplitude_V = &amplitude_V;
    row.width = &width;
    row.failed = &failed;
    row.step = &step;
    row.reversals = &reversals;
    row.stage = &stage;
    row.memory_S = &memory_S;
    row.erases = erases;
    return row;
  }
  /// "+1.20", "-1.50", "done" or "failed".
  std::string state() const {
    if (failed) return "failed";
    if (!active) return "done";
    char text[16];
    std::snprintf(text, sizeof text, "%+.2f", polarity * static_cast<double>(amplitude_V));
    return text;
  }
  std::string begin(double read_uS) {
    believed_S = static_cast<float>(read_uS) * kMicro;
    RowUnderVerify row = view();
    scheme->begin(*device, row);
    erase_row = row.erase_row;
    return state();
  }
  std::string decide(double read_uS) {
    believed_S = static_cast<float>(read_uS) * kMicro;
    RowUnderVerify row = view();
    scheme->decide(*device, row);
    erase_row = row.erase_row;
    return state();
  }
};

TEST(SetReset, RampsReversesRestartsAndStops) {
  Column cell("set_reset");
  EXPECT_EQ(cell.begin(5), "+1.20");
  EXPECT_EQ(cell.decide(8), "+1.30");
  EXPECT_EQ(cell.decide(11), "+1.40");
  EXPECT_EQ(cell.decide(25), "-1.50");  // overshoot: the other ramp, from its beginning
  EXPECT_EQ(cell.decide(23), "-1.60");
  EXPECT_EQ(cell.decide(18), "+1.20");
  EXPECT_EQ(cell.decide(19.5), "done");
  EXPECT_EQ(cell.reversals, 2);
}

TEST(SetReset, AcceptsFromBothSidesAndWithoutAPulse) {
  for (const double read_uS : {19.05, 20.0, 20.95}) EXPECT_EQ(Column("set_reset").begin(read_uS), "done") << read_uS;
  EXPECT_EQ(Column("set_reset").begin(18.9), "+1.20");
  EXPECT_EQ(Column("set_reset").begin(21.1), "-1.50");
}

TEST(SetReset, GivesUpWhenTheStrongestPulseHasNotHelped) {
  Column cell("set_reset");
  std::string last = cell.begin(5);
  for (int pulse = 1; pulse < 22; ++pulse) last = cell.decide(5);
  EXPECT_EQ(last, "+3.30");  // the 22nd pulse is the stop
  EXPECT_EQ(cell.decide(5), "failed");
}

TEST(SetReset, GivesUpAfterTooManyReversals) {
  Column cell("set_reset", 3);
  cell.begin(5);
  EXPECT_EQ(cell.decide(25), "-1.50");
  EXPECT_EQ(cell.decide(15), "+1.20");
  EXPECT_EQ(cell.decide(25), "-1.50");
  EXPECT_EQ(cell.decide(15), "failed");
}

TEST(Ispp, HoldsTheStopAndGoesOn) {
  Column cell("ispp", 0);
  cell.begin(5);
  std::string last;
  for (int pulse = 0; pulse < 50; ++pulse) last = cell.decide(5);
  EXPECT_EQ(last, "+3.30");
  EXPECT_EQ(cell.decide(25), "-1.50");
  EXPECT_EQ(cell.decide(25), "-1.60");
  EXPECT_EQ(cell.decide(20), "done");
}

TEST(Fixed, RepeatsTheSamePulse) {
  Column cell("fixed");
  EXPECT_EQ(cell.begin(5), "+1.20");
  EXPECT_EQ(cell.decide(10), "+1.20");
  EXPECT_EQ(cell.decide(25), "-1.50");
  EXPECT_EQ(cell.decide(24), "-1.50");
  EXPECT_EQ(cell.decide(20.5), "done");
}

TEST(ResetOnOvershoot, ResetsInFullAndStartsOver) {
  Column cell("reset_on_overshoot", 2);
  EXPECT_EQ(cell.begin(5), "+1.20");
  EXPECT_EQ(cell.decide(10), "+1.30");
  EXPECT_EQ(cell.decide(30), "-3.30");
  EXPECT_EQ(cell.decide(2), "+1.20");
  EXPECT_EQ(cell.decide(30), "-3.30");
  EXPECT_EQ(cell.decide(2), "+1.20");
  EXPECT_EQ(cell.decide(30), "failed");
  EXPECT_EQ(Column("reset_on_overshoot").begin(30), "-3.30");
}

TEST(ResetOnOvershoot, ResetsAndStartsOverWhenTheRampEndsTooLow) {
  Column cell("reset_on_overshoot", 1);
  cell.begin(5);
  for (int step = 0; step < 21; ++step) cell.decide(6);  // up to the stop of 3.3 V
  EXPECT_EQ(cell.state(), "+3.30");
  EXPECT_EQ(cell.decide(6), "-3.30");
  EXPECT_EQ(cell.decide(2), "+1.20");
  EXPECT_EQ(cell.reversals, 1);
}

TEST(IncrementalWidth, GrowsByTheFactorGivenUpToTheStopGiven) {
  Column cell("incremental_width");
  SchemeOptions options;
  options.tolerance_S = 1e-6;
  options.width_growth = 3;
  options.width_stop = 10;
  cell.scheme = find_scheme("incremental_width")->make(options);
  EXPECT_EQ(cell.begin(5), "+1.20");
  cell.decide(6);
  cell.decide(7);
  EXPECT_EQ(cell.width, 9.0f);
  EXPECT_EQ(cell.decide(8), "failed");
}

TEST(IncrementalWidth, GrowsLongerByHalfAndStartsOverAtAReversal) {
  Column cell("incremental_width", 1);
  EXPECT_EQ(cell.begin(5), "+1.20");
  EXPECT_EQ(cell.width, 1.0f);
  EXPECT_EQ(cell.decide(6), "+1.20");
  EXPECT_EQ(cell.width, 1.5f);
  EXPECT_EQ(cell.decide(8), "+1.20");
  EXPECT_EQ(cell.width, 2.25f);
  EXPECT_EQ(cell.decide(25), "-1.50");
  EXPECT_EQ(cell.width, 1.0f);
  EXPECT_EQ(cell.decide(15), "failed");  // the second reversal
  EXPECT_TRUE(cell.scheme->varies_width());
}

TEST(IncrementalWidth, GivesUpWhenTheLongestPulseHasNotHelped) {
  Column cell("incremental_width");
  std::string last = cell.begin(5);
  int pulses = 1;
  for (; last != "failed" && pulses < 100; ++pulses) last = cell.decide(5);
  EXPECT_EQ(pulses - 1, 18);  // 1.5^17 = 985 is the longest
}

TEST(TwoStep, ClimbsCoarselyThenFinelyFromOneCoarseStepBelow) {
  Column cell("two_step");  // near: within 4 uS
  EXPECT_EQ(cell.begin(5), "+1.20");
  EXPECT_EQ(cell.decide(6), "+1.60");
  EXPECT_EQ(cell.decide(9), "+2.00");
  EXPECT_EQ(cell.decide(17), "+1.60");
  EXPECT_EQ(cell.decide(17.5), "+1.70");
  EXPECT_EQ(cell.decide(15), "+1.80");  // fine it stays
  EXPECT_EQ(cell.decide(19.5), "done");
}

TEST(TwoStep, GoesOnFinelyAfterAnOvershoot) {
  Column cell("two_step", 1);
  cell.begin(5);
  EXPECT_EQ(cell.decide(6), "+1.60");
  EXPECT_EQ(cell.decide(30), "-1.50");
  EXPECT_EQ(cell.decide(29), "-1.60");
  EXPECT_EQ(cell.decide(10), "failed");
}

TEST(TwoStep, ReachesTheStopInFineSteps) {
  Column cell("two_step");
  std::string last = cell.begin(5);
  for (int pulse = 1; pulse < 7; ++pulse) last = cell.decide(5);
  EXPECT_EQ(last, "+3.30");  // 1.2, 1.6, ... 3.2, then one fine step
  EXPECT_EQ(cell.decide(5), "failed");
}

TEST(Predictive, GoesOnInsideTheWindowWhileThatBringsItNearer) {
  Column cell("predictive");
  EXPECT_EQ(cell.begin(17), "+1.20");
  EXPECT_EQ(cell.decide(18), "+1.30");
  EXPECT_EQ(cell.decide(19.1), "+1.30");  // 1.1 more would land at 20.2: the same pulse once more
  EXPECT_EQ(cell.decide(19.8), "done");   // 0.7 more at 20.5
}

TEST(Predictive, StopsWhereAnotherPulseWouldGoTooFar) {
  Column cell("predictive");
  cell.begin(10);
  EXPECT_EQ(cell.decide(19.2), "done");  // 9 more
  Column down("predictive", 0);
  EXPECT_EQ(down.begin(22), "-1.50");
  EXPECT_EQ(down.decide(20.9), "-1.50");
  EXPECT_EQ(down.decide(19.8), "done");
  EXPECT_EQ(Column("predictive").begin(19.2), "done");  // nothing is known of its pulses
}

TEST(EraseThenProgram, ProgramsUpwardsOnly) {
  Column cell("erase_then_program", 1);
  cell.erases = 1;
  EXPECT_TRUE(cell.scheme->erases_first());
  EXPECT_EQ(cell.begin(0.5), "+1.20");
  EXPECT_EQ(cell.decide(3), "+1.30");
  EXPECT_EQ(cell.decide(19.5), "done");
  EXPECT_FALSE(cell.erase_row);
}

TEST(EraseThenProgram, ErasesTheRowAfterAnOvershootThenGivesUp) {
  Column cell("erase_then_program", 1);
  cell.erases = 1;
  cell.begin(0.5);
  cell.decide(25);
  EXPECT_TRUE(cell.erase_row);
  EXPECT_EQ(cell.polarity, 0);
  cell.erases = 2;
  cell.begin(0.5);
  EXPECT_FALSE(cell.erase_row);
  EXPECT_EQ(cell.decide(25), "failed");
  EXPECT_FALSE(cell.erase_row);
}

TEST(EraseThenProgram, GivesUpAtOnceWhereNothingIsErased) {
  Column cell("erase_then_program");
  cell.begin(0.5);
  EXPECT_EQ(cell.decide(25), "failed");
  EXPECT_EQ(Column("erase_then_program").begin(25), "failed");
}

TEST(Schemes, ACellThatWaitedKeepsItsPulse) {
  for (const char* name : {"fixed", "ispp", "set_reset", "reset_on_overshoot", "incremental_width", "two_step", "predictive"}) {
    Column cell(name);
    cell.begin(5);
    cell.pulsed = 0;
    EXPECT_EQ(cell.decide(25), "+1.20") << name;
    EXPECT_EQ(cell.reversals + cell.step, 0) << name;
    EXPECT_EQ(cell.width, 1.0f) << name;
  }
}

TEST(Schemes, ADoneCellStaysAsItIs) {
  for (const char* name :
       {"fixed", "ispp", "set_reset", "reset_on_overshoot", "incremental_width", "two_step", "predictive", "erase_then_program"}) {
    Column cell(name);
    cell.begin(20);
    ASSERT_EQ(cell.state(), "done") << name;
    EXPECT_EQ(cell.decide(5), "done") << name;
    EXPECT_EQ(cell.reversals + cell.step, 0) << name;
  }
}

// The controller with cells that are where they belong at the first read: no pulse, and the row is over when all are.
TEST(TileController, CellsInsideTheWindowAtTheFirstReadGetNoPulse) {
  Card card = shipped_card("reram_neurram_like");
  card.find("initial")->value = "hrs";
  card.find("sigma_read")->value = 0.0;
  SmallChip chip({{"layer", 4, 3}}, card);
  std::fill(chip.codes[0].begin(), chip.codes[0].end(), 0);  // targets 1 uS; the cells stand at 0.5 uS
  SchemeOptions options;
  options.tolerance_S = 1e-6;
  chip.scheme = find_scheme("set_reset")->make(options);
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  DirectDatapath datapath(array);
  TileController controller(array, datapath, *chip.scheme, std::vector<std::int16_t>(24, 0), chip.job.controller);
  controller.begin_verify(0);
  while (!controller.done()) controller.step();
  EXPECT_EQ(controller.counts().pulses, 0);
  EXPECT_EQ(controller.counts().verified_cells, 24);
  EXPECT_EQ(controller.counts().verify_reads, 24);
  EXPECT_EQ(controller.counts().failed_cells, 0);
}

}  // namespace
}  // namespace swimsim
