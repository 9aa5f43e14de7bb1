// The ReRAM cards under their pulse schemes against the figures they were calibrated to (kind C), the formulas behind them (U), and
// the one held-out figure (H). Fixed seeds, 102,400 cells, targets evenly over the range.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using testing::draw_uniform_codes;
using testing::many_levels;
using testing::shipped_card;
using testing::SmallChip;

/// Counts the changes of polarity on the way.
class CountingDatapath final : public DirectDatapath {
 public:
  explicit CountingDatapath(TileArray& array) : DirectDatapath(array), last_(static_cast<std::size_t>(array.cols())) {}
  void select_row(int row) override {
    DirectDatapath::select_row(row);
    std::fill(last_.begin(), last_.end(), 0);
  }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override {
    for (std::size_t i = 0; i < cells.count; ++i) {
      if (cells.fires[i] != polarity) continue;
      int& last = last_[static_cast<std::size_t>(cells.column[i])];
      reversals += last == -polarity;
      last = polarity;
      volts[polarity > 0 ? 0 : 1] += cells.amplitude_V[i];
      pulses[polarity > 0 ? 0 : 1] += 1;
    }
    DirectDatapath::pulse(polarity, cells, event);
  }
  std::int64_t reversals = 0;
  double volts[2] = {}, pulses[2] = {};  ///< SET, RESET

 private:
  std::vector<int> last_;
};

struct LoopFigures {
  double pulses = 0, reads = 0, failed = 0, reversals = 0, bias_uS = 0, rms_uS = 0, array_nJ = 0;  ///< means over the cells
  double set_V = 0, reset_V = 0;                                                                   ///< mean amplitude of a pulse
  double nominal_nJ = 0;  ///< pulses times the energy at these amplitudes, 20 uS and 1 us
  std::vector<std::uint32_t> cell_pulses;

  double mean_of_largest(std::size_t group) const {
    double sum = 0;
    const std::size_t groups = cell_pulses.size() / group;
    for (std::size_t i = 0; i < groups; ++i) {
      sum += *std::max_element(cell_pulses.begin() + static_cast<std::ptrdiff_t>(i * group),
                               cell_pulses.begin() + static_cast<std::ptrdiff_t>((i + 1) * group));
    }
    return sum / static_cast<double>(groups);
  }
  std::uint32_t quantile(double share) const {
    std::vector<std::uint32_t> sorted = cell_pulses;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size()))];
  }
};

struct LoopSetUp {
  std::string scheme = "set_reset";
  double tolerance_uS = 1;
  int adc_bits = 14;  ///< over adc_from_uS .. adc_to_uS
  double adc_from_uS = -5, adc_to_uS = 65;
  int max_attempts = 5000;
  int code = -1;  ///< of every cell; -1: drawn uniformly
  std::int64_t inputs = 1600;
};

