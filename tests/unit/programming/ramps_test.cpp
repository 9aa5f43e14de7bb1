// Ramps that a user gives in place of the card's: for all cells, or level by level.
#include "models/programming/ramps.h"

#include <gtest/gtest.h>

#include <memory>

#include "models/programming/scheme.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

constexpr float kMicro = 1e-6f;

class RampsTest : public ::testing::Test {
 protected:
  RampsTest() : card_(testing::shipped_card("reram_neurram_like")), device_(find_kernel(card_.kernel)->make(card_, {})) {}
  float level_S(double level, int highest) const {
    return static_cast<float>(device_->g_min_S() + level / highest * (device_->g_max_S() - device_->g_min_S()));
  }

  Card card_;
  std::unique_ptr<Device> device_;
};

TEST_F(RampsTest, AreTheCardsWhereNothingIsGiven) {
  const RampOverrides none;
  for (const int polarity : {+1, -1}) {
    const VoltageRamp ramp = Ramps(*device_, none).of(polarity, 10 * kMicro), card = device_->ramp(polarity);
    EXPECT_EQ(ramp.start_V, card.start_V);
    EXPECT_EQ(ramp.step_V, card.step_V);
    EXPECT_EQ(ramp.stop_V, card.stop_V);
  }
}

TEST_F(RampsTest, OneVoltageHoldsForEveryLevelOfItsPolarity) {
  RampOverrides overrides;
  overrides.set.start_V = {1.75};
  const Ramps ramps(*device_, overrides);
  EXPECT_EQ(ramps.of(+1, level_S(0, 15)).start_V, 1.75);
  EXPECT_EQ(ramps.of(+1, level_S(15, 15)).start_V, 1.75);
  EXPECT_EQ(ramps.of(+1, level_S(3, 15)).step_V, device_->ramp(+1).step_V);
  EXPECT_EQ(ramps.of(-1, level_S(3, 15)).start_V, device_->ramp(-1).start_V);
}

TEST_F(RampsTest, AListIsReadAtTheNearestLevelAndNotBeyondItsEnds) {
  RampOverrides overrides;
  overrides.reset.stop_V = {1, 2, 3, 4};
  const Ramps ramps(*device_, overrides);
  EXPECT_EQ(ramps.of(-1, level_S(0, 3)).stop_V, 1);
  EXPECT_EQ(ramps.of(-1, level_S(1.4, 3)).stop_V, 2);
  EXPECT_EQ(ramps.of(-1, level_S(1.6, 3)).stop_V, 3);
  EXPECT_EQ(ramps.of(-1, level_S(-2, 3)).stop_V, 1);
  EXPECT_EQ(ramps.of(-1, level_S(9, 3)).stop_V, 4);
}

/// Every scheme asks the ramps, so a cell's first SET pulse has the volts given for its level.
TEST_F(RampsTest, EverySchemeBeginsAtTheVoltsOfTheLevel) {
  SchemeOptions options;
  options.tolerance_S = 1e-7;
  options.ramps.set.start_V = {1.5, 1.6};
  options.ramps.set.stop_V = {3.0};
  for (const SchemeKind& kind : scheme_kinds()) {
    const std::unique_ptr<Scheme> scheme = kind.make(options);
    float target_S[2] = {level_S(0, 1), level_S(1, 1)}, believed_S[2] = {target_S[0] / 2, target_S[1] / 2};
    float amplitude_V[2] = {}, width[2] = {1, 1}, memory_S[2] = {};
    std::uint8_t complete[2] = {}, active[2] = {1, 1}, failed[2] = {}, pulsed[2] = {1, 1}, stage[2] = {};
    std::int8_t polarity[2] = {};
    std::uint16_t step[2] = {}, reversals[2] = {};
    RowUnderVerify row;
    row.columns = 2;
    row.target_S = target_S;
    row.believed_S = believed_S;
    row.complete = complete;
    row.pulsed = pulsed;
    row.active = active;
    row.polarity = polarity;
    row.amplitude_V = amplitude_V;
    row.width = width;
    row.failed = failed;
    row.step = step;
    row.reversals = reversals;
    row.stage = stage;
    row.memory_S = memory_S;
    scheme->begin(*device_, row);
    EXPECT_EQ(amplitude_V[0], 1.5f) << kind.name;
    EXPECT_EQ(amplitude_V[1], 1.6f) << kind.name;
  }
}

}  // namespace
}  // namespace swimsim
