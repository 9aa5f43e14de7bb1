// Write while it pays: when a controller leaves a row, by hand. Two rows of two cells, each cell a group of the column mux, no noise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::SmallChip;

/// All cells want SET pulses; the left one is done after so many cycles, the right one never.
class LeftIsDoneAfter final : public Scheme {
 public:
  explicit LeftIsDoneAfter(int cycles) : cycles_(cycles) {}
  bool reads_first() const override { return true; }
  void begin(const Device&, RowUnderVerify& row) const override {
    cycle_ = 0;
    for (int i = 0; i < row.columns; ++i) {
      row.polarity[i] = +1;
      row.amplitude_V[i] = 1;
    }
  }
  void decide(const Device&, RowUnderVerify& row) const override {
    if (++cycle_ == cycles_) row.active[0] = 0;
  }

 private:
  int cycles_;
  mutable int cycle_ = 0;
};

struct Bench {
  SmallChip chip;
  LeftIsDoneAfter scheme{2};
  std::unique_ptr<TileArray> array;
  std::unique_ptr<TileDatapath> datapath;
  std::unique_ptr<TileController> controller;

  Bench() : chip({{"layer", 1, 2}}, testing::pulse_card()) {
    chip.codes[0] = {15, 0};
    TileController::Options& options = chip.job.controller;
    options.column_mux = 2;
    options.max_attempts = 4;
    // In ns: clock 10, row 20, DAC 30, blind 100, pulse 50, polarity 40, write-to-read 60, read settle 70, convert 80, read-to-write 90,
    // read-after-write 110. So the first look at a row takes 20 + 70 + 2 x 80 + 10 = 260, a cycle of both cells 580, of one 500.
    options.timing = {10'000, 20'000, 30'000, 100'000, 50'000, 40'000, 60'000, 70'000, 80'000, 90'000, 110'000, 500'000, 15'000};
  }
  /// Verifies row 0, whose cells are of these classes; one letter a state.
  std::string verify(int left, int right, double price_per_ns) {
    chip.job.controller.price.per_ps = price_per_ns / 1000;
    array = std::make_unique<TileArray>(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
    datapath = std::make_unique<DirectDatapath>(*array);
    const std::vector<std::uint8_t> classes{static_cast<std::uint8_t>(left), static_cast<std::uint8_t>(right), 0, 0};
    controller =
        std::make_unique<TileController>(*array, *datapath, scheme, std::vector<std::int16_t>{0, 0, -1, -1}, chip.job.controller, classes);
    controller->begin_verify(0);
    std::string states;
    while (!controller->done()) {
      controller->step();
      states += ".lubSpRrcde"[static_cast<std::size_t>(controller->state())];
    }
    return states;
  }
};

const std::string kLook = "lrccd", kCycle = "uSrccd", kCycleOfOne = "uSrcd";

TEST(WriteWhileItPays, WithoutAPriceTheAttemptsDecide) {
  Bench bench;
  EXPECT_EQ(bench.verify(3, 1, 0), kLook + kCycle + kCycle + kCycleOfOne + kCycleOfOne);
  EXPECT_EQ(bench.controller->counts().failed_cells, 1);
  EXPECT_EQ(bench.controller->counts().left_cells, 0);
}

// Classes 3 and 1 are worth 4 and 1. After the second cycle the right cell is alone: worth 1, and its next cycle would take 500 ns.
TEST(WriteWhileItPays, ARowIsLeftWhenWhatIsActiveIsNotWorthTheNextCycle) {
  Bench bench;
  EXPECT_EQ(bench.verify(3, 1, 1.001 / 500), kLook + kCycle + kCycle);
  EXPECT_EQ(bench.controller->counts().left_cells, 1);
  EXPECT_EQ(bench.controller->counts().failed_cells, 0);
  EXPECT_EQ(bench.controller->counts().verified_cells, 1);
  EXPECT_FALSE(bench.controller->left(0));
  EXPECT_TRUE(bench.controller->left(1));
  EXPECT_EQ(bench.array->pulses(0, 1), 2u);  // it keeps what it has
}

TEST(WriteWhileItPays, ARowGoesOnWhileWhatIsActiveIsWorthTheNextCycle) {
  Bench bench;
  EXPECT_EQ(bench.verify(3, 1, 0.999 / 500), kLook + kCycle + kCycle + kCycleOfOne + kCycleOfOne);
}

TEST(WriteWhileItPays, NothingIsWrittenWhereOnlyTheFirstLookPays) {
  Bench bench;
  EXPECT_EQ(bench.verify(3, 3, 8.001 / 580), kLook);
  EXPECT_EQ(bench.controller->counts().left_cells, 2);
  EXPECT_EQ(bench.verify(3, 3, 7.999 / 580).substr(0, 11), kLook + kCycle);
}

TEST(WriteWhileItPays, ARowIsNotOpenedThatIsNotWorthALook) {
  Bench bench;
  EXPECT_EQ(bench.verify(3, 3, 8.001 / 260), "");
  EXPECT_EQ(bench.verify(3, 3, 7.999 / 260), kLook);
  EXPECT_EQ(bench.verify(15, 15, std::numeric_limits<double>::infinity()), "");
  EXPECT_EQ(bench.controller->counts().left_cells, 2);
  EXPECT_EQ(bench.controller->counts().verified_cells, 0);
}

// Class 9 is worth 256: it pays for everything at once; class 1 does not pay for 80 ns of its own conversion.
TEST(WriteWhileItPays, AGroupOfTheColumnMuxIsLeftThatIsNotWorthItsConversion) {
  Bench bench;
  EXPECT_EQ(bench.verify(9, 1, 1.001 / 80), "lrcd" + kCycleOfOne + kCycleOfOne);
  EXPECT_TRUE(bench.controller->left(1));
  EXPECT_EQ(bench.array->pulses(0, 1), 0u);
}

TEST(WriteWhileItPays, CellsOfClassZeroAreWorthNothing) {
  Bench bench;
  EXPECT_EQ(bench.verify(0, 0, 1e-12), "");
}

TEST(WriteWhileItPays, WantsAClassOfEveryCellAndNoRowsThatAreErased) {
  SmallChip chip({{"layer", 1, 2}}, testing::shipped_card("fefet_hzo_28nm"));
  chip.scheme = find_scheme("erase_then_program")->make({1e-6, 3});
  chip.job.controller.price.per_ps = 1;
  TileArray array(*chip.mapping, 0, chip.codes, *chip.device, chip.job.array);
  DirectDatapath datapath(array);
  const std::vector<std::int16_t> group(4, 0);
  EXPECT_THROW(TileController(array, datapath, *chip.scheme, group, chip.job.controller), std::logic_error);
  EXPECT_THROW(TileController(array, datapath, *chip.scheme, group, chip.job.controller, {1, 1, 1, 1}), std::logic_error);
  chip.job.controller.erase_by_row = false;
  EXPECT_NO_THROW(TileController(array, datapath, *chip.scheme, group, chip.job.controller, {1, 1, 1, 1}));
}

TEST(WorthClass, DoublesFromClassToClassAndRoundsToTheNearest) {
  EXPECT_EQ(worth_of_class(0), 0u);
  for (int c = 1; c < kWorthClasses; ++c) EXPECT_EQ(worth_of_class(c), 1u << (c - 1));
  for (int c = 1; c < kWorthClasses; ++c) {
    const double share = std::ldexp(1.0, c - (kWorthClasses - 1));
    EXPECT_EQ(class_of_worth(share), c);
    EXPECT_EQ(class_of_worth(share * 0.71), c);      // above 2^-0.5
    EXPECT_EQ(class_of_worth(share * 0.70), c - 1);  // below
  }
  EXPECT_EQ(class_of_worth(0), 0);
  EXPECT_EQ(class_of_worth(1e-300), 0);
}

}  // namespace
}  // namespace swimsim
