// neurosim: NeuroSim's analog cell, whose conductance follows an exponential curve in the number of pulses.
//
// Paper     Chen, Peng, Yu, "NeuroSim", IEEE TCAD 2018, equations (8) to (10); MLP+NeuroSim 3.0 for what the paper leaves open.
// Equation  potentiation (SET)  G(P) = B (1 - exp(-P / A)) + Gmin,   depression (RESET)  G(P) = -B (1 - exp((P - Pmax) / A)) + Gmax,
//           B = (Gmax - Gmin) / (1 - exp(-Pmax / A)), A = a(NL) Pmax, each direction with its own NL and Pmax.
//           One pulse from any G is one step along its curve: SET  G += (B + Gmin - G) k,  RESET  G -= (G - Gmax + B) k,
//           k = 1 - exp(-1 / A); then G += sigma_c2c (Gmax - Gmin) z, clipped to [Gmin, Gmax].
//           a(NL) solves NL = 10.101 d(a), d = 1 / (1 - exp(-1 / a)) - a + a ln(a (1 - exp(-1 / a))). A RESET label is negative by
//           convention. once for every device: NL + sigma_nl z for each direction, Gmax (1 + sigma_g_max z''), Gmin (1 + sigma_g_min z''')
//           read  G (1 + sigma_read z);  no relaxation.
// Blind     as many pulses as take the median device from g_min to the target, at once: scatter sigma_c2c (Gmax - Gmin) sqrt(pulses).
// Validity  the published conditions only: the pulses of a card have one amplitude and one width.

#include <algorithm>
#include <cmath>

#include "models/common/fast_math.h"
#include "models/device/kernels/kernels.h"
#include "models/device/kernels/neurosim_curve.h"

namespace swimsim {

double nonlinearity_label(double a) {
  const double filled = -std::expm1(-1 / a);
  return 10.101 * (1 / filled - a + a * std::log(a * filled));
}

double normalised_a(double label) {
  const double size = std::clamp(std::fabs(label), 0.01, 9.9);
  double low = std::log(1e-3), high = std::log(1e3);  // the label falls with a
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (nonlinearity_label(std::exp(middle)) > size ? low : high) = middle;
  }
  return std::copysign(std::exp((low + high) / 2), label);
}

namespace {

/// What the variations of a cell mean.
constexpr int set_shape = 0, reset_shape = 1, upper_bound = 2, lower_bound = 3;

/// Share of the way to the curve's asymptote that one pulse goes.
double share_of_pulse(double label, double pulses) { return -std::expm1(-1 / (normalised_a(label) * pulses)); }

class NeuroSim final : public Device {
 public:
  explicit NeuroSim(const Card& card)
      : g_min_S_(card.number("g_min")),
        g_max_S_(card.number("g_max")),
        pulses_{card.number("pulses_set"), card.number("pulses_reset")},
        label_{card.number("nl_set"), -card.number("nl_reset")},
        sigma_c2c_(card.number("sigma_c2c")),
        sigma_nl_(card.number("sigma_nl")),
        sigma_g_max_(card.number("sigma_g_max")),
        sigma_g_min_(card.number("sigma_g_min")),
        sigma_read_(static_cast<float>(card.number("sigma_read"))),
        volts_V_{card.number("v_set"), card.number("v_reset")},
        pulse_width_s_(card.number("pulse_width")),
        median_share_(static_cast<float>(share_of_pulse(label_[0], pulses_[0]))) {}

  double g_min_S() const override { return g_min_S_; }
  double g_max_S() const override { return g_max_S_; }

  int variations() const override { return 4; }

  void shape_variation(int which, std::size_t cells, float* variation) const override {
    for (std::size_t i = 0; i < cells; ++i) {
      const double z = variation[i];
      double value = 0;
      if (which == upper_bound) value = std::max(g_max_S_ * (1 + sigma_g_max_ * z), g_min_S_);
      if (which == lower_bound) value = std::clamp(g_min_S_ * (1 + sigma_g_min_ * z), 0.0, g_max_S_);
      if (which == set_shape || which == reset_shape) {
        const double label = label_[which] + sigma_nl_ * z;
        value = sigma_nl_ == 0 && i > 0 ? variation[0] : share_of_pulse(label, pulses_[which]);
      }
      variation[i] = static_cast<float>(value);
    }
  }

  void initialize(const CellRow& row) const override { std::copy_n(row.variation[lower_bound], row.columns, row.g_S); }

  void blind_write(const CellRow& row, const float* noise) const override {
    // The median device has gone the share x of its way B after n = ln(1 - x) / ln(1 - k) pulses.
    const float range = static_cast<float>(g_max_S_ - g_min_S_), low_S = static_cast<float>(g_min_S_);
    const float log_left = log_left_of(median_share_);
    const float per_way = fill(median_share_, pulses_[0]) / range;
    for (std::size_t i = 0; i < row.columns; ++i) {
      const float x = (row.target_S[i] - low_S) * per_way;
      const float pulses = std::floor(log_clipped(1.0f - x) / log_left + 0.5f);
      const float left = exp_clipped(pulses * log_left_of(row.variation[set_shape][i]));
      const float end_S = asymptote(row, i, set_shape, +1.0f);
      const float landed = end_S - (end_S - row.g_S[i]) * left + scatter(row, i) * std::sqrt(pulses > 0 ? pulses : 0.0f) * noise[i];
      keep(row, i, landed);
    }
  }

