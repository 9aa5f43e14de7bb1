// What a schedule carries for a tolerance of every cell, by hand.
#include "sim/engine/tolerance_classes.h"

#include <gtest/gtest.h>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using Classes = std::vector<std::vector<std::uint8_t>>;

// The mean is 8: cells of 8, 2, 32 and 0.5 may have about 1, 4, 1/4 and 16 times the variance, and what costs nothing 100 times (2^6.6).
TEST(ToleranceClasses, FollowTheSensitivityToTheMinusOneHalf) {
  const Mapping mapping({{"a", 1, 3}, {"b", 1, 3}}, {});
  const PerWeight score{{8, 2, 32}, {0.5, 0, 5.5}};
  EXPECT_EQ(tolerance_classes(score, mapping, 1, 1e-6), (Classes{{0, 2, 0}, {4, 7, 1}}));
  EXPECT_EQ(tolerance_classes(score, mapping, 4, 1e-6), (Classes{{2, 4, 0}, {6, 9, 3}}));
}

TEST(ToleranceClasses, WithoutLoosenessAreAllTheTightest) {
  const Mapping mapping({{"a", 1, 3}}, {});
  EXPECT_EQ(tolerance_classes({{8, 2, 0}}, mapping, 0, 0.06), (Classes{{0, 0, 0}}));
}

TEST(ToleranceClasses, WithEnoughLoosenessNothingIsVerified) {
  const Mapping mapping({{"a", 1, 3}}, {});
  EXPECT_EQ(tolerance_classes({{8, 2, 0}}, mapping, 1e12, 0.06), (Classes{{kNeverVerified, kNeverVerified, kNeverVerified}}));
}

// A window of 0.06 is 0.96 of the range eight classes on and wider than it at nine.
TEST(ToleranceClasses, AWindowAsWideAsTheRangeIsNone) {
  const Mapping mapping({{"a", 1, 3}}, {});
  const PerWeight score{{1, 1, 1}};
  EXPECT_EQ(tolerance_classes(score, mapping, 256, 0.06), (Classes{{8, 8, 8}}));
  EXPECT_EQ(tolerance_classes(score, mapping, 512, 0.06), (Classes{{kNeverVerified, kNeverVerified, kNeverVerified}}));
}

// Two slices of two bits: an error of the lower one costs a sixteenth.
TEST(ToleranceClasses, OfSlicesRiseAsTheirWeightFalls) {
  MappingOptions options;
  options.bits_per_device = 2;
  const Mapping mapping({{"a", 1, 1}}, options);
  const Classes classes = tolerance_classes({{1}}, mapping, 8, 1e-6);
  EXPECT_EQ(classes, (Classes{{6, 2}}));  // of the mean they cost 2/17 and 32/17
}

TEST(ToleranceClasses, WhereNothingCostsAnythingNothingIsVerified) {
  const Mapping mapping({{"a", 1, 2}}, {});
  EXPECT_EQ(tolerance_classes({{0, 0}}, mapping, 0.03, 0.06), (Classes{{kNeverVerified, kNeverVerified}}));
}

TEST(AskTolerances, LeavesOutWhatIsNeverVerified) {
  testing::SmallChip chip({{"a", 1, 2}}, testing::pulse_card());
  ask_tolerances({{3, kNeverVerified}}, 2.4e-6, chip.job);
  EXPECT_EQ(chip.job.controller.class_tolerance_S, 2.4e-6);
  EXPECT_EQ(chip.job.group_of_weight, (std::vector<std::vector<std::int16_t>>{{0, -1}}));
  EXPECT_TRUE(chip.job.groups_by_slice);
  EXPECT_EQ(chip.job.groups, 1);
}

}  // namespace
}  // namespace swimsim