/// Write-verifies the plus arms of a layer of 64 outputs.
LoopFigures run_loop(const Card& card, const LoopSetUp& set_up = {}) {
  SmallChip chip({{"layer", 64, set_up.inputs}}, card, many_levels());
  if (set_up.code < 0) draw_uniform_codes(chip);
  if (set_up.code >= 0) std::fill(chip.codes[0].begin(), chip.codes[0].end(), set_up.code);
  SchemeOptions options;
  options.tolerance_S = set_up.tolerance_uS * 1e-6;
  const auto scheme = find_scheme(set_up.scheme)->make(options);
  chip.job.array.adc = Adc(set_up.adc_bits, set_up.adc_from_uS * 1e-6, set_up.adc_to_uS * 1e-6);
  chip.job.array.read_ps = 5'000'000;
  chip.job.controller.max_attempts = set_up.max_attempts;

  LoopFigures figures;
  double n = 0, squares = 0, volts[2] = {}, pulses[2] = {};
  for (std::size_t t = 0; t < chip.mapping->tiles().size(); ++t) {
    const auto tile = static_cast<std::int64_t>(t);
    TileArray array(*chip.mapping, tile, chip.codes, *chip.device, chip.job.array);
    std::vector<std::int16_t> group;
    for (int row = 0; row < array.rows(); ++row) {
      for (int col = 0; col < array.cols(); ++col)
        group.push_back(static_cast<std::int16_t>(chip.mapping->address({tile, row, col}).arm == 0 ? 0 : -1));
    }
    CountingDatapath datapath(array);
    TileController controller(array, datapath, *scheme, group, chip.job.controller);
    controller.begin_verify(0);
    while (!controller.done()) controller.step();
    figures.pulses += static_cast<double>(controller.counts().pulses);
    figures.reads += static_cast<double>(controller.counts().verify_reads);
    figures.failed += static_cast<double>(controller.counts().failed_cells);
    figures.reversals += static_cast<double>(datapath.reversals);
    for (int i = 0; i < 2; ++i) volts[i] += datapath.volts[i];
    for (int i = 0; i < 2; ++i) pulses[i] += datapath.pulses[i];
    figures.array_nJ += static_cast<double>(array.energy().array_aJ) * 1e-9;
    for (int row = 0; row < array.rows(); ++row) {
      for (int col = 0; col < array.cols(); ++col) {
        if (group[static_cast<std::size_t>(row) * array.cols() + col] < 0) continue;
        n += 1;
        figures.cell_pulses.push_back(array.pulses(row, col));
        if (array.failed(row, col)) continue;
        const double error_uS = (static_cast<double>(array.g_S(row, col)) - array.target_S(row, col)) * 1e6;
        figures.bias_uS += error_uS;
        squares += error_uS * error_uS;
      }
    }
  }
  const double converged = n - figures.failed;
  figures.rms_uS = std::sqrt(squares / converged);
  figures.bias_uS /= converged;
  figures.set_V = volts[0] / pulses[0];
  figures.reset_V = volts[1] / pulses[1];
  figures.nominal_nJ = (pulses[0] * figures.set_V * figures.set_V + pulses[1] * figures.reset_V * figures.reset_V) * 20e-3 / n;
  for (double* sum : {&figures.pulses, &figures.reads, &figures.failed, &figures.reversals, &figures.array_nJ}) *sum /= n;
  return figures;
}

Card changed(Card card, const std::vector<std::pair<const char*, double>>& values) {
  for (const auto& [name, value] : values) card.find(name)->value = value;
  return card;
}

TEST(NeurramLike, ReproducesWhatItWasCalibratedTo) {  // rows 1 to 3
  const LoopFigures loop = run_loop(shipped_card("reram_neurram_like"));
  std::printf(
      "pulses %.3f p95 %u failed %.3f %% reversals %.3f bias %.3f rms %.3f uS, %.3f nJ (nominal %.3f), max of 48 %.1f, of 128 %.1f\n",
      loop.pulses, loop.quantile(0.95), 100 * loop.failed, loop.reversals, loop.bias_uS, loop.rms_uS, loop.array_nJ, loop.nominal_nJ,
      loop.mean_of_largest(48), loop.mean_of_largest(128));
  EXPECT_NEAR(loop.pulses, 8.55, 0.5);
  EXPECT_NEAR(100 * (1 - loop.failed), 99.15, 0.4);
  EXPECT_NEAR(loop.pulses * 1.0 + loop.reads * 5.0, 56, 5.6);  // microseconds, with pulses of 1 us and reads of 5 us
  EXPECT_NEAR(loop.reads, loop.pulses + 1, 1e-9);
  EXPECT_NEAR(loop.reversals, 1.23, 0.123);
  EXPECT_NEAR(loop.rms_uS, 0.63, 0.063);
  EXPECT_NEAR(loop.quantile(0.95), 22, 2.2);
  // The reference quotes 0.41 nJ a cell, an estimate from mean amplitudes (1.42 V and 1.74 V, which come out) and 20 uS; that product is
  // 0.45 nJ here. Pulse by pulse the cells that go to high volts cost more: 0.55 nJ, and 0.04 nJ for the reads at 0.2 V.
  EXPECT_NEAR(loop.set_V, 1.42, 0.01);
  EXPECT_NEAR(loop.reset_V, 1.74, 0.01);
  EXPECT_NEAR(loop.nominal_nJ, 0.45, 0.02);
  EXPECT_NEAR(loop.array_nJ, 0.585, 0.03);
  EXPECT_NEAR(loop.mean_of_largest(48), 34.4, 3.44);
  EXPECT_NEAR(loop.mean_of_largest(128), 46.0, 4.6);
}

