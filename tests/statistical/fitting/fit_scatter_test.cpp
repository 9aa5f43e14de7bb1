// Fits of the kernels' own noisy data, seeds fixed: what made the data lies within the stated standard errors, and the scatter is found.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "models/fitting/fit_card.h"
#include "tests/support/pulse_response.h"

namespace swimsim {
namespace {

using testing::quiet_card;
using testing::together;
using testing::Train;
using testing::VirtualDevice;

std::vector<Train> sweeps(const Card& card, int cycles) {
  std::vector<Train> trains;
  for (int i = 0; i < cycles; ++i) {
    trains.push_back({+1, static_cast<int>(card.number("pulses_set")), card.number("v_set"), card.number("pulse_width")});
    trains.push_back({-1, static_cast<int>(card.number("pulses_reset")), card.number("v_reset"), card.number("pulse_width")});
  }
  return trains;
}

std::vector<Train> staircase(int cycles) {
  std::vector<Train> trains;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    for (const double volts : {1.2, 1.35, 1.5, 1.65}) trains.push_back({+1, 8, volts, 1e-6});
    for (const double volts : {1.3, 1.5, 1.7, 1.9}) trains.push_back({-1, 8, volts, 1e-6});
  }
  return trains;
}

/// Sum over fits of ((found - truth) / standard error)^2 for each parameter, and how many were identified.
struct Pulls {
  double squares = 0, count = 0;
  double rms() const { return std::sqrt(squares / count); }
};

void add(Pulls& pulls, const CardFit& fit, const std::string& name, double truth) {
  for (const FittedValue& value : fit.values) {
    if (value.name != name || !value.identified) continue;
    const double pull = (value.value - truth) / value.standard_error;
    pulls.squares += pull * pull;
    ++pulls.count;
  }
}

// Twenty devices a case. The root mean square pull is 1 +- 0.16 if the standard errors are right; 0.5 to 1.9 is asked for: where
// steps scatter, g_min's is 1.6, since the cell's bounds cut the scatter off and the filter takes it for normal; the others stay below 1.3.
TEST(FitScatter, NeuroSimsStandardErrorsHold) {
  for (const double sigma_c2c : {0.0, 0.01, 0.02}) {
    const Card truth = quiet_card("reram_ag_asi", {{"sigma_c2c", sigma_c2c}});
    const double range_S = truth.number("g_max") - truth.number("g_min");
    std::map<std::string, Pulls> pulls;
    for (std::uint32_t number = 0; number < 20; ++number) {
      const VirtualDevice device{truth, number, 0.01 * range_S};
      const CardFit fit = fit_card(together({device.measure(sweeps(truth, 3))}), *find_fittable("K1"), "test");
      EXPECT_FALSE(fit.law_fails) << number;
      for (const char* name : {"g_min", "g_max", "nl_set", "nl_reset"}) add(pulls[name], fit, name, truth.number(name));
    }
    for (const auto& [name, pull] : pulls) {
      EXPECT_EQ(pull.count, 20) << name;
      EXPECT_GT(pull.rms(), 0.5) << name << " " << sigma_c2c;
      EXPECT_LT(pull.rms(), 1.9) << name << " " << sigma_c2c;
    }
  }
}

TEST(FitScatter, SoftBoundStandardErrorsHold) {
  const Card truth = quiet_card("reram_neurram_like", {{"sigma_c2c", 0.3}});
  std::map<std::string, Pulls> pulls;
  for (std::uint32_t number = 0; number < 20; ++number) {
    const VirtualDevice device{truth, number, 0.2e-6};
    const CardFit fit = fit_card(together({device.measure(staircase(6))}), *find_fittable("K2"), "test");
    EXPECT_FALSE(fit.law_fails) << number;
    for (const char* name : {"g_low", "g_high", "vt_set", "vt_reset"}) add(pulls[name], fit, name, truth.number(name));
  }
  for (const auto& [name, pull] : pulls) {
    EXPECT_EQ(pull.count, 20) << name;
    EXPECT_GT(pull.rms(), 0.5) << name;
    EXPECT_LT(pull.rms(), 1.6) << name;
  }
}

// 2,000 to 4,000 readings: 15 %.
TEST(FitScatter, FindsTheScatterFromPulseToPulseAndOfTheReading) {
  const Card ag = quiet_card("reram_ag_asi", {{"sigma_c2c", 0.02}});
  const double range_S = ag.number("g_max") - ag.number("g_min");
  const CardFit k1 = fit_card(together({VirtualDevice{ag, 0, 0.01 * range_S}.measure(sweeps(ag, 20))}), *find_fittable("K1"), "test");
  EXPECT_NEAR(k1.card.number("sigma_c2c"), 0.02, 0.003);
  EXPECT_NEAR(k1.card.number("sigma_read"), 0.01 * range_S / (ag.number("g_min") + range_S / 2), 0.15 * 0.0174);

  const Card neurram = quiet_card("reram_neurram_like", {{"sigma_c2c", 0.3}});
  const CardFit k2 = fit_card(together({VirtualDevice{neurram, 0, 0.2e-6}.measure(staircase(30))}), *find_fittable("K2"), "test");
  EXPECT_NEAR(k2.card.number("sigma_c2c"), 0.3, 0.045);
  EXPECT_NEAR(k2.card.number("sigma_read"), 0.2e-6, 0.03e-6);
}

// Sixty devices, compared with the normals that they were drawn from: 10 %. (The standard deviation of sixty normals itself is within 9 %.)
TEST(FitScatter, FindsTheSpreadFromDeviceToDevice) {
  constexpr std::uint32_t kDevices = 60;
  const Card truth =
      quiet_card("reram_neurram_like", {{"sigma_g_high", 0.15}, {"sigma_v_set", 0.05}, {"sigma_v_reset", 0.08}, {"sigma_c2c", 0.1}});
  std::vector<MeasuredRun> runs;
  double sum[3] = {}, squares[3] = {};
  for (std::uint32_t number = 0; number < kDevices; ++number) {
    const VirtualDevice device{truth, number, 0.1e-6};
    runs.push_back(device.measure(staircase(3), "cell " + std::to_string(number)));
    for (int which = 0; which < 3; ++which) {
      const double z = device.own_normal(which);
      sum[which] += z;
      squares[which] += z * z;
    }
  }
  const auto drawn = [&](int which) { return std::sqrt((squares[which] - sum[which] * sum[which] / kDevices) / (kDevices - 1)); };
  const CardFit found = fit_card(together(std::move(runs)), *find_fittable("K2"), "test");
  EXPECT_FALSE(found.law_fails);
  EXPECT_NEAR(found.card.number("sigma_v_set"), 0.05 * drawn(0), 0.1 * 0.05);
  EXPECT_NEAR(found.card.number("sigma_v_reset"), 0.08 * drawn(1), 0.1 * 0.08);
  EXPECT_NEAR(found.card.number("sigma_g_high"), 0.15 * drawn(2), 0.1 * 0.15);
  EXPECT_NEAR(found.card.number("sigma_c2c"), 0.1, 0.02);
  EXPECT_NEAR(found.card.number("vt_set"), 0.15, 0.01);
  EXPECT_NEAR(found.card.number("g_high"), 60e-6 * std::exp(0.15 * sum[2] / kDevices), 0.02 * 60e-6);
}

TEST(FitScatter, OneDeviceTellsNoSpread) {
  const Card truth = quiet_card("reram_neurram_like", {{"sigma_c2c", 0.1}});
  const CardFit found = fit_card(together({VirtualDevice{truth}.measure(staircase(3))}), *find_fittable("K2"), "test");
  for (const char* name : {"sigma_g_high", "sigma_v_set", "sigma_v_reset"}) {
    EXPECT_EQ(found.card.number(name), 0) << name;
    EXPECT_EQ(found.card.find(name)->kind, "illustrative") << name;
  }
}

}  // namespace
}  // namespace swimsim
