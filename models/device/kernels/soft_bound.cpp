// soft_bound: a ReRAM cell whose pulses act exponentially with the volts and fade towards soft bounds.
//
// Papers    soft bounds as in aihwkit's SoftBounds device and NeuroSim's exponential curve (Chen, Peng, Yu, TCAD 2018), the exponential
//           in the volts as in the Stanford-PKU model (Chen, Yu, IEEE TED 2015: recalled).
// Equation  SET    G += step_set   W exp((V - v0_set - d) / vt_set)     (Gmax - G) / (Gmax - Gmin) L
//           RESET  G -= step_reset W exp((V - v0_reset - d') / vt_reset) (G - Gmin) / (Gmax - Gmin) L,   clipped to [Gmin, Gmax]
//           W = (width / width_0)^width_exponent,  L = exp(sigma_c2c z - sigma_c2c^2 / 2): mean 1, drawn for every pulse
//           once for every device: d = sigma_v_set z, d' = sigma_v_reset z', Gmax = g_high exp(sigma_g_high z''),
//           Gmin = g_low exp(sigma_g_low (z''' + tail_g_low z'''^3)), with g_low multiplied by (set_step / g_low_step)^g_low_exponent
//           once for every RESET, with its z, until the next one: d += sigma_v_cycle z, Gmin *= exp(-sigma_g_low_cycle z),
//           Gmax *= exp(-sigma_g_high_cycle z): the deeper the RESET, the later the SETs and the less they reach
//           feedback: above feedback_onset a cell takes less and less of the volts (the transistor in series), the step of a SET falls
//           e-fold per feedback_scale, also while the pulse lasts: a SET that would end at onset + x ends at onset + scale ln(1 + x /
//           scale) read  G + sigma_read z relaxation  polynomial: G + s(G) z, s = s_1s + (s_1d - s_1s) ln(t / 1 s) / ln(1 d / 1 s),
//           saturating at both ends,
//                       s_1s and s_1d of the fourth order in min(G / relax_scale, 1); plus relax_shift, of the same kind, at any t
//                       flat: G + relax_shift_log ln t + (relax_sigma + relax_sigma_log ln t) z, t in seconds, 1 s at least
//           Conductance after relaxation is not negative.
// Blind     one SET pulse from wherever the cell is, at the volts that take the median device from g_low to its target, at most set_stop.
// Disturb   a half-selected cell takes the mean steps at the volts that it sees: its room to the bound decays exponentially with their
//           sum; feedback as at the beginning.
// Initial   hrs: every cell at its Gmin; uniform: anywhere in [g_min, g_max], clipped to the cell's bounds (the draw is z''', so that a
//           card with sigma_g_low > 0 starts its cells of high Gmin high).
// Validity  behavioural: no temperature, no compliance current, no filament. At constant volts it is NeuroSim's curve.

#include <algorithm>
#include <cmath>

#include "models/common/fast_math.h"
#include "models/device/kernels/kernels.h"

