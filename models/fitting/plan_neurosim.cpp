// K1: NeuroSim's curve. Four figures follow from a SET and a RESET train: the ends of the range and the two labels. The numbers of pulses
// are the convention of that paper: as many as it took from one end to the other.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/common/errors.h"
#include "models/common/units.h"
#include "models/fitting/fit_plan.h"

namespace swimsim {

namespace {

constexpr double kFullSweep = 0.7;  ///< a train that covers this share of the range went from end to end

void want_one_amplitude(const PulseSummary& pulses, const char* polarity) {
  if (pulses.amplitudes_V.size() < 2) return;
  throw InputError(fmt::format("kernel neurosim (K1) knows no volts, but the {} pulses have {} amplitudes from {:g} V to {:g} V: fit K2",
                               polarity, pulses.amplitudes_V.size(), pulses.amplitudes_V.front(), pulses.amplitudes_V.back()));
}

void plan_direction(FitPlan& plan, const PulseSummary& pulses, const std::string& name, double range_S) {
  const std::string label = "nl_" + name, count = "pulses_" + name;
  if (pulses.longest_train_change_S >= kFullSweep * range_S) {
    set_figure(plan.card, count, static_cast<double>(pulses.longest_train), "measured", "longest train of equal pulses in the data");
  } else {
    const double steps = pulses.mean_step_S > 0 ? range_S / pulses.mean_step_S : 0;
    set_figure(plan.card, count, std::clamp(std::round(steps), static_cast<double>(pulses.longest_train), 1e5), "derived",
               "range of the readings over their mean step: no train goes from end to end");
  }
  set_figure(plan.card, "v_" + name, pulses.median_V, "measured", "amplitude in the data");
  set_figure(plan.card, label, 0, "illustrative", kNotIdentified);
  const double sign = name == "set" ? 1 : -1;
  plan.free.push_back({label, false, -9, 9, 1.5, 0, "a straight line", {-sign * 3, sign * 0.5, sign * 2, sign * 4, sign * 6}});
  plan.spreading.push_back(label);
}

void leave_out(FitPlan& plan, const std::string& name, const std::string& other) {
  const std::string why = name == "set" ? "no SET pulse" : "no RESET pulse";
  for (const std::string parameter : {"nl_", "pulses_", "v_"}) {
    const double value = parameter == "nl_" ? 0.0 : plan.card.number(parameter + other);
    set_figure(plan.card, parameter + name, value, "illustrative", fmt::format("{}: {}", kNotIdentified, why));
  }
  plan.untold.push_back({"nl_" + name, why});
  plan.untold.push_back({"pulses_" + name, why});
}

FitPlan plan_neurosim(const MeasuredPulses& data) {
  const PulseSummary set = summarize(data, +1), reset = summarize(data, -1);
  want_one_amplitude(set, "SET");
  want_one_amplitude(reset, "RESET");
  FitPlan plan;
  plan.card = neutral_card(*find_kernel("neurosim"));
  const double range_S = data.range_S();
  if (set.pulses > 0) plan_direction(plan, set, "set", range_S);
  if (reset.pulses > 0) plan_direction(plan, reset, "reset", range_S);
  if (set.pulses == 0) leave_out(plan, "set", "reset");
  if (reset.pulses == 0) leave_out(plan, "reset", "set");
  const double tolerance_S = range_S / 4;
  plan.free.push_back({"g_min",
                       false,
                       std::max(1e-12, data.lowest_S - range_S),
                       data.lowest_S + kHighestLow * range_S,
                       tolerance_S,
                       std::max(1e-12, data.lowest_S),
                       "the lowest reading",
                       {}});
  plan.free.push_back({"g_max",
                       false,
                       data.lowest_S + kLowestHigh * range_S,
                       std::min(1e-2, data.highest_S + range_S),
                       tolerance_S,
                       data.highest_S,
                       "the highest reading",
                       {}});
  plan.spreading.insert(plan.spreading.end(), {"g_min", "g_max"});
  const std::vector<double> widths = widths_s(data);
  set_figure(plan.card, "pulse_width", widths.front(), "measured", "pulse width in the data");
  if (widths.size() > 1)
    plan.remarks.push_back(
        fmt::format("the card has one pulse width, the data {} from {} to {}: the shortest was taken, and time and "
                    "energy of the others come out wrong",
                    widths.size(), format_quantity(widths.front(), Dimension::time), format_quantity(widths.back(), Dimension::time)));
  return plan;
}

void set_scatter(Card& card, const MeasuredPulses& data, const Scatter& scatter, const DeviceSpread& spread) {
  const double range_S = card.number("g_max") - card.number("g_min"), middle_S = (data.lowest_S + data.highest_S) / 2;
  set_figure(card, "sigma_c2c", std::min(1.0, scatter.step / range_S), "fitted", "scatter of single steps over the range");
  set_figure(card, "sigma_read", std::min(1.0, scatter.read_S / middle_S), "fitted",
             "scatter of the readings about the steps, over the middle of the range");
  const auto known = [&](const char* name) { return spread.count(name) > 0; };
  const char* source = "spread of the devices in the data";
  if (known("nl_set") || known("nl_reset")) {
    double labels = 0;  // the card has one spread for both
    for (const char* label : {"nl_set", "nl_reset"}) labels = std::max(labels, known(label) ? spread.at(label) : 0);
    set_figure(card, "sigma_nl", std::min(9.0, labels), "fitted", "spread of the devices in the data, the larger of SET and RESET");
  }
  if (known("g_min")) set_figure(card, "sigma_g_min", std::min(1.0, spread.at("g_min") / card.number("g_min")), "fitted", source);
  if (known("g_max")) set_figure(card, "sigma_g_max", std::min(1.0, spread.at("g_max") / card.number("g_max")), "fitted", source);
}

}  // namespace

FittableKernel fittable_neurosim() { return {"K1", "neurosim", false, plan_neurosim, set_scatter}; }

}  // namespace swimsim
