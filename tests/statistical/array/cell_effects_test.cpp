// Effects around the kernel over 16,384 cells: their statistics are those that the parameters say. Fixed seeds; tolerances are three to
// four standard errors.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/effect_bench.h"

namespace swimsim {
namespace {

using testing::EffectBench;

constexpr int kSide = 128;
constexpr double kCells = kSide * kSide;
constexpr std::int32_t kFull = 15;  ///< plus cells at g_max, minus cells at g_min

struct Moments {
  double n = 0, mean = 0, std = 0;
};

Moments moments(const std::vector<double>& values) {
  Moments m;
  m.n = static_cast<double>(values.size());
  for (const double v : values) m.mean += v / m.n;
  for (const double v : values) m.std += (v - m.mean) * (v - m.mean) / m.n;
  m.std = std::sqrt(m.std);
  return m;
}

class Written : public EffectBench {
 public:
  explicit Written(const EffectParameters& effects) : EffectBench(kSide, kSide, effects, 0, kFull) { blind_write_all(); }
};

std::vector<float> read_all(EffectBench& bench, std::uint32_t event) {
  std::vector<float> seen;
  for (int row = 0; row < kSide; ++row) {
    const std::vector<float> of_row = bench.read(row, event);
    seen.insert(seen.end(), of_row.begin(), of_row.end());
  }
  return seen;
}

TEST(StuckCells, HaveTheSharesThatWereAskedFor) {
  EffectParameters effects;
  effects.p_stuck_lrs = 0.0175;
  effects.p_stuck_hrs = 0.0904;
  EffectBench bench(kSide, kSide, effects, 0, 7);
  bench.blind_write_all();
  double high = 0, low = 0;
  const std::vector<float> final = bench.array().final_S();
  for (std::size_t i = 0; i < final.size(); i += 2) {  // plus cells: none of them is meant to hold a bound
    high += final[i] == 100e-6f;
    low += final[i] == 1e-6f;
  }
  EXPECT_NEAR(high / (kCells / 2), 0.0175, 0.005);
  EXPECT_NEAR(low / (kCells / 2), 0.0904, 0.01);
}

TEST(ReadNoise, IsAFractionOfTheConductance) {
  EffectParameters effects;
  effects.read_noise = 0.02;
  Written bench(effects);
  std::vector<double> of_high, of_low;
  const std::vector<float> seen = read_all(bench, 0);
  for (std::size_t i = 0; i < seen.size(); ++i)
    (i % 2 == 0 ? of_high : of_low).push_back(static_cast<double>(seen[i]) / (i % 2 == 0 ? 100e-6 : 1e-6) - 1);
  for (const auto& deviations : {of_high, of_low}) {
    EXPECT_NEAR(moments(deviations).mean, 0, 0.0008);
    EXPECT_NEAR(moments(deviations).std, 0.02, 0.0006);
  }
}

TEST(TelegraphNoise, AmplitudesAreLogNormalAndLargerAtHighResistance) {
  EffectParameters effects;
  effects.rtn.share = 1;
  Written bench(effects);
  std::vector<double> at_high, at_low;  // logarithms of the loss
  double full = 0;
  const std::vector<float> final = bench.array().final_S();
  for (std::size_t i = 0; i < final.size(); ++i) {
    const double loss = 1 - static_cast<double>(final[i]) / (i % 2 == 0 ? 100e-6 : 1e-6);
    full += loss > 1e-6;
    if (loss > 1e-6 && loss < 0.999) (i % 2 == 0 ? at_high : at_low).push_back(std::log(loss));
  }
  EXPECT_NEAR(full / kCells, 0.5, 0.013);  // capture and emission times have the same law
  EXPECT_NEAR(moments(at_high).mean, std::log(0.02), 0.04);
  EXPECT_NEAR(moments(at_high).std, 0.7, 0.03);
  EXPECT_NEAR(moments(at_low).mean, std::log(0.1), 0.04);
}

TEST(TelegraphNoise, OnlyTheCellsWithATrapHaveIt) {
  EffectParameters effects;
  effects.rtn.share = 0.2;
  Written bench(effects);
  double moved = 0;
  const std::vector<float> final = bench.array().final_S();
  for (std::size_t i = 0; i < final.size(); ++i) moved += final[i] != (i % 2 == 0 ? 100e-6f : 1e-6f);
  EXPECT_NEAR(moved / kCells, 0.1, 0.008);  // half of the traps are full
}

/// Correlation of a trap's state in two reads, `apart_ps` after each other.
double correlation(std::int64_t apart_ps) {
  EffectParameters effects;
  effects.rtn.share = 1;
  effects.rtn.tau_min_s = effects.rtn.tau_max_s = 1e-3;
  Written bench(effects);
  const std::vector<float> first = read_all(bench, 0);
  bench.array().set_clock(apart_ps);
  const std::vector<float> second = read_all(bench, 1);
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const float empty_S = i % 2 == 0 ? 100e-6f : 1e-6f;
    sum += (first[i] < empty_S) == (second[i] < empty_S) ? 1 : -1;
  }
  return sum / kCells;
}

TEST(TelegraphNoise, ForgetsWithItsTimes) {
  EXPECT_EQ(correlation(0), 1);
  EXPECT_NEAR(correlation(500'000'000), std::exp(-1.0), 0.03);  // rate 1 / tau_c + 1 / tau_e
  EXPECT_NEAR(correlation(20'000'000'000), 0, 0.03);
}

TEST(Drift, FollowsThePowerLaw) {
  EffectParameters effects;
  effects.drift.nu = 0.05;
  effects.drift.sigma = 0.02;
  effects.drift.t0_s = 1;
  effects.drift.time_s = 1e4;
  Written bench(effects);
  std::vector<double> nu;
  const std::vector<float> final = bench.array().final_S();
  for (std::size_t i = 0; i < final.size(); ++i)
    nu.push_back(-std::log(static_cast<double>(final[i]) / (i % 2 == 0 ? 100e-6 : 1e-6)) / std::log(1e4));
  EXPECT_NEAR(moments(nu).mean, 0.05, 0.0006);
  EXPECT_NEAR(moments(nu).std, 0.02, 0.0005);

  effects.drift.time_s = 0.5;  // before t0
  EXPECT_EQ(Written(effects).array().final_S(), Written({}).array().final_S());
}

TEST(Endurance, BudgetsAreLogNormal) {
  EffectParameters effects;
  effects.endurance.median = 1e5;
  effects.endurance.sigma_ln = 0.5;
  for (const auto& [before, worn] : {std::pair{1e5 * std::exp(-0.5), 0.1587}, {1e5, 0.5}, {1e5 * std::exp(0.5), 0.8413}}) {
    effects.endurance.pulses_before = before;
    Written bench(effects);
    double stuck = 0;
    const std::vector<float> final = bench.array().final_S();
    for (std::size_t i = 1; i < final.size(); i += 2) stuck += final[i] == 100e-6f;  // minus cells, meant to be at g_min
    EXPECT_NEAR(stuck / (kCells / 2), worn, 0.017) << before;
  }
}

}  // namespace
}  // namespace swimsim