namespace swimsim {

namespace {

constexpr double kDay_s = 86'400;
constexpr double kSqrtHalf = 0.70710678118654752440;

/// What the variations of a cell mean.
constexpr int set_shift = 0, reset_shift = 1, upper_bound = 2, lower_bound = 3;
/// What the state of a cell means: the noise of its last RESET.
constexpr int last_reset = 0;

/// ln of (step W exp((V - v0 - d) / vt) L) is a sum; this holds what of it is the same for all cells.
struct Direction {
  float per_volt = 0;  ///< 1 / vt
  float offset = 0;    ///< ln(step) - v0 / vt - sigma_c2c^2 / 2, at the card's pulse width
};

/// One pulse on one cell: up or down, and ln of its step in siemens where no bound is near.
struct Move {
  float sign, log_step;
};

/// What the last RESET changes in a cell, per unit of its noise.
struct Cycle {
  float shift = 0;          ///< of the SET threshold, in units of vt_set
  float low = 0, high = 0;  ///< of ln of the bounds, downwards
  float onset_S = 1e9f;     ///< conductance above which a SET works against the feedback; no feedback: out of reach
  float feedback_S = 1;
  bool on = false;
};

float polynomial(const float (&order)[5], float x) { return order[0] + x * (order[1] + x * (order[2] + x * (order[3] + x * order[4]))); }

/// 1 - e^-x, also where x is tiny.
float share_gone(float x) { return x < 1e-3f ? x * (1.0f - 0.5f * x) : 1.0f - exp_clipped(-x); }

class SoftBound final : public Device {
 public:
  explicit SoftBound(const Card& card)
      : g_min_S_(card.number("g_min")),
        g_max_S_(card.number("g_max")),
        starts_uniform_(card.text("initial") == "uniform"),
        g_low_S_(card.number("g_low") * std::pow(card.number("set_step") / card.number("g_low_step"), card.number("g_low_exponent"))),
        g_high_S_(card.number("g_high")),
        sigma_g_low_(card.number("sigma_g_low")),
        tail_g_low_(static_cast<float>(card.number("tail_g_low"))),
        sigma_g_high_(card.number("sigma_g_high")),
        sigma_shift_{card.number("sigma_v_set") / card.number("vt_set"), card.number("sigma_v_reset") / card.number("vt_reset")},
        sigma_c2c_(static_cast<float>(card.number("sigma_c2c"))),
        width_exponent_(card.number("width_exponent")),
        pulse_width_s_(card.number("pulse_width")),
        set_ramp_{card.number("set_start"), card.number("set_step"), card.number("set_stop")},
        reset_ramp_{card.number("reset_start"), card.number("reset_step"), card.number("reset_stop")},
        sigma_read_S_(static_cast<float>(card.number("sigma_read"))),
        set_(direction(card, "step_set", "v0_set", "vt_set")),
        reset_(direction(card, "step_reset", "v0_reset", "vt_reset")) {
    shape_cycle(card);
    shape_relaxation(card);
  }

  double g_min_S() const override { return g_min_S_; }
  double g_max_S() const override { return g_max_S_; }

  int variations() const override { return starts_uniform_ || sigma_g_low_ > 0 ? 4 : 3; }
  int states() const override { return cycle_.on ? 1 : 0; }

  void shape_variation(int which, std::size_t cells, float* variation) const override {
    if (which == lower_bound) return;  // stays a standard normal: it makes the lower bound and the initial state
    for (std::size_t i = 0; i < cells; ++i) {
      variation[i] = static_cast<float>(which == upper_bound ? g_high_S_ * std::exp(sigma_g_high_ * variation[i])
                                                             : sigma_shift_[which] * variation[i]);
    }
  }

  void initialize(const CellRow& row) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      const float low_S = lower_S(row, i), high_S = std::max(row.variation[upper_bound][i], low_S);
      row.g_S[i] = low_S;
      if (!starts_uniform_) continue;
      const double share = 0.5 * std::erfc(-kSqrtHalf * row.variation[lower_bound][i]);
      row.g_S[i] = std::clamp(static_cast<float>(g_min_S_ + share * (g_max_S_ - g_min_S_)), low_S, high_S);
    }
  }

  void blind_write(const CellRow& row, const float* noise) const override {
    const float low_S = static_cast<float>(g_low_S_), stop = static_cast<float>(set_ramp_.stop_V) * set_.per_volt + set_.offset;
    const float *target_S = row.target_S, *shift = row.variation[set_shift];
    const float sigma = sigma_c2c_;
    const Cycle cycle = cycle_;
    move(row, noise, [=](std::size_t i) {
      const float wanted = log_clipped(step_before_feedback(cycle, low_S, target_S[i]));  // of the median; `offset` has it for given volts
      return Move{1.0f, (wanted < stop ? wanted : stop) - shift[i] + sigma * noise[i]};
    });
  }

  void apply_pulse(const CellRow& row, const Pulse& pulse) const override {
    const float width =
        pulse.width_s == pulse_width_s_ ? 0.0f : static_cast<float>(width_exponent_ * std::log(pulse.width_s / pulse_width_s_));
    const Direction set{set_.per_volt, set_.offset + width}, reset{reset_.per_volt, reset_.offset + width};
    const float *up_shift = row.variation[set_shift], *down_shift = row.variation[reset_shift];
    const float *volts = pulse.amplitude_V, *noise = pulse.noise;
    const std::int8_t* polarity = pulse.polarity;
    const float sigma = sigma_c2c_;
    const auto move_of = [=](std::size_t i) {
      const float up = volts[i] * set.per_volt + set.offset - up_shift[i];
      const float down = volts[i] * reset.per_volt + reset.offset - down_shift[i];
      return Move{polarity[i] > 0 ? 1.0f : -1.0f, (polarity[i] > 0 ? up : down) + sigma * noise[i]};
    };
    const float *widths = pulse.relative_width, exponent = static_cast<float>(width_exponent_);
    if (widths == nullptr) return move(row, noise, move_of);
    move(row, noise, [=](std::size_t i) {
      const Move of_card_width = move_of(i);
      return Move{of_card_width.sign, of_card_width.log_step + exponent * log_clipped(widths[i])};
    });
  }

