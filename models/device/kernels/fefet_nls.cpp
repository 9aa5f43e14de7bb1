// fefet_nls: a ferroelectric transistor of many domains that switch by nucleation.
//
// Papers    nucleation-limited switching as in Alessandri et al., IEEE TED 2019, and the published code of Notre Dame's FeFET model
//           (Scalable-FeFET); referred to the gate voltage and fitted to that code's measured memory window. EKV channel (recalled).
// Equation  a domain of field Ea that pulses of the amplitudes V_k and widths t_k push towards the other side has switched with
//           1 - exp(-h^2),  h = sum t_k / tau(Ea, V_k),  tau = tau_0 exp((Ea / V)^alpha);  Ea ~ N(ea_mean, sigma_ea) over the domains
//           threshold = vth_high - window (switched domains) / domains,  G from EKV at the read voltages, in series with r_series
//           once for every device: all Ea times 1 + sigma_ea_device / ea_mean z
//           read   G + sigma_read_v |dG/dVth| z;  right after a pulse the threshold seems trap_shift exp(-t / trap_tau) off, against
//                  what the pulse did;  retention: the window closes by retention_loss a decade of time, symmetrically
// Domains   are not stored one by one: a cell carries how many have switched and the history at a few fields (nucleation.h), and a pulse
//           draws the number that follow it from the exact binomial. A domain's Ea is not remembered from one programming to the next.
// Reversal  A pulse of the other polarity starts a new history, h = 0, for what the old polarity left on its side (the published code lets
//           h run down instead).
// Disturb   seconds at 2 V, exact for the domains 1.5 sigma below the mean. It has no noise and adds to the history of its own polarity.
//           Against the polarity of the last pulse it counts only where at least a domain a call follows: less would wipe out the history.
// Blind     one pulse at the volts that take the median erased device to its target.
// Validity  the fit covers 2 to 4.5 V and 50 ns to 10 us; tau_0, alpha and Ea are an interpolation and not physics.

#include <algorithm>
#include <array>
#include <cmath>

#include "models/common/fast_math.h"
#include "models/device/kernels/binomial_quantile.h"
#include "models/device/kernels/fefet_channel.h"
#include "models/device/kernels/kernels.h"
#include "models/device/kernels/nucleation.h"

namespace swimsim {

namespace {

/// Half-select disturb is counted in seconds at these volts, half of a 4 V write, weighted for domains 1.5 sigma below the mean.
constexpr double kDisturb_V = 2.0, kDisturbSigmas = -1.5;
/// A disturb against the direction of the last pulse counts from here on: domains a call. Less would only wipe out the history.
constexpr float kDisturbedDomains = 1.0f;

/// A shift by trapped charge that no read can tell from none: a hundredth of the noise of a verify.
constexpr float kNegligibleShift_V = 1e-4f;

constexpr int kBlindSteps = 256;  ///< of the table of blind volts over the range of targets

class FefetNls final : public Device {
 public:
  explicit FefetNls(const Card& card)
      : g_min_S_(card.number("g_min")),
        g_max_S_(card.number("g_max")),
        window_V_(card.number("window")),
        vth_high_V_(card.number("vth_high")),
        domains_(static_cast<float>(std::round(card.number("domains")))),
        law_{card.number("tau_0"), card.number("alpha"), card.number("ea_mean"), card.number("sigma_ea")},
        nucleation_(law_),
        sigma_ea_device_V_(card.number("sigma_ea_device")),
        channel_({card.number("gain"), card.number("slope"), card.number("read_gate"), card.number("read_drain"), card.number("r_series"),
                  vth_high_V_ - window_V_, vth_high_V_}),
        program_ramp_{card.number("program_start"), card.number("program_step"), card.number("program_stop")},
        reset_ramp_{card.number("reset_start"), card.number("reset_step"), card.number("reset_stop")},
        pulse_width_s_(card.number("pulse_width")),
        erase_V_(card.number("v_erase")),
        erase_width_s_(card.number("erase_width")),
        sigma_read_V_(static_cast<float>(card.number("sigma_read_v"))),
        trap_shift_V_(static_cast<float>(card.number("trap_shift"))),
        trap_tau_s_(card.number("trap_tau")),
        kept_(retained_share(card)),
        switched_charge_C_(2 * card.number("polarisation") * 1e-2 * card.number("gate_area") * 1e-18),
        gate_F_(card.number("c_gate")) {
    invert_median();
  }

