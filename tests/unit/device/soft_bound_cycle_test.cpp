// What soft_bound remembers of the last RESET, and the feedback of a SET's own conductance, against the equations in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/device/card_reader.h"

namespace swimsim {
namespace {

constexpr std::size_t kCells = 16;
constexpr double kMicro = 1e-6;

Card card_with(const std::vector<std::pair<const char*, double>>& values) {
  Card card = *load_card("reram_neurram_like", "", {}).card;
  card.find("initial")->value = "hrs";
  for (const auto& [name, value] : values) card.find(name)->value = value;
  return card;
}

/// Cells without spread from device to device, all under the same pulses but with noise of their own.
struct Cells {
  std::unique_ptr<Device> device;
  std::vector<float> g_S, noise, volts, set_shift, reset_shift, upper_S, z_low, memory, width;
  std::vector<std::uint8_t> active;
  CellRow row;

  explicit Cells(const Card& card)
      : device(find_kernel(card.kernel)->make(card, {})),
        g_S(kCells, 5e-6f),
        noise(kCells),
        volts(kCells, 1.4f),
        set_shift(kCells),
        reset_shift(kCells),
        upper_S(kCells, 60e-6f),
        z_low(kCells),
        memory(kCells),
        width(kCells, 2.0f),
        active(kCells, 1) {
    row.columns = kCells;
    row.g_S = g_S.data();
    row.active = active.data();
    row.variation = {set_shift.data(), reset_shift.data(), upper_S.data(), z_low.data()};
    row.state[0] = memory.data();
    for (std::size_t i = 0; i < kCells; ++i) noise[i] = -2.0f + 0.25f * static_cast<float>(i);
  }
  void pulse(std::int8_t polarity, float amplitude_V, const float* relative_width = nullptr) {
    const std::vector<std::int8_t> all(kCells, polarity);
    std::fill(volts.begin(), volts.end(), amplitude_V);
    Pulse applied;
    applied.polarity = all.data();
    applied.amplitude_V = volts.data();
    applied.width_s = device->pulse_width_s();
    applied.noise = noise.data();
    applied.relative_width = relative_width;
    device->apply_pulse(row, applied);
  }
};

TEST(SoftBoundCycle, OffNeedsNoState) {
  EXPECT_EQ(Cells(card_with({})).device->states(), 0);
  EXPECT_EQ(Cells(card_with({{"sigma_v_cycle", 0.1}})).device->states(), 1);
  EXPECT_EQ(Cells(card_with({{"feedback_scale", 1e-6}})).device->states(), 1);
}

TEST(SoftBoundCycle, AFullResetLandsAtABoundOfItsOwn) {
  Cells cells(card_with({{"sigma_g_low_cycle", 0.5}}));
  cells.active[3] = 0;
  cells.pulse(-1, 20);
  for (std::size_t i = 0; i < kCells; ++i) {
    const double low_S = i == 3 ? 5e-6 : 0.5e-6 * std::exp(-0.5 * cells.noise[i]);
    EXPECT_NEAR(cells.g_S[i], low_S, 1e-6 * low_S);
    EXPECT_EQ(cells.memory[i], i == 3 ? 0 : cells.noise[i]);
  }
}

TEST(SoftBoundCycle, TheNextSetsStartFromWhatTheResetLeft) {
  Cells cells(card_with({{"sigma_v_cycle", 0.06}, {"sigma_g_high_cycle", 0.2}, {"sigma_g_low_cycle", 0.5}, {"sigma_c2c", 0.0}}));
  cells.pulse(-1, 20);
  const std::vector<float> z = cells.noise, before = cells.g_S;
  std::fill(cells.noise.begin(), cells.noise.end(), 1.0f);  // of the SET: no matter
  cells.pulse(+1, 1.4f);
  for (std::size_t i = 0; i < kCells; ++i) {
    const double high_S = 60e-6 * std::exp(-0.2 * z[i]), low_S = before[i];
    const double expected = low_S + 1.6e-6 * std::exp((1.4 - 1.2 - 0.06 * z[i]) / 0.15) * (high_S - low_S) / (high_S - low_S);
    EXPECT_NEAR(cells.g_S[i], expected, 1e-5 * expected) << i;
    EXPECT_EQ(cells.memory[i], z[i]);
  }
}

TEST(SoftBoundCycle, FeedbackIsASetThatWeakensWhileItLasts) {
  const double onset_S = 8 * kMicro, scale_S = 6 * kMicro;
  Cells cells(card_with({{"feedback_onset", onset_S}, {"feedback_scale", scale_S}, {"sigma_c2c", 0.0}}));
  for (std::size_t i = 0; i < kCells; ++i) cells.g_S[i] = 1e-6f + 1e-6f * static_cast<float>(i);
  const std::vector<float> before = cells.g_S;
  cells.pulse(+1, 1.6f);
  for (std::size_t i = 0; i < kCells; ++i) {
    const double step_S = 1.6e-6 * std::exp(0.4 / 0.15) * (60e-6 - before[i]) / 59.5e-6;
    double g_S = before[i];  // the pulse in 100,000 slices
    for (int slice = 0; slice < 100'000; ++slice) g_S += step_S * 1e-5 * std::exp(-std::max(0.0, g_S - onset_S) / scale_S);
    EXPECT_NEAR(cells.g_S[i], g_S, 1e-4 * g_S) << i;
  }
}

TEST(SoftBoundCycle, BlindWriteAllowsForTheFeedback) {
  Cells cells(card_with({{"feedback_onset", 8 * kMicro}, {"feedback_scale", 6 * kMicro}, {"set_stop", 20.0}}));
  std::fill(cells.g_S.begin(), cells.g_S.end(), 0.5e-6f);
  std::vector<float> target_S(kCells);
  for (std::size_t i = 0; i < kCells; ++i) target_S[i] = 2e-6f * static_cast<float>(i + 1);
  cells.row.target_S = target_S.data();
  std::fill(cells.noise.begin(), cells.noise.end(), 0.0f);
  cells.device->blind_write(cells.row, cells.noise.data());
  for (std::size_t i = 0; i < kCells; ++i) EXPECT_NEAR(cells.g_S[i], target_S[i], 2e-3 * target_S[i]);
}

TEST(SoftBoundCycle, HeavierTailsWidenTheLowerBoundsOnly) {
  const auto low_uS = [](double tail, float z) {
    Cells cells(card_with({{"sigma_g_low", 0.5}, {"tail_g_low", tail}}));
    std::fill(cells.z_low.begin(), cells.z_low.end(), z);
    cells.device->initialize(cells.row);
    return cells.g_S[0] * 1e6;
  };
  EXPECT_NEAR(low_uS(0, 2), 0.5 * std::exp(0.5 * 2), 1e-6);
  EXPECT_NEAR(low_uS(0.4, 2), 0.5 * std::exp(0.5 * (2 + 0.4 * 8)), 1e-5);
  EXPECT_NEAR(low_uS(0.4, 0), 0.5, 1e-6);
}

TEST(SoftBoundCycle, LowerBoundFollowsTheRampsStep) {
  const auto low_uS = [](double exponent, double step_V) {
    Cells cells(card_with({{"g_low_exponent", exponent}, {"g_low_step", 0.05}, {"set_step", step_V}}));
    cells.device->initialize(cells.row);
    return cells.g_S[0] * 1e6;
  };
  EXPECT_NEAR(low_uS(0.4, 0.1), 0.5 * std::pow(2, 0.4), 1e-6);
  EXPECT_EQ(low_uS(0, 0.1), low_uS(0, 0.02));
}

TEST(SoftBoundCycle, AWiderPulseIsAStrongerOne) {
  const Card card = card_with({{"width_exponent", 0.5}, {"sigma_c2c", 0.0}});
  Cells twice(card), once(card);
  twice.pulse(+1, 1.3f, twice.width.data());
  once.pulse(+1, 1.3f);
  for (std::size_t i = 0; i < kCells; ++i) EXPECT_NEAR((twice.g_S[i] - 5e-6) / (once.g_S[i] - 5e-6), std::sqrt(2.0), 1e-4);
}

}  // namespace
}  // namespace swimsim