  /// In siemens: the mean step of the median device where no bound is near.
  double disturb_dose(int polarity, double amplitude_V) const override {
    const Direction& direction = polarity > 0 ? set_ : reset_;
    const float volts = static_cast<float>(amplitude_V), mean_over_median = sigma_c2c_ * sigma_c2c_ / 2;
    return static_cast<double>(exp_clipped(volts * direction.per_volt + direction.offset + mean_over_median));
  }
  void disturb(const CellRow& row, const float* set_dose, const float* reset_dose) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      float& g_S = row.g_S[i];
      const float z = cycle_.on ? row.state[last_reset][i] : 0.0f;
      const float high = row.variation[upper_bound][i] * exp_clipped(-cycle_.high * z);
      const float low = std::min(lower_S(row, i) * exp_clipped(-cycle_.low * z), high), range = std::max(high - low, 1e-12f);
      const float feedback = std::max(0.0f, g_S - cycle_.onset_S) / cycle_.feedback_S;
      const float up = set_dose[i] * exp_clipped(-row.variation[set_shift][i] - cycle_.shift * z - feedback);
      const float down = reset_dose[i] * exp_clipped(-row.variation[reset_shift][i]);
      g_S += std::max(0.0f, high - g_S) * share_gone(up / range);
      g_S -= std::max(0.0f, g_S - low) * share_gone(down / range);
    }
  }

  float relaxed_S(float g_S, float noise) const override {
    if (!relaxes_) return g_S;
    const float ratio = g_S * per_relax_scale_;
    const float x = ratio > 0 ? (ratio < 1 ? ratio : 1.0f) : 0.0f;
    const float sigma_S = polynomial(relax_S_, x);
    const float relaxed = g_S + polynomial(relax_shift_S_, x) + (sigma_S > 0 ? sigma_S : 0.0f) * noise;
    return relaxed > 0 ? relaxed : 0.0f;
  }

  float read_sigma_S(float) const override { return sigma_read_S_; }
  void read_sigmas_S(std::size_t cells, const float*, float* sigma_S) const override { std::fill_n(sigma_S, cells, sigma_read_S_); }

  VoltageRamp ramp(int polarity) const override { return polarity > 0 ? set_ramp_ : reset_ramp_; }
  double pulse_width_s() const override { return pulse_width_s_; }
  /// Energy of the blind write is charged at one amplitude for all cells: that of a target in the middle of the range.
  double blind_amplitude_V() const override {
    const double wanted = std::log(std::max((g_min_S_ + g_max_S_) / 2 - g_low_S_, 1e-15));
    return std::clamp((wanted - set_.offset) / set_.per_volt, 0.0, set_ramp_.stop_V);
  }
  double blind_width_s() const override { return pulse_width_s_; }

 private:
  Direction direction(const Card& card, const char* step, const char* v0, const char* vt) const {
    const double sigma = card.number("sigma_c2c");
    Direction result;
    result.per_volt = static_cast<float>(1 / card.number(vt));
    result.offset = static_cast<float>(std::log(card.number(step)) + width_exponent_ * std::log(pulse_width_s_ / card.number("width_0")) -
                                       card.number(v0) / card.number(vt) - sigma * sigma / 2);
    return result;
  }

  void shape_cycle(const Card& card) {
    cycle_.shift = static_cast<float>(card.number("sigma_v_cycle") / card.number("vt_set"));
    cycle_.low = static_cast<float>(card.number("sigma_g_low_cycle"));
    cycle_.high = static_cast<float>(card.number("sigma_g_high_cycle"));
    const double feedback_S = card.number("feedback_scale");
    cycle_.on = cycle_.shift > 0 || cycle_.low > 0 || cycle_.high > 0 || feedback_S > 0;
    if (feedback_S == 0) return;
    cycle_.onset_S = static_cast<float>(card.number("feedback_onset"));
    cycle_.feedback_S = static_cast<float>(feedback_S);
  }

  void shape_relaxation(const Card& card) {
    const std::string& law = card.text("relaxation");
    relaxes_ = law != "off";
    if (!relaxes_) return;
    const double after_s = std::max(1.0, card.number("relax_time"));
    per_relax_scale_ = static_cast<float>(1 / card.number("relax_scale"));
    if (law == "flat") {
      relax_S_[0] = static_cast<float>(card.number("relax_sigma") + card.number("relax_sigma_log") * std::log(after_s));
      relax_shift_S_[0] = static_cast<float>(card.number("relax_shift_log") * std::log(after_s));
      return;
    }
    const double share = std::min(1.0, std::log(after_s) / std::log(kDay_s));
    for (int order = 0; order < 5; ++order) {
      const double second_S = card.number("relax_1s_" + std::to_string(order)), day_S = card.number("relax_1d_" + std::to_string(order));
      relax_S_[order] = static_cast<float>(second_S + share * (day_S - second_S));
      relax_shift_S_[order] = static_cast<float>(card.number("relax_shift_" + std::to_string(order)));
    }
  }

  /// A cell's own lower bound, before its last RESET is looked at; z is its `lower_bound`.
  static float lower_S(float low_S, float sigma, float tail, float z) { return low_S * exp_clipped(sigma * (z + tail * (z * z * z))); }
  float lower_S(const CellRow& row, std::size_t i) const {
    const float low_S = static_cast<float>(g_low_S_);
    return sigma_g_low_ > 0 ? lower_S(low_S, static_cast<float>(sigma_g_low_), tail_g_low_, row.variation[lower_bound][i]) : low_S;
  }

  /// The step from `low_S` that feedback turns into one to `end_S`.
  static float step_before_feedback(const Cycle& cycle, float low_S, float end_S) {
    const float beyond = end_S > cycle.onset_S ? end_S - cycle.onset_S : 0.0f;
    return end_S - low_S - beyond + cycle.feedback_S * (exp_clipped(beyond / cycle.feedback_S) - 1.0f);
  }

  /// One pulse on every active cell; `move_of(i)` is what it does to cell i, `noise` what a RESET leaves behind in it.
  template <class MoveOf>
  void move(const CellRow& row, const float* noise, const MoveOf& move_of) const {
    const float low_S = static_cast<float>(g_low_S_), sigma = static_cast<float>(sigma_g_low_), tail = tail_g_low_;
    const float* z = row.variation[lower_bound];
    const auto own = [=](std::size_t i) { return lower_S(low_S, sigma, tail, z[i]); };
    const auto median = [=](std::size_t) { return low_S; };
    if (cycle_.on && sigma > 0) return cycle_cells(row, cycle_, noise, move_of, own);
    if (cycle_.on) return cycle_cells(row, cycle_, noise, move_of, median);
    if (sigma > 0) return move_cells(row, move_of, own);
    move_cells(row, move_of, median);
  }

  template <class MoveOf, class LowOf>
  static void move_cells(const CellRow& row, const MoveOf& move_of, const LowOf& low_of) {
    float* __restrict g_S = row.g_S;
    const float* high_S = row.variation[upper_bound];
    const std::uint8_t* active = row.active;
    for (std::size_t i = 0, n = row.columns; i < n; ++i) {
      const Move wanted = move_of(i);
      const float low = low_of(i), high = high_S[i], before = g_S[i];
      const float room = (wanted.sign > 0 ? high - before : before - low) / (high - low);
      const float moved = before + wanted.sign * exp_clipped(wanted.log_step) * room;
      const float above = moved > low ? moved : low;
      const float landed = above < high ? above : high;
      g_S[i] = active[i] ? landed : before;
    }
  }

  /// The same with memory of the last RESET and with feedback. Two loops, each of which writes to one place: more than that costs GCC
  /// too many checks for overlap and it gives up vectorising.
  template <class MoveOf, class LowOf>
  static void cycle_cells(const CellRow& row, const Cycle& cycle, const float* noise, const MoveOf& move_of, const LowOf& low_of) {
    float* __restrict g_S = row.g_S, * __restrict memory = row.state[last_reset];
    const float* upper_S = row.variation[upper_bound];
    const std::uint8_t* active = row.active;
    const std::size_t n = row.columns;
    for (std::size_t i = 0; i < n; ++i) memory[i] = active[i] && move_of(i).sign < 0 ? noise[i] : memory[i];
    const Cycle c = cycle;
    for (std::size_t i = 0; i < n; ++i) {
      const Move wanted = move_of(i);
      const float up = wanted.sign > 0 ? 1.0f : 0.0f, down = 1.0f - up;  // products, not branches: they vectorise
      const float before = g_S[i], z = memory[i];
      const float high = upper_S[i] * exp_clipped(-c.high * z), floor = low_of(i) * exp_clipped(-c.low * z);
      const float low = floor < high ? floor : high;
      const float above_onset = before > c.onset_S ? before - c.onset_S : 0.0f, to_onset = before < c.onset_S ? c.onset_S - before : 0.0f;
      const float log_step = wanted.log_step - up * (above_onset / c.feedback_S + c.shift * z);
      const float way = up * (high - before) + down * (before - low), range = high - low > 1e-12f ? high - low : 1e-12f;
      const float step = exp_clipped(log_step) * ((way > 0 ? way : 0.0f) / range);
      const float easy = step < to_onset ? step : to_onset;
      const float raised = before + easy + c.feedback_S * log_clipped(1.0f + (step - easy) / c.feedback_S);
      const float top = high > before ? high : before, fallen = before - step;
      const float landed = up * (raised < top ? raised : top) + down * (fallen > low ? fallen : low);
      g_S[i] = active[i] ? landed : before;
    }
  }

  double g_min_S_, g_max_S_;
  bool starts_uniform_;
  double g_low_S_, g_high_S_, sigma_g_low_;
  float tail_g_low_;
  double sigma_g_high_;
  double sigma_shift_[2];  ///< spread of the threshold in units of vt: SET, RESET
  float sigma_c2c_;
  double width_exponent_, pulse_width_s_;
  VoltageRamp set_ramp_, reset_ramp_;
  float sigma_read_S_;
  Direction set_, reset_;
  bool relaxes_ = false;
  float per_relax_scale_ = 0;
  float relax_S_[5] = {}, relax_shift_S_[5] = {};
  Cycle cycle_;
};

}  // namespace