  double g_min_S() const override { return g_min_S_; }
  double g_max_S() const override { return g_max_S_; }

  int variations() const override { return 1; }
  /// ln of the device's factor on all its fields, times alpha.
  void shape_variation(int, std::size_t cells, float* variation) const override {
    const double relative = sigma_ea_device_V_ / law_.ea_mean_V;
    for (std::size_t i = 0; i < cells; ++i) {
      variation[i] = static_cast<float>(law_.alpha * std::log(std::max(0.1, 1 + relative * variation[i])));
    }
  }

  int states() const override { return DomainBatch::kStates; }
  void initialize(const CellRow& row) const override {
    nucleation_.start(row);
    std::fill_n(row.g_S, row.columns, channel_.curve().conductance_S(static_cast<float>(vth_high_V_)));
  }

  void blind_write(const CellRow& row, const float* noise) const override {
    const float width_s = static_cast<float>(pulse_width_s_);
    pulse_row(row, noise, [&](std::size_t i) { return Strike{blind_V(row.target_S[i]), width_s, 1.0f}; });
  }

  void apply_pulse(const CellRow& row, const Pulse& pulse) const override {
    const float width_s = static_cast<float>(pulse.width_s);
    const float* widths = pulse.relative_width;
    pulse_row(row, pulse.noise, [&](std::size_t i) {
      return Strike{pulse.amplitude_V[i], widths == nullptr ? width_s : width_s * widths[i], pulse.polarity[i] > 0 ? 1.0f : -1.0f};
    });
  }

  void pulse_energy_J(const CellRow& row, const float* before_S, const float* amplitude_V, double, double* energy_J) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      energy_J[i] = 0;
      if (!row.active[i]) continue;
      const double volts = amplitude_V[i];
      const double part = std::fabs(channel_.threshold_V(row.g_S[i]) - channel_.threshold_V(before_S[i])) / window_V_;
      energy_J[i] = volts * (switched_charge_C_ * part + 0.5 * gate_F_ * volts);
    }
  }
  bool is_resistor() const override { return false; }

  bool erases() const override { return true; }
  void erase(const CellRow& row, const float* noise) const override {
    const Strike strike{static_cast<float>(erase_V_), static_cast<float>(erase_width_s_), -1.0f};
    pulse_row(row, noise, [&](std::size_t) { return strike; });
  }
  double erase_amplitude_V() const override { return erase_V_; }
  double erase_width_s() const override { return erase_width_s_; }

  /// Equivalent seconds at kDisturb_V.
  double disturb_dose(int, double amplitude_V) const override {
    constexpr float kNothing = -80;
    if (!(amplitude_V > 0)) return 0;
    const double field_V = law_.ea_mean_V + kDisturbSigmas * law_.sigma_ea_V;
    const auto log_rate = [&](double volts) {
      return -exp_clipped(static_cast<float>(law_.alpha) * log_clipped(static_cast<float>(field_V / volts)));
    };
    const float gain = log_rate(amplitude_V) - log_rate(kDisturb_V);
    return gain > kNothing ? pulse_width_s_ * static_cast<double>(exp_clipped(gain)) : 0;
  }
  void disturb(const CellRow& row, const float* set_dose, const float* reset_dose) const override {
    disturb_towards(row, set_dose, 1.0f);
    disturb_towards(row, reset_dose, -1.0f);
  }

