// What a schedule carries for write while it pays, by hand.
#include "sim/engine/worth_classes.h"

#include <gtest/gtest.h>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using Classes = std::vector<std::vector<std::uint8_t>>;

TEST(WorthClasses, AreTheSameForWholeWeightsOfOneSlice) {
  const Mapping mapping({{"a", 1, 3}, {"b", 1, 2}}, {});
  EXPECT_EQ(worth_classes({{8, 4, 0}, {1, 2}}, mapping), (Classes{{15, 14, 0}, {12, 13}}));
}

// Two slices of two bits: the upper one weighs 12 of 15 codes, the lower one 3: a sixteenth of the worth, four classes less.
TEST(WorthClasses, OfSlicesFallWithTheSquareOfTheirWeight) {
  MappingOptions options;
  options.bits_per_device = 2;
  const Mapping mapping({{"a", 1, 2}}, options);
  EXPECT_EQ(worth_classes({{1, 0.25}}, mapping), (Classes{{11, 15, 9, 13}}));
  EXPECT_EQ(worth_classes({{1, 1, 0.5, 0.5}}, mapping), (Classes{{15, 15, 14, 14}}));  // already by slice
}

TEST(WorthClasses, OfScoresThatAreAllZeroAreZero) {
  const Mapping mapping({{"a", 1, 2}}, {});
  EXPECT_EQ(worth_classes({{0, 0}}, mapping), (Classes{{0, 0}}));
  testing::SmallChip chip({{"a", 1, 2}}, testing::pulse_card());
  ask_a_price({{0, 0}}, 1, chip.job);
  EXPECT_FALSE(chip.job.controller.price.asked());  // there is no unit
}

// Clock 10, DAC 20, pulse 100, write-to-read 20, read settle 20, 8 x convert 20, read-to-write 20 (ns): a full cycle takes 350 ns.
TEST(AskAPrice, OfOneWantsTheMeanCellInAFullCycle) {
  testing::SmallChip chip({{"a", 1, 2}}, testing::pulse_card());
  ask_a_price({{1, 3}}, 2, chip.job);  // worth 1 and 4
  EXPECT_DOUBLE_EQ(chip.job.controller.price.per_ps, 2 * 2.5 / 350'000);
}

}  // namespace
}  // namespace swimsim