  void apply_pulse(const CellRow& row, const Pulse& pulse) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      const bool up = pulse.polarity[i] > 0;
      const float set_end_S = asymptote(row, i, set_shape, +1.0f), reset_end_S = asymptote(row, i, reset_shape, -1.0f);
      const float set_share = row.variation[set_shape][i], reset_share = row.variation[reset_shape][i];
      const float g_S = row.g_S[i];
      const float change_S = ((up ? set_end_S : reset_end_S) - g_S) * (up ? set_share : reset_share);
      keep(row, i, g_S + change_S + scatter(row, i) * pulse.noise[i]);
    }
  }

  float relaxed_S(float g_S, float) const override { return g_S; }
  float read_sigma_S(float g_S) const override { return sigma_read_ * g_S; }
  void read_sigmas_S(std::size_t cells, const float* g_S, float* sigma_S) const override {
    for (std::size_t i = 0; i < cells; ++i) sigma_S[i] = sigma_read_ * g_S[i];
  }

  VoltageRamp ramp(int polarity) const override {
    const double volts = volts_V_[polarity > 0 ? 0 : 1];
    return {volts, 0, volts};
  }
  double pulse_width_s() const override { return pulse_width_s_; }
  double blind_amplitude_V() const override { return volts_V_[0]; }
  /// The row waits for its slowest cell: all the pulses there are. Energy is charged for that long too, an upper bound.
  double blind_width_s() const override { return pulses_[0] * pulse_width_s_; }

 private:
  /// ln(1 - k).
  static float log_left_of(float share) { return log_clipped(1.0f - share); }
  /// 1 - exp(-Pmax / A) = 1 - (1 - k)^Pmax.
  static float fill(float share, double pulses) { return 1.0f - exp_clipped(static_cast<float>(pulses) * log_left_of(share)); }

  /// Where the curve of one direction would end after infinitely many pulses.
  float asymptote(const CellRow& row, std::size_t i, int direction, float sign) const {
    const float low_S = row.variation[lower_bound][i], high_S = row.variation[upper_bound][i];
    const float way_S = (high_S - low_S) / fill(row.variation[direction][i], pulses_[direction]);
    return sign > 0 ? low_S + way_S : high_S - way_S;
  }
  float scatter(const CellRow& row, std::size_t i) const {
    return static_cast<float>(sigma_c2c_) * (row.variation[upper_bound][i] - row.variation[lower_bound][i]);
  }
  static void keep(const CellRow& row, std::size_t i, float wanted_S) {
    const float low_S = row.variation[lower_bound][i], high_S = row.variation[upper_bound][i];
    const float above = wanted_S > low_S ? wanted_S : low_S;
    const float landed = above < high_S ? above : high_S;
    row.g_S[i] = row.active[i] ? landed : row.g_S[i];
  }

  double g_min_S_, g_max_S_;
  double pulses_[2], label_[2];  ///< SET, RESET
  double sigma_c2c_, sigma_nl_, sigma_g_max_, sigma_g_min_;
  float sigma_read_;
  double volts_V_[2], pulse_width_s_;
  float median_share_;
};

}  // namespace

DeviceKernel neurosim_kernel() {
  DeviceKernel kernel;
  kernel.name = "neurosim";
  kernel.title = "NeuroSim's analog cell: an exponential curve in the number of equal pulses";
  kernel.parameters = {
      {"g_min", Dimension::conductance, 1e-12, 1e-2, {}, "lowest conductance, level 0"},
      {"g_max", Dimension::conductance, 1e-12, 1e-2, {}, "highest conductance, the highest level"},
      {"pulses_set", Dimension::number, 1, 1e5, {}, "SET pulses from g_min to g_max"},
      {"pulses_reset", Dimension::number, 1, 1e5, {}, "RESET pulses from g_max to g_min"},
      {"nl_set", Dimension::number, -9, 9, {}, "NeuroSim's label of nonlinearity of SET, positive where the steps shrink"},
      {"nl_reset", Dimension::number, -9, 9, {}, "of RESET, negative where the steps shrink"},
      {"sigma_c2c", Dimension::fraction, 0, 1, {}, "scatter of one pulse, as a fraction of the range"},
      {"sigma_nl", Dimension::number, 0, 9, {}, "spread of the labels from device to device"},
      {"sigma_g_max", Dimension::fraction, 0, 1, {}, "spread of g_max from device to device"},
      {"sigma_g_min", Dimension::fraction, 0, 1, {}, "spread of g_min from device to device"},
      {"sigma_read", Dimension::fraction, 0, 1, {}, "noise of one read, as a fraction of the conductance"},
      {"v_set", Dimension::voltage, 0.01, 20, {}, "amplitude of a SET pulse"},
      {"v_reset", Dimension::voltage, 0.01, 20, {}, "amplitude of a RESET pulse"},
      {"pulse_width", Dimension::time, 1e-12, 1, {}, "width of every pulse"},
  };
  kernel.make = [](const Card& card, const DeviceContext&) { return std::make_unique<NeuroSim>(card); };
  return kernel;
}

}  // namespace swimsim