  void apparent_S(const CellRow& row, double since_pulse_s, float* seen_S) const override {
    const float shift_V = trap_shift_V_ * exp_clipped(static_cast<float>(-since_pulse_s / trap_tau_s_));
    if (shift_V < kNegligibleShift_V) return Device::apparent_S(row, since_pulse_s, seen_S);
    const FefetChannel::Curve curve = channel_.curve();
    for (std::size_t i = 0; i < row.columns; ++i) {
      seen_S[i] = curve.conductance_S(channel_.threshold_V(row.g_S[i]) + row.state[DomainBatch::kDirection][i] * shift_V);
    }
  }

  float relaxed_S(float g_S, float) const override {
    if (kept_ == 1) return g_S;
    const double middle_V = vth_high_V_ - window_V_ / 2;
    return channel_.curve().conductance_S(static_cast<float>(middle_V + kept_ * (channel_.threshold_V(g_S) - middle_V)));
  }

  float read_sigma_S(float g_S) const override { return sigma_read_V_ * channel_.slope_S_per_V(g_S); }
  void read_sigmas_S(std::size_t cells, const float* g_S, float* sigma_S) const override {
    for (std::size_t i = 0; i < cells; ++i) sigma_S[i] = FefetNls::read_sigma_S(g_S[i]);
  }

  VoltageRamp ramp(int polarity) const override { return polarity > 0 ? program_ramp_ : reset_ramp_; }
  double pulse_width_s() const override { return pulse_width_s_; }
  /// Energy of the blind write is charged at one amplitude for all cells: that of a target in the middle of the range.
  double blind_amplitude_V() const override { return blind_V(static_cast<float>((g_min_S_ + g_max_S_) / 2)); }
  double blind_width_s() const override { return pulse_width_s_; }

 private:
  /// One pulse on one cell; `sign` is +1 towards programmed.
  struct Strike {
    float volts, width_s, sign;
  };

  static double retained_share(const Card& card) {
    const double decades = std::log10(std::max(1.0, card.number("relax_time") / card.number("retention_from")));
    return std::max(0.0, 1 - card.number("retention_loss") * decades);
  }

