// K2: steps exponential in the volts between soft bounds. SET tells its step and the upper bound, RESET its step and the lower one;
// several amplitudes tell the volts that make a step e times stronger, several widths the exponent.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/fitting/fit_plan.h"

namespace swimsim {

namespace {

const std::vector<double> kShares{1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3};  ///< of the range that a pulse may step

constexpr double kNoise = 0.05;  ///< of the range: the lowest reading may lie that far below the bound

const char* word(const std::string& name) { return name == "set" ? "SET" : "RESET"; }

std::string not_identified(const std::string& why) { return fmt::format("{}: {}", kNotIdentified, why); }

void plan_volts(FitPlan& plan, const PulseSummary& pulses, const std::string& name) {
  const std::string vt = "vt_" + name;
  if (pulses.amplitudes_V.size() > 1) {
    plan.free.push_back({vt, true, 1e-3, 10, 0.5, 10, "hardly any effect of the volts", {0.05, 0.1, 0.2, 0.4, 0.8}});
    return;
  }
  const std::string why = fmt::format("all {} pulses have {:g} V", word(name), pulses.median_V);
  set_figure(plan.card, vt, 10, "illustrative", not_identified(why + "; 10 V is hardly any effect of the volts"));
  plan.untold.push_back({vt, why});
}

void plan_ramp(Card& card, const PulseSummary& pulses, const std::string& name) {
  double step_V = 0;
  for (std::size_t i = 1; i < pulses.amplitudes_V.size(); ++i) {
    const double gap_V = pulses.amplitudes_V[i] - pulses.amplitudes_V[i - 1];
    step_V = i == 1 ? gap_V : std::min(step_V, gap_V);
  }
  set_figure(card, name + "_start", pulses.amplitudes_V.front(), "derived", "lowest amplitude in the data");
  set_figure(card, name + "_step", step_V, "derived", "smallest difference of amplitudes in the data");
  set_figure(card, name + "_stop", pulses.amplitudes_V.back(), "derived", "highest amplitude in the data");
}

void plan_step(FitPlan& plan, const PulseSummary& pulses, const std::string& name, double range_S) {
  set_figure(plan.card, "v0_" + name, pulses.median_V, "measured", "median amplitude in the data: a choice of the reference");
  plan_ramp(plan.card, pulses, name);
  FreeParameter step{"step_" + name, true, std::max(1e-12, 1e-5 * range_S), 1e-2, 0.5, 0.01 * range_S, "a hundredth of the range", {}};
  for (const double share : kShares) step.candidates.push_back(std::clamp(share * range_S, step.low, step.high));
  plan.free.push_back(std::move(step));
  plan.spreading.push_back("step_" + name);
}

/// A direction without a pulse: it does nothing.
void leave_out(FitPlan& plan, const std::string& name, const std::string& other) {
  const std::string why = fmt::format("no {} pulse", word(name));
  set_figure(plan.card, "step_" + name, 1e-12, "illustrative", not_identified(why + "; a step of nothing"));
  set_figure(plan.card, "vt_" + name, 10, "illustrative", not_identified(why));
  set_figure(plan.card, "v0_" + name, plan.card.number("v0_" + other), "illustrative", not_identified(why));
  for (const char* end : {"_start", "_step", "_stop"})
    set_figure(plan.card, name + end, plan.card.number(other + end), "illustrative", not_identified(why));
  plan.untold.push_back({"step_" + name, why});
  plan.untold.push_back({"vt_" + name, why});
}

void plan_widths(FitPlan& plan, const std::vector<double>& widths) {
  const double middle_s = widths[widths.size() / 2];
  set_figure(plan.card, "width_0", middle_s, "measured", "pulse width in the data");
  set_figure(plan.card, "pulse_width", middle_s, "measured", "pulse width in the data");
  if (widths.size() > 1) {
    plan.free.push_back({"width_exponent", false, 0, 4, 0.5, 1, "a step that grows with the width", {0, 0.5, 1, 2}});
    return;
  }
  const std::string why = fmt::format("all pulses are {} long", format_quantity(middle_s, Dimension::time));
  set_figure(plan.card, "width_exponent", 1, "illustrative", not_identified(why + "; 1 is a step that grows with the width"));
  plan.untold.push_back({"width_exponent", why});
}

FitPlan plan_soft_bound(const MeasuredPulses& data) {
  const PulseSummary set = summarize(data, +1), reset = summarize(data, -1);
  const double range_S = data.range_S();
  FitPlan plan;
  plan.card = neutral_card(*find_kernel("soft_bound"));
  plan_widths(plan, widths_s(data));
  if (set.pulses > 0) plan_volts(plan, set, "set");
  if (reset.pulses > 0) plan_volts(plan, reset, "reset");
  plan.free.push_back(
      {"g_low", false, 1e-12, data.lowest_S + kNoise * range_S, range_S / 2, std::max(1e-12, data.lowest_S), "the lowest reading", {}});
  plan.free.push_back({"g_high",
                       true,
                       std::max(1e-9, data.lowest_S + kLowestHigh * range_S),
                       std::min(0.1, 1e3 * data.highest_S),
                       0.5,
                       data.highest_S + range_S / 20,
                       "a little above the highest reading",
                       {}});
  if (set.pulses > 0) plan_step(plan, set, "set", range_S);
  if (reset.pulses > 0) plan_step(plan, reset, "reset", range_S);
  plan.spreading.insert(plan.spreading.begin(), "g_high");
  if (set.pulses == 0) leave_out(plan, "set", "reset");
  if (reset.pulses == 0) leave_out(plan, "reset", "set");
  set_figure(plan.card, "g_min", std::max(1e-9, data.lowest_S), "measured", "lowest reading");
  set_figure(plan.card, "g_max", data.highest_S, "measured", "highest reading");
  return plan;
}

void set_scatter(Card& card, const MeasuredPulses&, const Scatter& scatter, const DeviceSpread& spread) {
  const double log_normal = std::sqrt(std::log1p(scatter.step * scatter.step));
  set_figure(card, "sigma_c2c", std::min(3.0, log_normal), "fitted", "scatter of single steps, as a log-normal");
  set_figure(card, "sigma_read", std::min(1e-2, scatter.read_S), "fitted", "scatter of the readings about the steps");
  const auto high = spread.find("g_high");
  if (high != spread.end())
    set_figure(card, "sigma_g_high", std::min(2.0, high->second), "fitted", "spread of the devices in the data, as a log-normal");
  for (const std::string name : {"set", "reset"}) {
    const auto step = spread.find("step_" + name);
    if (step == spread.end()) continue;  // a spread of steps is one of thresholds, in units of vt
    set_figure(card, "sigma_v_" + name, std::min(5.0, step->second * card.number("vt_" + name)), "fitted",
               "spread of the devices' steps in the data, as a shift of the threshold");
  }
}

}  // namespace

FittableKernel fittable_soft_bound() { return {"K2", "soft_bound", true, plan_soft_bound, set_scatter}; }

}  // namespace swimsim
