// Effects around the kernel, one tile at a time: what is off is not there, what is on does what it says.
#include "models/array/cell_effects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "tests/support/effect_bench.h"

namespace swimsim {
namespace {

constexpr int kRows = 6, kColumns = 8;

class Bench : public testing::EffectBench {
 public:
  explicit Bench(const EffectParameters& effects = {}, std::uint32_t trial = 0) : EffectBench(kRows, kColumns, effects, trial) {}
};

EffectParameters disturb(const char* bias) {
  EffectParameters effects;
  effects.disturb = bias;
  return effects;
}

/// Change of every cell in nanosiemens against a tile without disturb that got the same pulses; whole numbers.
std::vector<int> disturbed_nS(const char* bias, const std::vector<std::array<int, 3>>& pulses) {
  Bench with(disturb(bias)), without;
  for (Bench* bench : {&with, &without}) {
    for (const auto& [row, col, polarity] : pulses) bench->pulse(row, col, polarity, 6);
  }
  std::vector<int> change;
  const std::vector<float> a = with.array().final_S(), b = without.array().final_S();
  for (std::size_t i = 0; i < a.size(); ++i)
    change.push_back(static_cast<int>(std::lround((static_cast<double>(a[i]) - static_cast<double>(b[i])) * 1e9)));
  return change;
}

TEST(Effects, AreOffUnlessAskedFor) {
  EXPECT_FALSE(EffectParameters().any());
  EffectParameters effects;
  effects.disturb = "half";
  EXPECT_TRUE(effects.any());
}

TEST(StuckCells, ShowTheBoundWhateverIsWritten) {
  EffectParameters effects;
  effects.p_stuck_lrs = effects.p_stuck_hrs = 0.5;
  Bench bench(effects);
  bench.blind_write_all();
  bench.pulse(2, 3, +1, 1);
  int high = 0;
  const std::vector<float> final = bench.array().final_S();
  for (const float g_S : final) {
    EXPECT_TRUE(g_S == 1e-6f || g_S == 100e-6f) << g_S;
    high += g_S == 100e-6f;
  }
  EXPECT_GT(high, 10);
  EXPECT_LT(high, 38);
  EXPECT_EQ(bench.read(2, 0), std::vector<float>(final.begin() + 2 * kColumns, final.begin() + 3 * kColumns));
}

TEST(StuckCells, AreOthersInAnotherTrial) {
  EffectParameters effects;
  effects.p_stuck_lrs = 0.3;
  EXPECT_NE(Bench(effects, 0).array().final_S(), Bench(effects, 1).array().final_S());
  EXPECT_EQ(Bench(effects, 1).array().final_S(), Bench(effects, 1).array().final_S());
}

TEST(Endurance, WornCellsStickAtTheLowResistance) {
  EffectParameters effects;
  effects.endurance.median = 3;
  effects.endurance.sigma_ln = 0;
  Bench bench(effects);
  bench.blind_write_all();  // one pulse each
  for (int pulse = 0; pulse < 2; ++pulse) bench.pulse(1, 4, -1, 1);
  const float used_up = bench.array().final_S()[kColumns + 4];
  EXPECT_LT(used_up, 50e-6f);
  bench.pulse(1, 4, -1, 1);
  EXPECT_EQ(bench.array().final_S()[kColumns + 4], 100e-6f);
  bench.pulse(1, 4, -1, 1);
  EXPECT_EQ(bench.array().final_S()[kColumns + 4], 100e-6f);
  EXPECT_LT(bench.array().final_S()[kColumns + 5], 100e-6f);
}

TEST(Endurance, CountsStressNotPulses) {
  EffectParameters effects;
  effects.endurance.median = 1000;
  effects.endurance.stress_V = 0.5;
  effects.endurance.nominal_V = 2;
  effects.endurance.pulses_before = 100;
  Bench bench(effects);
  bench.pulse(0, 0, +1, 3);  // e^2 as much as at 2 V
  EXPECT_NEAR(bench.array().endurance_used(), (100 + std::exp(2.0)) / 1000, 1e-6);
}

TEST(Writes, OfEveryKindAreCounted) {
  Bench bench;
  bench.blind_write_all();
  bench.pulse(0, 2, +1, 1);
  bench.pulse(0, 2, -1, 1);
  EXPECT_EQ(bench.array().all_writes()[2], 3u);
  EXPECT_EQ(bench.array().all_writes()[3], 1u);
  EXPECT_EQ(bench.array().pulses(0, 2), 2u);
  EXPECT_EQ(bench.array().endurance_used(), 0);
}

TEST(HalfSelect, HalfTheVoltsOnTheCellsThatShareALine) {
  const std::vector<int> change = disturbed_nS("half", {{2, 3, +1}});
  for (int row = 0; row < kRows; ++row) {
    for (int col = 0; col < kColumns; ++col)
      EXPECT_EQ(change[static_cast<std::size_t>(row * kColumns + col)], (row == 2) != (col == 3) ? 3 : 0) << row << ' ' << col;
  }
}

TEST(HalfSelect, AThirdOnAllOthers) {
  const std::vector<int> change = disturbed_nS("third", {{2, 3, +1}});
  for (int row = 0; row < kRows; ++row) {
    for (int col = 0; col < kColumns; ++col) {
      const int expected = row == 2 && col == 3 ? 0 : row == 2 || col == 3 ? 2 : -200;  // the other way round, and RESET doses weigh 100
      EXPECT_EQ(change[static_cast<std::size_t>(row * kColumns + col)], expected) << row << ' ' << col;
    }
  }
}

TEST(HalfSelect, OffDoesNothing) {
  for (const int change : disturbed_nS("off", {{2, 3, +1}, {1, 1, -1}})) EXPECT_EQ(change, 0);
}

TEST(HalfSelect, DosesAddUpInAnyOrderOfRows) {
  const std::vector<std::array<int, 3>> pulses{{0, 1, +1}, {5, 1, -1}, {2, 3, +1}, {2, 7, +1}, {4, 0, -1}};
  std::vector<std::array<int, 3>> backwards(pulses.rbegin(), pulses.rend());
  for (const char* bias : {"half", "third"}) {
    const std::vector<int> together = disturbed_nS(bias, pulses);
    EXPECT_EQ(together, disturbed_nS(bias, backwards));
    std::vector<int> sum(together.size(), 0);
    for (const auto& one : pulses) {
      const std::vector<int> alone = disturbed_nS(bias, {one});
      std::transform(sum.begin(), sum.end(), alone.begin(), sum.begin(), std::plus<>());
    }
    EXPECT_EQ(together, sum);
  }
}

TEST(HalfSelect, LookingDoesNotTouch) {
  Bench looked_at(disturb("half")), left_alone(disturb("half"));
  for (Bench* bench : {&looked_at, &left_alone}) {
    for (int row = 0; row < kRows; ++row) {
      bench->pulse(row, row, +1, 1.5f);
      if (bench == &looked_at) bench->array().final_S();
    }
  }
  EXPECT_EQ(looked_at.array().final_S(), left_alone.array().final_S());
}

}  // namespace
}  // namespace swimsim