TEST(NeurramLike, FromTheLowStateItTakesTwoPulsesMore) {  // section 7
  Card card = shipped_card("reram_neurram_like");
  card.find("initial")->value = "hrs";
  const LoopFigures loop = run_loop(card);
  std::printf("from HRS: pulses %.3f failed %.3f %%\n", loop.pulses, 100 * loop.failed);
  EXPECT_NEAR(loop.pulses, 10.5, 0.5);
}

TEST(NeurramLike, TheOtherMembersOfTheFamilyAgreeOnWhatWasFittedOnly) {
  for (const char* name : {"reram_neurram_like_b", "reram_neurram_like_c"}) {
    const LoopFigures loop = run_loop(shipped_card(name));
    std::printf("%s: pulses %.3f p95 %u failed %.3f %% reversals %.3f rms %.3f uS, max of 48 %.1f, of 128 %.1f\n", name, loop.pulses,
                loop.quantile(0.95), 100 * loop.failed, loop.reversals, loop.rms_uS, loop.mean_of_largest(48), loop.mean_of_largest(128));
    EXPECT_NEAR(loop.pulses, 8.52, 0.35) << name;
    EXPECT_NEAR(100 * loop.failed, 1, 0.5) << name;
    EXPECT_NEAR(loop.rms_uS, 0.63, 0.063) << name;
  }
}

TEST(NeurramLike, ToleranceAgainstPulses) {  // section 5
  struct Row {
    double tolerance_uS, pulses, reversals, failed_percent;
  };
  for (const Row& row : {Row{0.25, 17.0, 4.3, 2.3}, Row{0.5, 11.9, 2.3, 1.2}, Row{1, 8.5, 1.2, 0.9}, Row{1.5, 7.1, 0.82, 0.8},
                         Row{2, 6.3, 0.59, 0.7}, Row{3, 5.2, 0.34, 0.6}, Row{4, 4.4, 0.21, 0.4}}) {
    LoopSetUp set_up;
    set_up.tolerance_uS = row.tolerance_uS;
    const LoopFigures loop = run_loop(shipped_card("reram_neurram_like"), set_up);
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
    const Card card = changed(shipped_card("reram_neurram_like"), {{"set_step", row.step_V}, {"reset_step", row.step_V}});
    LoopSetUp set_up;
    if (row.step_V == 0) set_up.inputs = 160;
    if (row.step_V == 0) set_up.max_attempts = 2000;
    const LoopFigures loop = run_loop(card, set_up);
    std::printf("step %.3f V: pulses %.2f (%.1f), failed %.2f %%\n", row.step_V, loop.pulses, row.pulses, 100 * loop.failed);
    EXPECT_NEAR(loop.pulses, row.pulses, 0.1 * row.pulses) << row.step_V;
  }
}

TEST(NeurramLike, ReadNoiseAgainstError) {  // section 5
  struct Row {
    double sigma_read_uS, rms_uS;
  };
  for (const Row& row : {Row{0, 0.60}, Row{0.2, 0.63}, Row{0.4, 0.72}, Row{0.8, 0.98}, Row{1.2, 1.28}}) {
    const LoopFigures loop = run_loop(changed(shipped_card("reram_neurram_like"), {{"sigma_read", row.sigma_read_uS * 1e-6}}));
    std::printf("read noise %.1f uS: rms %.3f (%.2f), pulses %.2f\n", row.sigma_read_uS, loop.rms_uS, row.rms_uS, loop.pulses);
    EXPECT_NEAR(loop.rms_uS, row.rms_uS, 0.06 * row.rms_uS) << row.sigma_read_uS;
    EXPECT_NEAR(loop.pulses, 8.7, 0.5) << row.sigma_read_uS;
  }
}

