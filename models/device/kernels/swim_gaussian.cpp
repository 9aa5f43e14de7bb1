// swim_gaussian: SWIM's own abstraction, a Gaussian error before and after write-verify.
//
// Paper     Yan, Hu, Shi, "SWIM", DAC 2022, and the authors' code: additive Gaussian error, not clipped, on every weight.
// Equation  blind write  x = T + s(sigma_before) z;   after the last of n cycles  x = T + s(sigma_after) z'
//           sigma_unit swim: s chosen so that the rebuilt weight has standard deviation sigma * sqrt(sum_{i=1..8} 4^-i) of the
//           layer's largest weight (0.577 sigma; 8 devices of one bit); full_scale: s = sigma.
//           Levels: a cell whose target lies strictly between 1/4 and 3/4 of the range has s f / sqrt(0.4 f^2 + 0.6), every other cell
//           s / sqrt(0.4 f^2 + 0.6), f = sigma_mid_ratio (Yan, Hu, Shi, "U-SWIM", and the authors' code); f = 1: the same s for all.
//           n = 1 + Poisson(mean_cycles - 1), or geometric with that mean; in between the cell moves in n equal parts.
// Validity  abstract: nothing limits x; the verify read costs time and energy but does not decide.

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/device/kernels/kernels.h"

namespace swimsim {

namespace {

/// Cumulative distribution of the number of cycles: entry k is P(n <= k + 1). Ends where the rest is below 1e-15.
std::vector<double> cycle_distribution(const std::string& law, double mean) {
  constexpr std::size_t kLongest = 100'000;
  std::vector<double> cumulative;
  double probability = law == "poisson" ? std::exp(-(mean - 1)) : 1 / mean;
  double sum = 0;
  while (sum < 1 - 1e-15 && cumulative.size() < kLongest) {
    sum += probability;
    cumulative.push_back(sum);
    probability *= law == "poisson" ? (mean - 1) / static_cast<double>(cumulative.size()) : 1 - 1 / mean;
    if (probability <= 1e-18 && sum > 0.5) break;
  }
  cumulative.back() = 1;
  return cumulative;
}

class SwimGaussian final : public Device {
 public:
  SwimGaussian(const Card& card, const DeviceContext& context)
      : g_min_S_(card.number("g_min")),
        g_max_S_(card.number("g_max")),
        cumulative_(cycle_distribution(card.text("cycle_law"), card.number("mean_cycles"))),
        sigma_read_S_(static_cast<float>(card.number("sigma_read") * (g_max_S_ - g_min_S_))),
        v_set_V_(card.number("v_set")),
        pulse_width_s_(card.number("pulse_width")) {
    const double per_cell = card.text("sigma_unit") == "swim" ? context.swim_sigma_per_cell : 1.0;
    const double mid = card.number("sigma_mid_ratio"), mean = std::sqrt(0.4 * mid * mid + 0.6);  // exactly 1 for mid = 1
    sigma_before_ = levels(card.number("sigma_before") * per_cell * (g_max_S_ - g_min_S_), mid, mean);
    sigma_after_ = levels(card.number("sigma_after") * per_cell * (g_max_S_ - g_min_S_), mid, mean);
  }

  double g_min_S() const override { return g_min_S_; }
  double g_max_S() const override { return g_max_S_; }
  int variations() const override { return 0; }
  void shape_variation(int, std::size_t, float*) const override {}

  void blind_write(const CellRow& row, const float* noise) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      const float landed = row.target_S[i] + sigma_before_.at(row.target_S[i]) * noise[i];
      row.g_S[i] = row.active[i] ? landed : row.g_S[i];
    }
  }

  std::optional<WriteSigmas> write_sigmas(float target_S) const override {
    return WriteSigmas{sigma_before_.at(target_S), sigma_after_.at(target_S)};
  }

  void apply_pulse(const CellRow&, const Pulse&) const override { throw std::logic_error("swim_gaussian counts cycles, it has no pulses"); }

