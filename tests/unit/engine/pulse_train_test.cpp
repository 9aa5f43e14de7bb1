// The recorded cell against the run it is taken from.
#include "sim/engine/pulse_train.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/engine/batched_driver.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

std::int64_t count(const PulseTrain& train, PulseTrain::Kind kind) {
  return std::count_if(train.events.begin(), train.events.end(), [&](const PulseTrain::Event& event) { return event.kind == kind; });
}

class PulseTrainOfCard : public ::testing::TestWithParam<const char*> {
 protected:
  PulseTrainOfCard() : chip_({{"a", 12, 20}, {"b", 5, 12}}, testing::shipped_card(GetParam())) {}
  testing::SmallChip chip_;
};

TEST_P(PulseTrainOfCard, TheTrainHasThePulsesOfTheRun) {
  const testing::ChipImage image = testing::run_chip(make_batched_driver(), chip_.job);
  const int cols = chip_.mapping->tiles()[0].used_cols;
  for (const TileCell cell : {TileCell{0, 0}, TileCell{7, 3}, TileCell{19, cols - 1}}) {
    const PulseTrain train = record_cell(chip_.job, 0, cell);
    const std::uint32_t pulses = image.pulses[0][static_cast<std::size_t>(cell.row * cols + cell.col)];
    EXPECT_EQ(train.pulses, pulses);
    EXPECT_EQ(count(train, PulseTrain::Kind::pulse), pulses);
    EXPECT_EQ(count(train, PulseTrain::Kind::blind), 1);
  }
}

TEST_P(PulseTrainOfCard, AnotherSeedGivesAnotherTrain) {
  const PulseTrain train = record_cell(chip_.job, 0, {7, 3});
  chip_.job.array.seed += 1;
  const PulseTrain other = record_cell(chip_.job, 0, {7, 3});
  ASSERT_FALSE(train.events.empty());
  EXPECT_NE(train.events.front().g_uS, other.events.front().g_uS);
}

TEST_P(PulseTrainOfCard, TheTypicalCellHasATargetAboveLevelZeroAndAboutTheMeanOfPulses) {
  const std::optional<TileCell> cell = typical_cell(chip_.job, 0);
  ASSERT_TRUE(cell);
  const PulseTrain train = record_cell(chip_.job, 0, *cell);
  EXPECT_GT(train.target_uS, 1e6 * chip_.device->g_min_S());
  const testing::ChipImage image = testing::run_chip(make_batched_driver(), chip_.job);
  EXPECT_LT(train.pulses, *std::max_element(image.pulses[0].begin(), image.pulses[0].end()));
}

INSTANTIATE_TEST_SUITE_P(Cards, PulseTrainOfCard, ::testing::Values("swim_pulse", "reram_neurram_like"));

TEST(PulseTrain, ReadsSayWhatTheConverterSays) {
  const testing::SmallChip chip({{"a", 12, 20}}, testing::pulse_card());
  const PulseTrain train = record_cell(chip.job, 0, {7, 3});
  ASSERT_GT(count(train, PulseTrain::Kind::read), 0);
  const double code_uS = 1.6 * 40 / 64;  // 6 bits over 1.6 of the range
  for (const PulseTrain::Event& event : train.events) {
    if (event.kind != PulseTrain::Kind::read) continue;
    EXPECT_NEAR(event.read_uS, event.g_uS, code_uS + 6 * 0.02 * 60);
  }
}

}  // namespace
}  // namespace swimsim
