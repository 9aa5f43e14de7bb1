// Data of the kernels themselves, without scatter: the fit must find what made it, and say what the data does not tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/fitting/fit_card.h"
#include "tests/support/pulse_response.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::quiet_card;
using testing::together;
using testing::Train;
using testing::VirtualDevice;

const FittedValue& value_of(const CardFit& fit, const std::string& name) {
  for (const FittedValue& value : fit.values) {
    if (value.name == name) return value;
  }
  static const FittedValue none{};
  ADD_FAILURE() << name << " is not in the table";
  return none;
}

CardFit fit(const std::string& kernel, std::vector<MeasuredRun> runs) {
  return fit_card(together(std::move(runs)), *find_fittable(kernel), "test");
}

void expect_found(const CardFit& fit, const Card& truth, const std::vector<std::string>& names, double relative) {
  for (const std::string& name : names) {
    EXPECT_TRUE(value_of(fit, name).identified) << name;
    EXPECT_NEAR(fit.card.number(name), truth.number(name), relative * std::fabs(truth.number(name))) << name;
  }
}

std::vector<Train> sweep(const Card& card) {
  const double width_s = card.number("pulse_width");
  return {{+1, static_cast<int>(card.number("pulses_set")), card.number("v_set"), width_s},
          {-1, static_cast<int>(card.number("pulses_reset")), card.number("v_reset"), width_s}};
}

/// SET and RESET at several amplitudes, up and down through the range.
std::vector<Train> staircase(double width_s) {
  std::vector<Train> trains;
  for (int cycle = 0; cycle < 4; ++cycle) {
    for (const double volts : {1.2, 1.35, 1.5, 1.65}) trains.push_back({+1, 12, volts, width_s});
    for (const double volts : {1.3, 1.5, 1.7, 1.9}) trains.push_back({-1, 12, volts, width_s});
  }
  return trains;
}

TEST(FitNeuroSim, FindsThePublishedDevices) {
  for (const char* name : {"reram_ag_asi", "reram_taox_tio2", "reram_pcmo", "reram_alox_hfo2", "reram_epiram"}) {
    const Card truth = quiet_card(name);
    const CardFit found = fit("K1", {VirtualDevice{truth}.measure(sweep(truth))});
    expect_found(found, truth, {"g_min", "g_max", "nl_set", "nl_reset"}, 0.01);
    EXPECT_EQ(found.card.number("pulses_set"), truth.number("pulses_set")) << name;
    EXPECT_LT(found.curve_rms_S, 1e-3 * found.range_S) << name;
    EXPECT_FALSE(found.law_fails) << name;
  }
}

TEST(FitNeuroSim, FewPulsesDoNotTellTheNonlinearity) {
  const Card truth = quiet_card("reram_epiram");
  const CardFit found = fit("K1", {VirtualDevice{truth}.measure({{+1, 4, 5, 5e-6}})});
  EXPECT_FALSE(value_of(found, "nl_set").identified);
  EXPECT_THAT(value_of(found, "nl_reset").why_not, HasSubstr("no RESET pulse"));
}

TEST(FitNeuroSim, RefusesSeveralAmplitudes) {
  const Card truth = quiet_card("reram_neurram_like");
  try {
    fit("K1", {VirtualDevice{truth}.measure(staircase(1e-6))});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("knows no volts"));
    EXPECT_THAT(error.what(), HasSubstr("K2"));
  }
}

TEST(FitSoftBound, FindsWhatMadeTheData) {
  const Card truth = quiet_card("reram_neurram_like");
  std::vector<Train> trains = staircase(1e-6);
  for (const Train& train : staircase(2e-6)) trains.push_back(train);
  const CardFit found = fit("K2", {VirtualDevice{truth}.measure(trains)});
  expect_found(found, truth, {"g_low", "g_high", "vt_set", "vt_reset", "width_exponent"}, 0.01);
  EXPECT_LT(found.curve_rms_S, 1e-3 * found.range_S);
  EXPECT_GT(found.r_squared, 0.999);
  EXPECT_FALSE(found.law_fails);
  // The reference amplitude and width are the data's own: compare the step at the card's.
  for (const std::string name : {"set", "reset"}) {
    const double shift_V = truth.number("v0_" + name) - found.card.number("v0_" + name);
    const double width = truth.number("width_0") / found.card.number("width_0");
    const double step_S = found.card.number("step_" + name) * std::exp(shift_V / found.card.number("vt_" + name)) *
                          std::pow(width, found.card.number("width_exponent"));
    EXPECT_NEAR(step_S, truth.number("step_" + name), 0.01 * truth.number("step_" + name)) << name;
  }
}