  float relaxed_S(float g_S, float) const override { return g_S; }
  float read_sigma_S(float) const override { return sigma_read_S_; }
  void read_sigmas_S(std::size_t cells, const float*, float* sigma_S) const override { std::fill_n(sigma_S, cells, sigma_read_S_); }

  VoltageRamp ramp(int) const override { return {v_set_V_, 0, v_set_V_}; }
  double pulse_width_s() const override { return pulse_width_s_; }
  double blind_amplitude_V() const override { return v_set_V_; }
  double blind_width_s() const override { return pulse_width_s_; }

  bool counts_cycles() const override { return true; }

  std::uint32_t cycles_needed(double uniform) const override {
    std::uint32_t cycles = 1;
    for (const double cumulative : cumulative_) {
      if (uniform < cumulative) break;
      ++cycles;
    }
    return cycles;
  }

  void counted_cycle(const CellRow& row, const CountedCycles& cycles) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      if (!row.active[i]) continue;
      const float verified_S = row.target_S[i] + sigma_after_.at(row.target_S[i]) * cycles.end_noise[i];
      const std::uint32_t left = cycles.needed[i] - cycles.done[i] + 1;  // this cycle included
      row.g_S[i] = left <= 1 ? verified_S : row.g_S[i] + (verified_S - row.g_S[i]) / static_cast<float>(left);
    }
  }

 private:
  /// Scatter of the levels in the middle of the range and of those outside.
  struct LevelSigma {
    float low_S, high_S, mid_sigma_S, outer_sigma_S;
    float at(float target_S) const { return target_S > low_S && target_S < high_S ? mid_sigma_S : outer_sigma_S; }
  };
  LevelSigma levels(double sigma_S, double mid, double mean) const {
    const double range_S = g_max_S_ - g_min_S_;
    return {static_cast<float>(g_min_S_ + 0.25 * range_S), static_cast<float>(g_min_S_ + 0.75 * range_S),
            static_cast<float>(sigma_S * mid / mean), static_cast<float>(sigma_S / mean)};
  }

  double g_min_S_, g_max_S_;
  std::vector<double> cumulative_;
  LevelSigma sigma_before_{}, sigma_after_{};
  float sigma_read_S_;
  double v_set_V_, pulse_width_s_;
};

}  // namespace

DeviceKernel swim_gaussian_kernel() {
  DeviceKernel kernel;
  kernel.name = "swim_gaussian";
  kernel.title = "SWIM's Gaussian: sigma before and after write-verify, cycles drawn from a law";
  kernel.parameters = {
      {"g_min", Dimension::conductance, 1e-9, 1e-2, {}, "conductance of level 0"},
      {"g_max", Dimension::conductance, 1e-9, 1e-2, {}, "conductance of the highest level"},
      {"sigma_before", Dimension::fraction, 0, 2, {}, "scatter of the unverified write"},
      {"sigma_after", Dimension::fraction, 0, 2, {}, "scatter of a verified cell"},
      {"sigma_unit",
       Dimension::number,
       0,
       0,
       {"swim", "full_scale"},
       "swim: of the rebuilt weight as in SWIM's code; full_scale: of each cell"},
      {"sigma_mid_ratio",
       Dimension::number,
       0.01,
       100,
       {},
       "scatter of the middle levels over that of the outer ones; 1: the same for all"},
      {"mean_cycles", Dimension::number, 1, 200, {}, "mean number of write-verify cycles of a cell"},
      {"cycle_law", Dimension::number, 0, 0, {"poisson", "geometric"}, "law of the number of cycles: 1 + Poisson, or geometric"},
      {"sigma_read", Dimension::fraction, 0, 1, {}, "noise of one read, fraction of full scale; does not decide"},
      {"v_set", Dimension::voltage, 0.01, 20, {}, "amplitude of a pulse"},
      {"pulse_width", Dimension::time, 1e-12, 1, {}, "width of a pulse"},
  };
  kernel.counts_cycles = true;
  kernel.make = [](const Card& card, const DeviceContext& context) { return std::make_unique<SwimGaussian>(card, context); };
  return kernel;
}

}  // namespace swimsim
