// The state machine against a hand-written trace: 2 x 2 cells, no noise anywhere, every wait written out.
#include "models/programming/tile_controller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

void set(Card& card, const char* name, double value) { card.find(name)->value = value; }

Card quiet_card() {
  Card card = testing::pulse_card();
  for (const char* name : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) set(card, name, 0);
  set(card, "step", 0.2);
  return card;
}

/// A datapath that answers with the array and writes down what it was told.
class RecordingDatapath final : public DirectDatapath {
 public:
  RecordingDatapath(TileArray& array, std::vector<std::string>& log) : DirectDatapath(array), log_(&log) {}
  void select_row(int row) override { log_->push_back("row " + std::to_string(row)); }
  void blind_write(std::uint32_t event) override {
    log_->push_back("blind");
    DirectDatapath::blind_write(event);
  }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override {
    log_->push_back((polarity > 0 ? "set " : "reset ") + std::to_string(event));
    DirectDatapath::pulse(polarity, cells, event);
  }
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) override {
    reads_ = event;
    DirectDatapath::read(cells, event, since_pulse_s);
  }
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override {
    log_->push_back("convert " + std::to_string(cells.column[first] % 2) + " read " + std::to_string(reads_));
    return DirectDatapath::convert(cells, first, count);
  }

 private:
  std::vector<std::string>* log_;
  std::uint32_t reads_ = 0;
};

struct Timeline {
  std::vector<std::string> log;
  std::vector<std::int64_t> waits;
  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const std::int64_t wait : waits) sum += wait;
    return sum;
  }
};

// One weight per row: input 0 has code 15 (plus arm at g_max, minus arm at g_min), input 1 has code 0.
SmallChip two_by_two() {
  SmallChip chip({{"layer", 1, 2}}, quiet_card());
  chip.codes[0] = {15, 0};
  const double range_S = chip.device->g_max_S() - chip.device->g_min_S();
  chip.job.array.adc = Adc(6, chip.device->g_min_S() - 0.31 * range_S, chip.device->g_min_S() + 1.29 * range_S);
  chip.job.controller.column_mux = 2;
  // Every wait has its own length, so that a swapped one shows: clock 10, row 20, DAC 30, blind 100, pulse 50, polarity 40,
  // write-to-read 60, read settle 70, convert 80, read-to-write 90 (ns).
  chip.job.controller.timing = {10'000, 20'000, 30'000, 100'000, 50'000, 40'000, 60'000, 70'000, 80'000, 90'000};
  return chip;
}

Timeline run(SmallChip& chip, bool blind) {
  Timeline timeline;
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  RecordingDatapath datapath(array, timeline.log);
  TileController controller(array, datapath, *chip.scheme, std::vector<std::int16_t>(4, 0), chip.job.controller);
  if (blind) {
    controller.begin_blind();
  } else {
    controller.begin_verify(0);
  }
  while (!controller.done()) timeline.waits.push_back(controller.step());
  return timeline;
}

TEST(TileController, BlindWriteTakesRowSettleDacSettleAndPulseForEachRow) {
  SmallChip chip = two_by_two();
  const Timeline timeline = run(chip, true);
  EXPECT_EQ(timeline.log, (std::vector<std::string>{"row 0", "blind", "row 1", "blind"}));
  EXPECT_EQ(timeline.waits, (std::vector<std::int64_t>{20'000, 30'000, 100'000, 20'000, 30'000, 100'000}));
}

TEST(TileController, VerifyFollowsTheHandTrace) {
  // Without a blind write all cells are at g_min, x = 0. Cell (0,0) has target 1, the other three 0. The 6-bit ADC over [-0.31, 1.29]
  // has an LSB of 0.025; x = 0 reads as 0.0025, 1 as 1.0025, -0.2 as -0.1975. A pulse moves x by 0.2, the tolerance is 0.06.
  // Column 0 of row 0 needs five SETs. The cells with target 0 are believed to be just above it: a RESET takes them to -0.2, the sign
  // has changed but the error is too large, and a SET brings them back.
  SmallChip chip = two_by_two();
  const Timeline timeline = run(chip, false);
  EXPECT_EQ(timeline.log, (std::vector<std::string>{
                              "row 0",  //
                              "convert 0 read 0",
                              "convert 1 read 0",  // where are they?
                              "set 0",
                              "reset 0",
                              "convert 0 read 1",
                              "convert 1 read 1",  // both polarities in turn
                              "set 1",
                              "convert 0 read 2",
                              "convert 1 read 2",  // column 1 is back: done
                              "set 2",
                              "convert 0 read 3",  //
                              "set 3",
                              "convert 0 read 4",  //
                              "set 4",
                              "convert 0 read 5",  // column 0 has arrived
                              "row 1",             //
                              "convert 0 read 0",
                              "convert 1 read 0",  //
                              "reset 0",
                              "convert 0 read 1",
                              "convert 1 read 1",  //
                              "set 1",
                              "convert 0 read 2",
                              "convert 1 read 2",  //
                          }));
  const std::int64_t row = 20'000, first_read = 70'000 + 2 * 80'000 + 10'000;
  const std::int64_t write = 90'000 + 30'000 + 50'000, other_polarity = 40'000 + 30'000 + 50'000;
  const std::int64_t turn = 60'000 + 70'000, convert = 80'000, decide = 10'000;
  const std::int64_t row_0 = row + first_read + (write + other_polarity + turn + 2 * convert + decide) +
                             (write + turn + 2 * convert + decide) + 3 * (write + turn + convert + decide);
  const std::int64_t row_1 = row + first_read + 2 * (write + turn + 2 * convert + decide);
  EXPECT_EQ(timeline.total(), row_0 + row_1);
}