TEST(NeurramLike, AdcBitsAgainstError) {  // section 5: tolerance 1 uS over 40 uS
  struct Row {
    int bits;
    double rms_uS;
  };
  for (const Row& row : {Row{5, 0.705}, Row{6, 0.651}, Row{7, 0.636}, Row{8, 0.632}}) {
    LoopSetUp set_up;
    set_up.adc_bits = row.bits + 1;  // twice the range, so that no cell hides behind the end of the scale: the same LSB
    set_up.adc_from_uS = -10;
    set_up.adc_to_uS = 70;
    const LoopFigures loop = run_loop(shipped_card("reram_neurram_like"), set_up);
    std::printf("%d bits: rms %.3f (%.3f), pulses %.2f, failed %.2f %%\n", row.bits, loop.rms_uS, row.rms_uS, loop.pulses,
                100 * loop.failed);
    EXPECT_NEAR(loop.rms_uS, row.rms_uS, 0.06 * row.rms_uS) << row.bits;
  }
}

TEST(CmoHfox, ErrorIsUniformInTheAcceptanceWindow) {  // row 6, held out
  for (const double relative : {0.02, 0.002}) {
    for (const int code : {26, 77, 132, 184, 235}) {
      const Card card = shipped_card("reram_cmo_hfox");
      const double target_uS = 9 + 79.2 * code / 255.0;
      LoopSetUp set_up;
      set_up.scheme = "ispp";
      set_up.code = code;
      set_up.inputs = 160;
      set_up.tolerance_uS = relative * target_uS;
      set_up.adc_bits = 16;
      set_up.adc_from_uS = 0;
      set_up.adc_to_uS = 120;
      const LoopFigures loop = run_loop(card, set_up);
      std::printf("CMO %.1f uS +-%.1f %%: rms %.4f uS, uniform %.4f, bias %.4f, pulses %.1f, failed %.2f %%\n", target_uS, 100 * relative,
                  loop.rms_uS, set_up.tolerance_uS / std::sqrt(3.0), loop.bias_uS, loop.pulses, 100 * loop.failed);
      EXPECT_NEAR(loop.rms_uS, set_up.tolerance_uS / std::sqrt(3.0), 0.1 * set_up.tolerance_uS / std::sqrt(3.0)) << target_uS;
    }
  }
}

TEST(EveryReramCard, CanBeProgrammedWithEveryPulseScheme) {
  for (const EmbeddedFile& file : builtin_cards()) {
    const Card card = shipped_card(std::string(file.name));
    if (card.kernel != "soft_bound" && card.kernel != "neurosim") continue;
    const double low_uS = card.number("g_min") * 1e6, range_uS = card.number("g_max") * 1e6 - low_uS;
    for (const char* scheme : {"fixed", "ispp", "set_reset", "reset_on_overshoot", "incremental"}) {
      LoopSetUp set_up;
      set_up.scheme = scheme;
      set_up.inputs = 32;
      set_up.tolerance_uS = range_uS / 30;
      set_up.max_attempts = 500;
      set_up.adc_from_uS = low_uS - 0.1 * range_uS;
      set_up.adc_to_uS = low_uS + 1.1 * range_uS;
      const LoopFigures loop = run_loop(card, set_up);
      std::printf("%-24s %-18s pulses %6.1f failed %6.2f %% rms %.4f of the range\n", card.name.c_str(), scheme, loop.pulses,
                  100 * loop.failed, loop.rms_uS / range_uS);
      if (std::string(scheme) == "fixed" || std::string(scheme) == "ispp") {
        EXPECT_LT(loop.failed, 0.1) << card.name << " " << scheme;
      }
      EXPECT_LT(loop.rms_uS, 0.1 * range_uS) << card.name << " " << scheme;
    }
  }
}

}  // namespace
}  // namespace swimsim