  /// Volts of the blind write over the range of targets.
  void invert_median() {
    blind_V_[0] = 0;
    for (int step = 1; step <= kBlindSteps; ++step) {
      const double target_S = g_min_S_ + (g_max_S_ - g_min_S_) * step / kBlindSteps;
      const double wanted = (vth_high_V_ - channel_.exact_threshold_V(target_S)) / window_V_;
      double low = 0.1, high = program_ramp_.stop_V;
      for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        (nucleation_.switched_share(middle, pulse_width_s_) < wanted ? low : high) = middle;
      }
      blind_V_[static_cast<std::size_t>(step)] = static_cast<float>((low + high) / 2);
    }
  }
  float blind_V(float target_S) const {
    const float per_S = static_cast<float>(kBlindSteps / (g_max_S_ - g_min_S_));
    const float place = std::clamp((target_S - static_cast<float>(g_min_S_)) * per_S, 0.0f, static_cast<float>(kBlindSteps));
    const auto step = static_cast<std::size_t>(std::min(place, static_cast<float>(kBlindSteps - 1)));
    return blind_V_[step] + (place - static_cast<float>(step)) * (blind_V_[step + 1] - blind_V_[step]);
  }

  template <class Work>
  static void for_batches(const CellRow& row, const Work& work) {
    DomainBatch batch;
    for (; batch.first < row.columns; batch.first += DomainBatch::kLanes) {
      batch.size = std::min(DomainBatch::kLanes, row.columns - batch.first);
      work(batch);
    }
  }

  /// One pulse on every active cell; `strike_of(i)` is what hits cell i, `noise` draws how many domains follow.
  template <class StrikeOf>
  void pulse_row(const CellRow& row, const float* noise, const StrikeOf& strike_of) const {
    for_batches(row, [&](DomainBatch& batch) {
      for (std::size_t i = 0; i < batch.size; ++i) {
        const Strike strike = strike_of(batch.first + i);
        batch.volts[i] = strike.volts;
        batch.width_s[i] = strike.width_s;
        batch.sign[i] = row.active[batch.first + i] ? strike.sign : row.state[DomainBatch::kDirection][batch.first + i];
      }
      nucleation_.strike(row, row.variation[0], batch);
      float* switched = batch.state[DomainBatch::kSwitched].data();
      for (std::size_t i = 0; i < batch.size; ++i) {
        if (!row.active[batch.first + i]) continue;
        const float able = batch.sign[i] > 0 ? domains_ - switched[i] : switched[i];
        const int follow = binomial_quantile(static_cast<int>(able + 0.5f), batch.chance[i], noise[batch.first + i]);
        switched[i] = std::clamp(switched[i] + batch.sign[i] * static_cast<float>(follow), 0.0f, domains_);
      }
      put_back(row, batch, [&](std::size_t i) { return row.active[batch.first + i] != 0; });
    });
  }

  /// The mean effect of doses of one direction.
  void disturb_towards(const CellRow& row, const float* dose, float sign) const {
    if (std::none_of(dose, dose + row.columns, [](float seconds) { return seconds > 0; })) return;
    for_batches(row, [&](DomainBatch& batch) {
      std::fill_n(batch.volts.begin(), batch.size, static_cast<float>(kDisturb_V));
      std::copy_n(dose + batch.first, batch.size, batch.width_s.begin());
      std::fill_n(batch.sign.begin(), batch.size, sign);
      nucleation_.strike(row, row.variation[0], batch);
      float* switched = batch.state[DomainBatch::kSwitched].data();
      DomainBatch::Lanes follow;
      for (std::size_t i = 0; i < batch.size; ++i) {
        follow[i] = (sign > 0 ? domains_ - switched[i] : switched[i]) * batch.chance[i];
        switched[i] += sign * follow[i];
      }
      put_back(row, batch, [&](std::size_t i) {
        const float direction = row.state[DomainBatch::kDirection][batch.first + i],
                    before = row.state[DomainBatch::kSwitched][batch.first + i];
        const bool is_at_end = before == (direction > 0 ? domains_ : 0.0f);  // no history to lose
        return batch.width_s[i] > 0 && (direction == sign || is_at_end || follow[i] >= kDisturbedDomains);
      });
    });
  }

  /// State and conductance of the columns for which `keep(i)` says so.
  template <class Keep>
  void put_back(const CellRow& row, const DomainBatch& batch, const Keep& keep) const {
    const FefetChannel::Curve curve = channel_.curve();
    const float high_V = static_cast<float>(vth_high_V_), per_domain_V = static_cast<float>(window_V_) / domains_;
    const float* __restrict switched = batch.state[DomainBatch::kSwitched].data();
    float* __restrict g_S = row.g_S + batch.first;
    DomainBatch::Lanes kept;
    for (std::size_t i = 0; i < batch.size; ++i) kept[i] = keep(i) ? 1.0f : 0.0f;
    for (std::size_t i = 0; i < batch.size; ++i) {
      const float new_S = curve.conductance_S(high_V - per_domain_V * switched[i]);
      g_S[i] = kept[i] > 0 ? new_S : g_S[i];
    }
    batch.store(row, kept);
  }

  double g_min_S_, g_max_S_;
  double window_V_, vth_high_V_;
  float domains_;
  NucleationLaw law_;
  Nucleation nucleation_;
  double sigma_ea_device_V_;
  FefetChannel channel_;
  VoltageRamp program_ramp_, reset_ramp_;
  double pulse_width_s_, erase_V_, erase_width_s_;
  float sigma_read_V_, trap_shift_V_;
  double trap_tau_s_;
  double kept_;  ///< share of the window that retention leaves
  double switched_charge_C_, gate_F_;
  std::array<float, kBlindSteps + 1> blind_V_{};
};

}  // namespace