DeviceKernel soft_bound_kernel() {
  DeviceKernel kernel;
  kernel.name = "soft_bound";
  kernel.title = "ReRAM: steps exponential in the volts, soft bounds, log-normal scatter, relaxation";
  kernel.parameters = {
      {"g_min", Dimension::conductance, 1e-9, 1e-2, {}, "conductance of level 0"},
      {"g_max", Dimension::conductance, 1e-9, 1e-2, {}, "conductance of the highest level"},
      {"initial",
       Dimension::number,
       0,
       0,
       {"hrs", "uniform"},
       "state before the first write: at the lower bound, or anywhere in the range"},
      {"g_low", Dimension::conductance, 1e-12, 1e-2, {}, "lowest conductance of the median device"},
      {"g_high", Dimension::conductance, 1e-9, 1e-1, {}, "highest conductance of the median device"},
      {"sigma_g_low", Dimension::fraction, 0, 2, {}, "log-normal spread of g_low from device to device"},
      {"sigma_g_high", Dimension::fraction, 0, 2, {}, "log-normal spread of g_high from device to device"},
      {"tail_g_low", Dimension::number, 0, 2, {}, "how much heavier than log-normal its tails are: cubic term of the normal"},
      {"g_low_exponent", Dimension::number, -2, 2, {}, "power with which g_low goes with set_step"},
      {"g_low_step", Dimension::voltage, 1e-4, 20, {}, "set_step at which g_low holds"},
      {"step_set", Dimension::conductance, 1e-12, 1e-2, {}, "mean step of a SET of v0_set and width_0 on a cell at g_low"},
      {"step_reset", Dimension::conductance, 1e-12, 1e-2, {}, "mean step of a RESET of v0_reset and width_0 on a cell at g_high"},
      {"v0_set", Dimension::voltage, 0.01, 20, {}, "amplitude at which step_set holds"},
      {"v0_reset", Dimension::voltage, 0.01, 20, {}, "amplitude at which step_reset holds"},
      {"vt_set", Dimension::voltage, 1e-3, 10, {}, "volts that make a SET e times stronger"},
      {"vt_reset", Dimension::voltage, 1e-3, 10, {}, "volts that make a RESET e times stronger"},
      {"width_0", Dimension::time, 1e-12, 1, {}, "pulse width at which the steps hold"},
      {"width_exponent", Dimension::number, 0, 4, {}, "power with which the step grows with the pulse width"},
      {"sigma_c2c", Dimension::fraction, 0, 3, {}, "log-normal spread of the step from pulse to pulse"},
      {"sigma_v_set", Dimension::voltage, 0, 5, {}, "spread of the SET threshold from device to device"},
      {"sigma_v_reset", Dimension::voltage, 0, 5, {}, "spread of the RESET threshold from device to device"},
      {"sigma_v_cycle", Dimension::voltage, 0, 5, {}, "spread of the SET threshold from RESET to RESET"},
      {"sigma_g_low_cycle", Dimension::fraction, 0, 2, {}, "log-normal spread of the lower bound from RESET to RESET"},
      {"sigma_g_high_cycle", Dimension::fraction, 0, 2, {}, "log-normal spread of the upper bound from RESET to RESET"},
      {"feedback_onset", Dimension::conductance, 0, 1e-1, {}, "conductance above which a SET grows weaker with every microsiemens"},
      {"feedback_scale", Dimension::conductance, 0, 1e-1, {}, "conductance that makes it e times weaker; 0: no feedback"},
      {"set_start", Dimension::voltage, 0.01, 20, {}, "first amplitude of a SET ramp"},
      {"set_step", Dimension::voltage, 0, 20, {}, "its increment"},
      {"set_stop", Dimension::voltage, 0.01, 20, {}, "highest amplitude of a SET"},
      {"reset_start", Dimension::voltage, 0.01, 20, {}, "first amplitude of a RESET ramp"},
      {"reset_step", Dimension::voltage, 0, 20, {}, "its increment"},
      {"reset_stop", Dimension::voltage, 0.01, 20, {}, "highest amplitude of a RESET"},
      {"pulse_width", Dimension::time, 1e-12, 1, {}, "width of every pulse"},
      {"sigma_read", Dimension::conductance, 0, 1e-2, {}, "noise of one read"},
      {"relaxation", Dimension::number, 0, 0, {"polynomial", "flat", "off"}, "what happens after the last pulse"},
      {"relax_time", Dimension::time, 0, 1e9, {}, "how long after the last pulse the cells are looked at"},
      {"relax_scale", Dimension::conductance, 1e-9, 1e-1, {}, "polynomial: conductance at which its variable is 1"},
  };
  for (const char* when : {"1s", "1d"}) {
    for (int order = 0; order < 5; ++order) {
      kernel.parameters.push_back(
          {"relax_" + std::string(when) + "_" + std::to_string(order),
           Dimension::conductance,
           -1e-2,
           1e-2,
           {},
           "polynomial: coefficient of order " + std::to_string(order) + " after " + (when[1] == 's' ? "a second" : "a day")});
    }
  }
  for (int order = 0; order < 5; ++order) {
    kernel.parameters.push_back({"relax_shift_" + std::to_string(order),
                                 Dimension::conductance,
                                 -1e-2,
                                 1e-2,
                                 {},
                                 "polynomial: coefficient of order " + std::to_string(order) + " of the mean shift"});
  }
  kernel.parameters.push_back({"relax_sigma", Dimension::conductance, 0, 1e-2, {}, "flat: scatter after a second"});
  kernel.parameters.push_back({"relax_sigma_log", Dimension::conductance, -1e-2, 1e-2, {}, "flat: scatter gained per e-fold of time"});
  kernel.parameters.push_back({"relax_shift_log", Dimension::conductance, -1e-2, 1e-2, {}, "flat: mean shift per e-fold of time"});
  kernel.make = [](const Card& card, const DeviceContext&) { return std::make_unique<SoftBound>(card); };
  return kernel;
}

}  // namespace swimsim