TEST(TileController, SkipsMuxGroupsAndRowsWithoutActiveCells) {
  SmallChip chip = two_by_two();
  Timeline timeline;
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  RecordingDatapath datapath(array, timeline.log);
  TileController controller(array, datapath, *chip.scheme, {-1, -1, -1, 0}, chip.job.controller);  // only cell (1, 1)
  controller.begin_verify(0);
  while (!controller.done()) controller.step();
  EXPECT_EQ(timeline.log[0], "row 1");
  for (const std::string& line : timeline.log) EXPECT_EQ(line.find("convert 0"), std::string::npos) << line;
  EXPECT_EQ(controller.counts().verified_cells, 1);
}

TEST(TileController, WaitsAreWholeClockCycles) {
  SmallChip chip = two_by_two();
  chip.job.controller.timing.clock_ps = 7'000;
  for (const std::int64_t wait : run(chip, false).waits) EXPECT_EQ(wait % 7'000, 0);
}

TEST(TileController, GivesUpAfterMaxAttemptsAndSaysSo) {
  SmallChip chip = two_by_two();
  chip.job.controller.max_attempts = 2;
  Timeline timeline;
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  RecordingDatapath datapath(array, timeline.log);
  TileController controller(array, datapath, *chip.scheme, std::vector<std::int16_t>(4, 0), chip.job.controller);
  controller.begin_verify(0);
  while (!controller.done()) controller.step();
  EXPECT_TRUE(array.failed(0, 0));  // target 1 is five steps away
  EXPECT_EQ(array.pulses(0, 0), 2u);
  EXPECT_GE(controller.counts().failed_cells, 1);
}

/// Gives up the first cell of the row after the first cycle and accepts the others after the third.
class GivesUpTheFirst final : public Scheme {
 public:
  bool reads_first() const override { return false; }
  void begin(const Device&, RowUnderVerify& row) const override {
    for (int i = 0; i < row.columns; ++i) row.polarity[i] = +1;
  }
  void decide(const Device&, RowUnderVerify& row) const override {
    ++cycles_;
    if (cycles_ == 1) row.failed[0] = 1;
    if (cycles_ == 3) std::fill_n(row.active, row.columns, std::uint8_t{0});
  }

 private:
  mutable int cycles_ = 0;
};

TEST(TileController, GivesUpWhomTheSchemeGivesUpAndNobodyElse) {
  SmallChip chip = two_by_two();
  std::vector<std::string> log;
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  RecordingDatapath datapath(array, log);
  const GivesUpTheFirst scheme;
  TileController controller(array, datapath, scheme, {0, 0, -1, -1}, chip.job.controller);
  controller.begin_verify(0);
  while (!controller.done()) controller.step();
  EXPECT_TRUE(array.failed(0, 0));
  EXPECT_FALSE(array.failed(0, 1));
  EXPECT_EQ(array.pulses(0, 0), 1u);
  EXPECT_EQ(array.pulses(0, 1), 3u);
  EXPECT_EQ(controller.counts().failed_cells, 1);
}

TEST(TileController, NothingToDoIsDoneAtOnce) {
  SmallChip chip = two_by_two();
  std::vector<std::string> log;
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  RecordingDatapath datapath(array, log);
  TileController controller(array, datapath, *chip.scheme, std::vector<std::int16_t>(4, -1), chip.job.controller);
  controller.begin_verify(0);
  EXPECT_TRUE(controller.done());
  EXPECT_THROW(controller.step(), std::logic_error);
}

}  // namespace
}  // namespace swimsim