DeviceKernel fefet_nls_kernel() {
  DeviceKernel kernel;
  kernel.name = "fefet_nls";
  kernel.title = "FeFET: many domains that switch by nucleation, erased in blocks, thresholds read through a transistor";
  kernel.parameters = {
      {"g_min", Dimension::conductance, 1e-12, 1e-2, {}, "conductance of level 0"},
      {"g_max", Dimension::conductance, 1e-12, 1e-2, {}, "conductance of the highest level"},
      {"window", Dimension::voltage, 0.01, 20, {}, "threshold of no domain switched less that of all"},
      {"vth_high", Dimension::voltage, -10, 10, {}, "threshold of an erased cell"},
      {"domains", Dimension::number, 1, 1e5, {}, "domains of a cell: few of them switch abruptly, it goes with the area"},
      {"tau_0", Dimension::time, 1e-15, 1, {}, "switching time at infinite volts"},
      {"alpha", Dimension::number, 0.1, 10, {}, "power of field over volts"},
      {"ea_mean", Dimension::voltage, 0.1, 100, {}, "activation field of the mean domain, in volts of the gate"},
      {"sigma_ea", Dimension::voltage, 1e-3, 20, {}, "its spread over the domains of a cell"},
      {"sigma_ea_device", Dimension::voltage, 0, 20, {}, "its spread from device to device; all fields of a device in proportion"},
      {"gain", Dimension::number, 1e-9, 1, {}, "beta of the transistor, in A/V^2"},
      {"slope", Dimension::number, 1, 3, {}, "its slope factor n"},
      {"read_gate", Dimension::voltage, -10, 10, {}, "gate voltage of a read"},
      {"read_drain", Dimension::voltage, 1e-3, 5, {}, "drain voltage of a read"},
      {"r_series", Dimension::resistance, 0, 1e9, {}, "resistor in series (1FeFET-1R), 0: none"},
      {"program_start", Dimension::voltage, 0.01, 20, {}, "first amplitude of a program ramp"},
      {"program_step", Dimension::voltage, 0, 20, {}, "its increment"},
      {"program_stop", Dimension::voltage, 0.01, 20, {}, "highest amplitude of a program pulse"},
      {"reset_start", Dimension::voltage, 0.01, 20, {}, "first amplitude of a ramp of weak erase pulses, magnitude"},
      {"reset_step", Dimension::voltage, 0, 20, {}, "its increment"},
      {"reset_stop", Dimension::voltage, 0.01, 20, {}, "highest amplitude of a weak erase pulse"},
      {"pulse_width", Dimension::time, 1e-12, 1, {}, "width of every pulse but the block erase"},
      {"v_erase", Dimension::voltage, 0.01, 20, {}, "amplitude of the block erase, magnitude"},
      {"erase_width", Dimension::time, 1e-12, 1, {}, "its width"},
      {"sigma_read_v", Dimension::voltage, 0, 1, {}, "noise of one read, in volts of the threshold"},
      {"trap_shift", Dimension::voltage, 0, 5, {}, "how far trapped charge hides a pulse just after it"},
      {"trap_tau", Dimension::time, 1e-12, 1e6, {}, "time in which that fades by e"},
      {"retention_loss", Dimension::fraction, 0, 1, {}, "of the window, for a decade of time"},
      {"retention_from", Dimension::time, 1e-9, 1e9, {}, "when the decades begin to count"},
      {"relax_time", Dimension::time, 0, 1e9, {}, "how long after the last pulse the cells are looked at"},
      {"polarisation", Dimension::number, 0, 1000, {}, "remanent polarisation in uC/cm^2"},
      {"gate_area", Dimension::number, 1, 1e12, {}, "in nm^2"},
      {"c_gate", Dimension::capacitance, 0, 1e-9, {}, "capacitance of the gate stack"},
  };
  kernel.make = [](const Card& card, const DeviceContext&) { return std::make_unique<FefetNls>(card); };
  return kernel;
}

}  // namespace swimsim
