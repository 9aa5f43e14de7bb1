#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "models/common/fast_math.h"

namespace swimsim {

/// Threshold of a transistor and its conductance at one read voltage, both ways. EKV (recalled):
/// I = 2 n beta Ut^2 (ln^2(1 + e^a) - ln^2(1 + e^b)),  a = (Vg - Vth) / (2 n Ut),  b = a - Vd / (2 Ut),  G = 1 / (R + Vd / I).
class FefetChannel {
 public:
  struct Parameters {
    double gain_A_per_V2 = 0;   ///< beta
    double slope = 1;           ///< n
    double gate_V = 0;          ///< Vg while reading
    double drain_V = 0;         ///< Vd while reading
    double resistance_Ohm = 0;  ///< R in series, 0: none
    double lowest_V = 0;        ///< lowest threshold there is
    double highest_V = 0;       ///< and the highest
  };

  /// The formula in single precision: a small value, so that loops can keep it in registers.
  struct Curve {
    float per_volt, gate, drain, scale_S, resistance_Ohm;

    /// Conductance at a threshold, in siemens.
    float conductance_S(float threshold_V) const {
      const float a = gate - threshold_V * per_volt;
      const float high = softplus(a), low = softplus(a - drain);
      const float channel_S = scale_S * (high * high - low * low);
      return channel_S / (1.0f + resistance_Ohm * channel_S);
    }
  };

  explicit FefetChannel(const Parameters& parameters) : p_(parameters) {
    const double per_volt = 1 / (2 * p_.slope * kThermal_V);
    curve_.per_volt = static_cast<float>(per_volt);
    curve_.gate = static_cast<float>(p_.gate_V * per_volt);
    curve_.drain = static_cast<float>(p_.drain_V / (2 * kThermal_V));
    curve_.scale_S = static_cast<float>(2 * p_.slope * p_.gain_A_per_V2 * kThermal_V * kThermal_V / p_.drain_V);
    curve_.resistance_Ohm = static_cast<float>(p_.resistance_Ohm);
    tabulate();
  }

  const Curve& curve() const { return curve_; }
  double exact_conductance_S(double threshold_V) const {
    const double a = (p_.gate_V - threshold_V) / (2 * p_.slope * kThermal_V);
    const double high = std::log1p(std::exp(a)), low = std::log1p(std::exp(a - p_.drain_V / (2 * kThermal_V)));
    const double channel_S = 2 * p_.slope * p_.gain_A_per_V2 * kThermal_V * kThermal_V / p_.drain_V * (high * high - low * low);
    return channel_S / (1 + p_.resistance_Ohm * channel_S);
  }

  /// Threshold at a conductance, from a table (within 0.1 mV); conductances outside the window count as its ends.
  float threshold_V(float g_S) const { return look_up(threshold_V_, g_S); }
  double exact_threshold_V(double g_S) const {
    double low = p_.lowest_V, high = p_.highest_V;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (exact_conductance_S(middle) > g_S ? low : high) = middle;
    }
    return (low + high) / 2;
  }

  /// How much the conductance falls per volt of threshold, from a table.
  float slope_S_per_V(float g_S) const { return look_up(slope_S_per_V_, g_S); }

 private:
  static constexpr double kThermal_V = 0.025852;  ///< kT/q at 300 K
  static constexpr int kSteps = 1024;
  using Table = std::array<float, kSteps + 1>;  ///< over the logarithm of the conductance

  /// ln(1 + e^x)
  static float softplus(float x) {
    const float e = exp_clipped(x);
    const float small = e * (1.0f - e * (0.5f - e * 0.33333333f)), general = log_clipped(1.0f + e);
    return e < 0.01f ? small : general;
  }

  void tabulate() {
    const double first = std::log(exact_conductance_S(p_.highest_V)), last = std::log(exact_conductance_S(p_.lowest_V));
    first_ = static_cast<float>(first);
    steps_per_e_ = static_cast<float>(kSteps / (last - first));
    for (int i = 0; i <= kSteps; ++i) {
      constexpr double kDelta_V = 1e-4;
      const double threshold_V = exact_threshold_V(std::exp(first + (last - first) * i / kSteps));
      const double change_S = exact_conductance_S(threshold_V - kDelta_V) - exact_conductance_S(threshold_V + kDelta_V);
      threshold_V_[static_cast<std::size_t>(i)] = static_cast<float>(threshold_V);
      slope_S_per_V_[static_cast<std::size_t>(i)] = static_cast<float>(change_S / (2 * kDelta_V));
    }
  }

  float look_up(const Table& table, float g_S) const {
    const float place = std::clamp((log_clipped(g_S) - first_) * steps_per_e_, 0.0f, static_cast<float>(kSteps));
    const auto step = static_cast<std::size_t>(std::min(place, static_cast<float>(kSteps - 1)));
    return table[step] + (place - static_cast<float>(step)) * (table[step + 1] - table[step]);
  }

  Parameters p_;
  Curve curve_{};
  float first_ = 0, steps_per_e_ = 0;
  Table threshold_V_{}, slope_S_per_V_{};
};

}  // namespace swimsim
