#include "sim/engine/in_situ_chip.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kRow_ps = 20'000 + 20'000 + 100'000;  // row_settle, dac_settle, blind pulse of the small chip

/// Cells that land exactly where they are aimed, unless the test wants noise.
struct Setting {
  SmallChip chip;
  Preparation prepared;

  explicit Setting(double sigma = 0) : chip({{"a", 6, 5}, {"b", 3, 4}}, card_of(sigma)) {
    for (auto& layer : chip.job.group_of_weight) std::fill(layer.begin(), layer.end(), std::int16_t{-1});
    chip.job.groups = 0;
    prepared.quantized.code_max = {15, 15};
    prepared.quantized.scale = {{1.0f}, {0.5f}};
    for (auto& layer : chip.codes) std::fill(layer.begin(), layer.end(), 3);
    prepared.quantized.codes = chip.codes;
  }
  static Card card_of(double sigma) {
    Card card = gaussian_card();
    for (CardParameter& parameter : card.parameters) {
      if (parameter.name == "sigma_before") parameter.value = sigma;
    }
    return card;
  }
};

TEST(InSituChip, TheBlindWriteHoldsTheCodes) {
  Setting s;
  const InSituChip chip(s.chip.job, s.prepared);
  const std::vector<std::vector<float>> weights = chip.weights();
  for (const float weight : weights[0]) EXPECT_NEAR(weight, 3, 1e-4);
  for (const float weight : weights[1]) EXPECT_NEAR(weight, 1.5, 1e-4);
  EXPECT_EQ(chip.writes().pulses, 0);
}

TEST(InSituChip, AnUpdateWritesTheCellsWhoseDigitChangesOnceEach) {
  Setting s;
  InSituChip chip(s.chip.job, s.prepared);
  auto codes = s.chip.codes;
  codes[0][0] = 5;   // output 0, input 0: the plus arm
  codes[0][5] = -3;  // output 1, input 0: both arms, the same row
  codes[0][2] = 0;   // output 0, input 2: the plus arm, another row
  codes[1][0] = 4;   // another tile
  EXPECT_TRUE(chip.update(codes, kNoLimit));
  EXPECT_EQ(chip.writes().pulses, 1 + 2 + 1 + 1);
  EXPECT_EQ(chip.writes().pulses_of_tile, (std::vector<std::int64_t>{4, 1}));
  EXPECT_EQ(chip.writes().busy_ps_of_tile, (std::vector<std::int64_t>{2 * kRow_ps, kRow_ps}));
  EXPECT_EQ(chip.writes().time_ps, 2 * kRow_ps);  // the tiles work side by side
  const auto weights = chip.weights();
  EXPECT_NEAR(weights[0][0], 5, 1e-4);
  EXPECT_NEAR(weights[0][5], -3, 1e-4);
  EXPECT_NEAR(weights[0][2], 0, 1e-4);
  EXPECT_NEAR(weights[0][1], 3, 1e-4);
  EXPECT_NEAR(weights[1][0], 2, 1e-4);

  EXPECT_TRUE(chip.update(codes, kNoLimit));  // nothing has changed
  EXPECT_EQ(chip.writes().pulses, 5);
  EXPECT_EQ(chip.writes().time_ps, 2 * kRow_ps);
}

TEST(InSituChip, OneSlotTakesItsTilesOneAfterTheOther) {
  Setting s;
  s.chip.job.tiles_at_once = 1;
  InSituChip chip(s.chip.job, s.prepared);
  auto codes = s.chip.codes;
  codes[0][0] = codes[1][0] = 4;
  chip.update(codes, kNoLimit);
  EXPECT_EQ(chip.writes().time_ps, 2 * kRow_ps);
}

TEST(InSituChip, TheBudgetIsNeverExceeded) {
  Setting s;
  InSituChip chip(s.chip.job, s.prepared);
  auto codes = s.chip.codes;
  codes[0][0] = codes[0][5] = 5;  // two cells in row 0
  codes[0][1] = codes[0][6] = 5;  // two in row 1
  EXPECT_FALSE(chip.update(codes, 3));
  EXPECT_EQ(chip.writes().pulses, 2);  // the second row does not fit
  EXPECT_NEAR(chip.weights()[0][0], 5, 1e-4);
  EXPECT_NEAR(chip.weights()[0][1], 3, 1e-4);
}

TEST(InSituChip, AWriteIsUnverifiedAndItsNoiseBelongsToCellAndUpdate) {
  Setting s(0.1);
  const auto run = [&](const std::vector<int>& others) {
    InSituChip chip(s.chip.job, s.prepared);
    auto codes = s.chip.codes;
    codes[0][0] = 9;
    for (const int other : others) codes[0][static_cast<std::size_t>(other)] = 1;
    chip.update(codes, kNoLimit);
    std::vector<float> weights{chip.weights()[0][0]};
    codes[0][0] = 3;
    chip.update(codes, kNoLimit);
    weights.push_back(chip.weights()[0][0]);
    return weights;
  };
  const std::vector<float> alone = run({}), among_others = run({5, 7, 10});
  EXPECT_EQ(alone, among_others);
  EXPECT_NE(alone[0], 9.0f);
  const float before = InSituChip(s.chip.job, s.prepared).weights()[0][0];  // of code 3, by the first write
  EXPECT_NE(alone[1], before);
}

}  // namespace
}  // namespace swimsim