TEST(FitSoftBound, OneAmplitudeDoesNotTellTheEffectOfTheVolts) {
  const Card truth = quiet_card("reram_neurram_like");
  const CardFit found = fit("K2", {VirtualDevice{truth}.measure({{+1, 60, 1.4, 1e-6}, {-1, 60, 1.7, 1e-6}})});
  for (const char* name : {"vt_set", "vt_reset", "width_exponent"}) {
    EXPECT_FALSE(value_of(found, name).identified) << name;
    EXPECT_EQ(found.card.find(name)->kind, "illustrative") << name;
    EXPECT_THAT(found.card.find(name)->source, HasSubstr("not identified by this data")) << name;
  }
  EXPECT_TRUE(value_of(found, "step_set").identified);
  EXPECT_TRUE(value_of(found, "g_high").identified);
}

TEST(FitSoftBound, SetsAloneDoNotTellTheLowerBoundFromTheStep) {
  const Card truth = quiet_card("reram_neurram_like");
  const CardFit found = fit("K2", {VirtualDevice{truth}.measure({{+1, 12, 1.2, 1e-6}, {+1, 30, 1.35, 1e-6}})});
  EXPECT_FALSE(value_of(found, "g_low").identified);
  EXPECT_THAT(value_of(found, "g_low").why_not, HasSubstr("combination of g_low, step_set"));
  EXPECT_THAT(value_of(found, "step_reset").why_not, HasSubstr("no RESET pulse"));
  EXPECT_TRUE(value_of(found, "vt_set").identified);
}

TEST(FitSoftBound, ResetsAloneAreFitted) {
  MeasuredRun run{"", "", 0, {}};
  run.pulses.push_back({0, 0, 0, 40e-6});
  double g_S = 40e-6;  // the recipe of the kernel, written out: an independent check of the direction
  for (int i = 0; i < 60; ++i) {
    g_S -= 1.6e-6 * std::exp(0.2 / 0.18) * (g_S - 0.5e-6) / 59.5e-6;
    run.pulses.push_back({-1, 1.7F, 1e-6, g_S});
  }
  const CardFit found = fit("K2", {run});
  EXPECT_NEAR(found.card.number("g_low"), 0.5e-6, 0.1e-6);
  EXPECT_THAT(value_of(found, "step_set").why_not, HasSubstr("no SET pulse"));
}

TEST(FitCard, SaysThatAnotherLawIsAnotherLaw) {
  MeasuredRun run{"", "", 0, {}};
  run.pulses.push_back({0, 0, 0, 1e-6});
  for (int i = 1; i <= 60; ++i) run.pulses.push_back({+1, 2, 1e-6, 1e-6 + 20e-6 / (1 + std::exp(-(i - 30) / 3.0))});  // an S curve
  for (int i = 1; i <= 60; ++i) run.pulses.push_back({-1, 2, 1e-6, 21e-6 - 20e-6 / (1 + std::exp(-(i - 30) / 3.0))});
  for (const char* kernel : {"K1", "K2"}) {
    const CardFit found = fit(kernel, {run});
    EXPECT_TRUE(found.law_fails) << kernel;
    EXPECT_GT(found.curve_rms_S, 0.05 * found.range_S) << kernel;
  }
}

TEST(FitCard, PulsesThatWereNotReadStillCount) {
  const Card truth = quiet_card("reram_ag_asi");
  MeasuredRun run = VirtualDevice{truth}.measure(sweep(truth));
  for (std::size_t i = 1; i + 1 < run.pulses.size(); ++i) {
    if (i % 5 != 0) run.pulses[i].g_S = std::nan("");
  }
  MeasuredPulses data = together({run});
  data.lowest_S = truth.number("g_min");
  data.highest_S = truth.number("g_max");
  expect_found(fit_card(data, *find_fittable("neurosim"), "test"), truth, {"g_min", "g_max", "nl_set", "nl_reset"}, 0.02);
}

TEST(FitCard, TwoReadingsGiveUpAlmostEverything) {
  const CardFit found = fit("K2", {VirtualDevice{quiet_card("reram_neurram_like")}.measure({{+1, 1, 1.4, 1e-6}})});
  EXPECT_FALSE(value_of(found, "g_high").identified);
  EXPECT_FALSE(value_of(found, "g_low").identified);
}

TEST(FittableKernels, HaveLabelAndName) {
  for (const FittableKernel& kernel : fittable_kernels()) {
    EXPECT_EQ(find_fittable(kernel.label), &kernel);
    EXPECT_EQ(find_fittable(kernel.kernel), &kernel);
    EXPECT_NE(find_kernel(kernel.kernel), nullptr);
  }
  EXPECT_EQ(find_fittable("K9"), nullptr);
}

}  // namespace
}  // namespace swimsim
