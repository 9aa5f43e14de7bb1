// swim_pulse: SWIM's cell as a loop of pulses.
//
// Paper     Yan, Hu, Shi, "SWIM", DAC 2022: sigma 0.1 before and 0.03 after write-verify, about 10 cycles a weight (recalled figures).
// Equation  blind write   x = T + sigma_blind z
//           pulse         x += polarity * step * variation * (1 + sigma_c2c z),   variation = exp(sigma_d2d z - sigma_d2d^2 / 2)
//           read          x + sigma_read z;   relaxation after the last pulse  x + sigma_relax z
//           with x = (g - g_min) / (g_max - g_min)
// Fit       step, sigma_blind and sigma_relax are calibrated to SWIM's three figures for any target: a calibration, no validation.
// Validity  abstract: nothing limits x, and volts and widths only set energy and time.

#include <algorithm>

#include "models/common/fast_math.h"
#include "models/device/kernels/kernels.h"

namespace swimsim {

namespace {

class SwimPulse final : public Device {
 public:
  explicit SwimPulse(const Card& card)
      : g_min_S_(card.number("g_min")),
        g_max_S_(card.number("g_max")),
        step_S_(static_cast<float>(card.number("step") * (g_max_S_ - g_min_S_))),
        sigma_d2d_(static_cast<float>(card.number("sigma_d2d"))),
        sigma_c2c_(static_cast<float>(card.number("sigma_c2c"))),
        sigma_blind_S_(static_cast<float>(card.number("sigma_blind") * (g_max_S_ - g_min_S_))),
        sigma_read_S_(static_cast<float>(card.number("sigma_read") * (g_max_S_ - g_min_S_))),
        sigma_relax_S_(static_cast<float>(card.number("sigma_relax") * (g_max_S_ - g_min_S_))),
        v_set_V_(card.number("v_set")),
        v_reset_V_(card.number("v_reset")),
        pulse_width_s_(card.number("pulse_width")),
        v_blind_V_(card.number("v_blind")),
        blind_width_s_(card.number("blind_width")) {}

  double g_min_S() const override { return g_min_S_; }
  double g_max_S() const override { return g_max_S_; }

  int variations() const override { return 1; }
  void shape_variation(int, std::size_t cells, float* variation) const override {
    for (std::size_t i = 0; i < cells; ++i) {
      variation[i] = exp_clipped(sigma_d2d_ * variation[i] - sigma_d2d_ * sigma_d2d_ / 2);
    }
  }

  void blind_write(const CellRow& row, const float* noise) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      const float landed = row.target_S[i] + sigma_blind_S_ * noise[i];
      row.g_S[i] = row.active[i] ? landed : row.g_S[i];
    }
  }

  void apply_pulse(const CellRow& row, const Pulse& pulse) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      const float change = step_S_ * row.variation[0][i] * (1.0f + sigma_c2c_ * pulse.noise[i]);
      const float moved = row.g_S[i] + static_cast<float>(pulse.polarity[i]) * change;
      row.g_S[i] = row.active[i] ? moved : row.g_S[i];
    }
  }

  float relaxed_S(float g_S, float noise) const override { return g_S + sigma_relax_S_ * noise; }
  float read_sigma_S(float) const override { return sigma_read_S_; }
  void read_sigmas_S(std::size_t cells, const float*, float* sigma_S) const override { std::fill_n(sigma_S, cells, sigma_read_S_); }

  VoltageRamp ramp(int polarity) const override { return {polarity > 0 ? v_set_V_ : v_reset_V_, 0, polarity > 0 ? v_set_V_ : v_reset_V_}; }
  double pulse_width_s() const override { return pulse_width_s_; }
  double blind_amplitude_V() const override { return v_blind_V_; }
  double blind_width_s() const override { return blind_width_s_; }

 private:
  double g_min_S_, g_max_S_;
  float step_S_, sigma_d2d_, sigma_c2c_, sigma_blind_S_, sigma_read_S_, sigma_relax_S_;
  double v_set_V_, v_reset_V_, pulse_width_s_, v_blind_V_, blind_width_s_;
};

}  // namespace

DeviceKernel swim_pulse_kernel() {
  DeviceKernel kernel;
  kernel.name = "swim_pulse";
  kernel.title = "SWIM's cell as a pulse loop: equal steps from both sides, read noise, relaxation";
  kernel.parameters = {
      {"g_min", Dimension::conductance, 1e-9, 1e-2, {}, "conductance of level 0"},
      {"g_max", Dimension::conductance, 1e-9, 1e-2, {}, "conductance of the highest level"},
      {"step", Dimension::fraction, 1e-4, 0.5, {}, "mean change of one pulse, as a fraction of g_max - g_min"},
      {"sigma_d2d", Dimension::fraction, 0, 1, {}, "log-normal spread of the step from device to device"},
      {"sigma_c2c", Dimension::fraction, 0, 1, {}, "relative spread of the step from pulse to pulse"},
      {"sigma_blind", Dimension::fraction, 0, 1, {}, "scatter of the unverified write before relaxation, fraction of full scale"},
      {"sigma_read", Dimension::fraction, 0, 1, {}, "noise of one read, fraction of full scale"},
      {"sigma_relax", Dimension::fraction, 0, 1, {}, "relaxation after the last pulse, fraction of full scale"},
      {"v_set", Dimension::voltage, 0.01, 20, {}, "amplitude of a SET pulse"},
      {"v_reset", Dimension::voltage, 0.01, 20, {}, "amplitude of a RESET pulse"},
      {"pulse_width", Dimension::time, 1e-12, 1, {}, "width of a SET or RESET pulse"},
      {"v_blind", Dimension::voltage, 0.01, 20, {}, "amplitude of the unverified write"},
      {"blind_width", Dimension::time, 1e-12, 1, {}, "width of the unverified write"},
  };
  kernel.make = [](const Card& card, const DeviceContext&) { return std::make_unique<SwimPulse>(card); };
  return kernel;
}

}  // namespace swimsim
