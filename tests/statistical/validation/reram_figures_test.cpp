// The ReRAM cards under their pulse schemes against the figures they were calibrated to (kind C), the formulas behind them (U), and
// the one held-out figure (H). Fixed seeds, 102,400 cells, targets evenly over the range.
#include <gtest/gtest.h>

#include <cmath>

#include "models/device/card_reader.h"
#include "sim/validation/array_experiment.h"
#include "sim/validation/validation_row.h"

namespace swimsim {
namespace {

Card shipped_card(const std::string& name) { return validation_card(name, {}); }

ArrayExperiment with_tolerance(const Card& card, double tolerance_uS) {
  ArrayExperiment experiment(card);
  experiment.options.tolerance_S = tolerance_uS * 1e-6;
  return experiment;
}

Card changed(Card card, const std::vector<std::pair<const char*, double>>& values) {
  for (const auto& [name, value] : values) card.find(name)->value = value;
  return card;
}

TEST(NeurramLike, ReproducesWhatItWasCalibratedTo) {  // rows 1 to 3
  const ArrayFigures loop = program_cells(ArrayExperiment(shipped_card("reram_neurram_like")));
  const double nominal_nJ = (loop.set_pulses * loop.set_V * loop.set_V + loop.reset_pulses * loop.reset_V * loop.reset_V) * 20e-3;
  std::printf(
      "pulses %.3f p95 %.0f failed %.3f %% reversals %.3f bias %.3f rms %.3f uS, %.3f nJ (nominal %.3f), max of 48 %.1f, of 128 %.1f\n",
      loop.pulses, loop.quantile_of_pulses(0.95), 100 * loop.failed, loop.reversals, loop.bias_S() * 1e6, loop.rms_S() * 1e6,
      loop.array_J * 1e9, nominal_nJ, loop.mean_of_largest(48), loop.mean_of_largest(128));
  EXPECT_NEAR(loop.pulses, 8.55, 0.5);
  EXPECT_NEAR(100 * (1 - loop.failed), 99.15, 0.4);
  EXPECT_NEAR(loop.pulses * 1.0 + loop.reads * 5.0, 56, 5.6);  // microseconds, with pulses of 1 us and reads of 5 us
  EXPECT_NEAR(loop.reads, loop.pulses + 1, 1e-9);
  EXPECT_NEAR(loop.reversals, 1.23, 0.123);
  EXPECT_NEAR(loop.rms_S() * 1e6, 0.63, 0.063);
  EXPECT_NEAR(loop.quantile_of_pulses(0.95), 22, 2.2);
  // The reference quotes 0.41 nJ a cell, an estimate from mean amplitudes (1.42 V and 1.74 V, which come out) and 20 uS; that product is
  // 0.45 nJ here. Pulse by pulse the cells that go to high volts cost more: 0.55 nJ, and 0.04 nJ for the reads at 0.2 V.
  EXPECT_NEAR(loop.set_V, 1.42, 0.01);
  EXPECT_NEAR(loop.reset_V, 1.74, 0.01);
  EXPECT_NEAR(nominal_nJ, 0.45, 0.02);
  EXPECT_NEAR(loop.array_J * 1e9, 0.585, 0.03);
  EXPECT_NEAR(loop.mean_of_largest(48), 34.4, 3.44);
  EXPECT_NEAR(loop.mean_of_largest(128), 46.0, 4.6);
}

TEST(NeurramLike, FromTheLowStateItTakesTwoPulsesMore) {  // section 7
  Card card = shipped_card("reram_neurram_like");
  card.find("initial")->value = "hrs";
  const ArrayFigures loop = program_cells(ArrayExperiment(card));
  std::printf("from HRS: pulses %.3f failed %.3f %%\n", loop.pulses, 100 * loop.failed);
  EXPECT_NEAR(loop.pulses, 10.5, 0.5);
}

TEST(NeurramLike, TheOtherMembersOfTheFamilyAgreeOnWhatWasFittedOnly) {
  for (const char* name : {"reram_neurram_like_b", "reram_neurram_like_c"}) {
    const ArrayFigures loop = program_cells(ArrayExperiment(shipped_card(name)));
    std::printf("%s: pulses %.3f p95 %.0f failed %.3f %% reversals %.3f rms %.3f uS, max of 48 %.1f, of 128 %.1f\n", name, loop.pulses,
                loop.quantile_of_pulses(0.95), 100 * loop.failed, loop.reversals, loop.rms_S() * 1e6, loop.mean_of_largest(48),
                loop.mean_of_largest(128));
    EXPECT_NEAR(loop.pulses, 8.52, 0.35) << name;
    EXPECT_NEAR(100 * loop.failed, 1, 0.5) << name;
    EXPECT_NEAR(loop.rms_S() * 1e6, 0.63, 0.063) << name;
  }
}

TEST(NeurramLike, ToleranceAgainstPulses) {  // section 5
  struct Row {
    double tolerance_uS, pulses, reversals, failed_percent;
  };
  for (const Row& row : {Row{0.25, 17.0, 4.3, 2.3}, Row{0.5, 11.9, 2.3, 1.2}, Row{1, 8.5, 1.2, 0.9}, Row{1.5, 7.1, 0.82, 0.8},
                         Row{2, 6.3, 0.59, 0.7}, Row{3, 5.2, 0.34, 0.6}, Row{4, 4.4, 0.21, 0.4}}) {
    const ArrayFigures loop = program_cells(with_tolerance(shipped_card("reram_neurram_like"), row.tolerance_uS));
    std::printf("tolerance %.2f uS: pulses %.2f (%.1f) reversals %.2f (%.2f) failed %.2f %% (%.1f)\n", row.tolerance_uS, loop.pulses,
                row.pulses, loop.reversals, row.reversals, 100 * loop.failed, row.failed_percent);
    EXPECT_NEAR(loop.pulses, row.pulses, 0.1 * row.pulses) << row.tolerance_uS;
    EXPECT_NEAR(loop.reversals, row.reversals, 0.1 * row.reversals) << row.tolerance_uS;
    EXPECT_NEAR(100 * loop.failed, row.failed_percent, 0.2) << row.tolerance_uS;
  }
}

TEST(NeurramLike, StepAgainstPulses) {  // section 5
  struct Row {
    double step_V, pulses;
  };
  for (const Row& row : {Row{0.025, 11.5}, Row{0.05, 9.2}, Row{0.075, 8.6}, Row{0.1, 8.6}, Row{0.15, 9.4}, Row{0.2, 11.0}, Row{0, 60}}) {
    ArrayExperiment experiment(changed(shipped_card("reram_neurram_like"), {{"set_step", row.step_V}, {"reset_step", row.step_V}}));
    if (row.step_V == 0) experiment.cells = 10'240;
    if (row.step_V == 0) experiment.max_attempts = 2000;
    const ArrayFigures loop = program_cells(experiment);
    std::printf("step %.3f V: pulses %.2f (%.1f), failed %.2f %%\n", row.step_V, loop.pulses, row.pulses, 100 * loop.failed);
    EXPECT_NEAR(loop.pulses, row.pulses, 0.1 * row.pulses) << row.step_V;
  }
}

TEST(NeurramLike, ReadNoiseAgainstError) {  // section 5
  struct Row {
    double sigma_read_uS, rms_uS;
  };
  for (const Row& row : {Row{0, 0.60}, Row{0.2, 0.63}, Row{0.4, 0.72}, Row{0.8, 0.98}, Row{1.2, 1.28}}) {
    const ArrayFigures loop =
        program_cells(ArrayExperiment(changed(shipped_card("reram_neurram_like"), {{"sigma_read", row.sigma_read_uS * 1e-6}})));
    std::printf("read noise %.1f uS: rms %.3f (%.2f), pulses %.2f\n", row.sigma_read_uS, loop.rms_S() * 1e6, row.rms_uS, loop.pulses);
    EXPECT_NEAR(loop.rms_S() * 1e6, row.rms_uS, 0.06 * row.rms_uS) << row.sigma_read_uS;
    EXPECT_NEAR(loop.pulses, 8.7, 0.5) << row.sigma_read_uS;
  }
}

TEST(NeurramLike, AdcBitsAgainstError) {  // section 5: tolerance 1 uS over 40 uS
  struct Row {
    int bits;
    double rms_uS;
  };
  for (const Row& row : {Row{5, 0.705}, Row{6, 0.651}, Row{7, 0.636}, Row{8, 0.632}}) {
    ArrayExperiment experiment(shipped_card("reram_neurram_like"));
    experiment.adc = Adc(row.bits + 1, -10e-6, 70e-6);  // twice the range, so that no cell hides behind its end: the same LSB
    const ArrayFigures loop = program_cells(experiment);
    std::printf("%d bits: rms %.3f (%.3f), pulses %.2f, failed %.2f %%\n", row.bits, loop.rms_S() * 1e6, row.rms_uS, loop.pulses,
                100 * loop.failed);
    EXPECT_NEAR(loop.rms_S() * 1e6, row.rms_uS, 0.06 * row.rms_uS) << row.bits;
  }
}

TEST(CmoHfox, ErrorIsUniformInTheAcceptanceWindow) {  // row 6, at more targets
  for (const double relative : {0.02, 0.002}) {
    for (const double target_uS : {17.0, 33.0, 50.0, 66.0, 82.0}) {
      const double tolerance_uS = relative * target_uS, uniform_uS = tolerance_uS / std::sqrt(3.0);
      ArrayExperiment experiment = with_tolerance(shipped_card("reram_cmo_hfox"), tolerance_uS);
      experiment.scheme = "ispp";
      experiment.target_low_S = experiment.target_high_S = target_uS * 1e-6;
      experiment.adc = Adc(16, 0, 120e-6);
      experiment.cells = 10'240;
      const ArrayFigures loop = program_cells(experiment);
      std::printf("CMO %.1f uS +-%.1f %%: rms %.4f uS, uniform %.4f, bias %.4f, pulses %.1f, failed %.2f %%\n", target_uS, 100 * relative,
                  loop.rms_S() * 1e6, uniform_uS, loop.bias_S() * 1e6, loop.pulses, 100 * loop.failed);
      EXPECT_NEAR(loop.rms_S() * 1e6, uniform_uS, 0.1 * uniform_uS) << target_uS;
    }
  }
}

TEST(EveryReramCard, CanBeProgrammedWithEveryPulseScheme) {
  for (const EmbeddedFile& file : builtin_cards()) {
    const Card card = shipped_card(std::string(file.name));
    if (card.kernel != "soft_bound" && card.kernel != "neurosim") continue;
    const double low_uS = card.number("g_min") * 1e6, range_uS = card.number("g_max") * 1e6 - low_uS;
    for (const char* scheme : {"fixed", "ispp", "set_reset", "reset_on_overshoot", "incremental"}) {
      ArrayExperiment experiment = with_tolerance(card, range_uS / 30);
      experiment.scheme = scheme;
      experiment.cells = 2048;
      experiment.max_attempts = 500;
      experiment.adc = Adc(14, (low_uS - 0.1 * range_uS) * 1e-6, (low_uS + 1.1 * range_uS) * 1e-6);
      const ArrayFigures loop = program_cells(experiment);
      std::printf("%-24s %-18s pulses %6.1f failed %6.2f %% rms %.4f of the range\n", card.name.c_str(), scheme, loop.pulses,
                  100 * loop.failed, loop.rms_S() * 1e6 / range_uS);
      // With feedback a SET at the start of the ramp no longer moves the upper levels: equal pulses leave a fifth of the cells behind.
      const bool stalls = card.find("feedback_scale") != nullptr && card.number("feedback_scale") > 0;
      if ((std::string(scheme) == "fixed" && !stalls) || std::string(scheme) == "ispp") {
        EXPECT_LT(loop.failed, 0.1) << card.name << " " << scheme;
      }
      EXPECT_LT(loop.rms_S() * 1e6, 0.1 * range_uS) << card.name << " " << scheme;
    }
  }
}

}  // namespace
}  // namespace swimsim
