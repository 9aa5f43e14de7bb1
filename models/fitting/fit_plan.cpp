#include "models/fitting/fit_plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace swimsim {

const std::vector<FittableKernel>& fittable_kernels() {
  static const std::vector<FittableKernel> kernels{fittable_neurosim(), fittable_soft_bound()};
  return kernels;
}

const FittableKernel* find_fittable(std::string_view name) {
  for (const FittableKernel& kernel : fittable_kernels()) {
    if (kernel.label == name || kernel.kernel == name) return &kernel;
  }
  return nullptr;
}

Card neutral_card(const DeviceKernel& kernel) {
  Card card;
  card.kernel = kernel.name;
  for (const ParameterSpec& spec : kernel.parameters) {
    CardParameter parameter{spec.name, {}, "", "illustrative", kNotIdentified, spec.description};
    if (spec.words.empty()) {
      parameter.unit = std::string(si_unit(spec.dimension));
      parameter.value = std::clamp(0.0, spec.minimum, spec.maximum);
    } else {
      const auto off = std::find(spec.words.begin(), spec.words.end(), "off");
      parameter.value = off == spec.words.end() ? spec.words.front() : *off;
    }
    card.parameters.push_back(std::move(parameter));
  }
  return card;
}

void set_figure(Card& card, std::string_view name, double value, std::string kind, std::string source) {
  CardParameter* parameter = card.find(name);
  if (parameter == nullptr) throw std::logic_error("kernel '" + card.kernel + "' has no parameter '" + std::string(name) + "'");
  parameter->value = value;
  parameter->kind = std::move(kind);
  parameter->source = std::move(source);
}

PulseSummary summarize(const MeasuredPulses& data, int polarity) {
  PulseSummary summary;
  std::map<double, std::size_t> amplitudes;
  double steps_S = 0;
  std::size_t steps = 0;
  for (const MeasuredRun& run : data.runs) {
    std::size_t train = 0;
    double before_S = std::nan(""), start_S = std::nan("");
    for (const MeasuredPulse& pulse : run.pulses) {
      if (pulse.polarity != polarity) {
        train = 0;
        start_S = before_S = pulse.g_S;
        continue;
      }
      ++amplitudes[pulse.amplitude_V];
      if (std::isnan(start_S)) start_S = pulse.g_S;
      if (std::isfinite(pulse.g_S - before_S)) {
        steps_S += pulse.g_S - before_S;
        ++steps;
      }
      before_S = pulse.g_S;
      const double change_S = std::fabs(pulse.g_S - start_S);
      if (++train >= summary.longest_train) {
        summary.longest_train = train;
        if (std::isfinite(change_S)) summary.longest_train_change_S = change_S;
      }
    }
  }
  for (const auto& [amplitude_V, count] : amplitudes) {
    summary.pulses += count;
    summary.amplitudes_V.push_back(amplitude_V);
  }
  std::size_t passed = 0;
  for (const auto& [amplitude_V, count] : amplitudes) {
    if (passed <= summary.pulses / 2) summary.median_V = amplitude_V;
    passed += count;
  }
  summary.mean_step_S = steps == 0 ? 0 : std::fabs(steps_S) / static_cast<double>(steps);
  return summary;
}

std::vector<double> widths_s(const MeasuredPulses& data) {
  std::vector<double> widths;
  for (const MeasuredRun& run : data.runs) {
    for (const MeasuredPulse& pulse : run.pulses) {
      if (pulse.polarity != 0 && std::find(widths.begin(), widths.end(), pulse.width_s) == widths.end()) widths.push_back(pulse.width_s);
    }
  }
  std::sort(widths.begin(), widths.end());
  return widths;
}

}  // namespace swimsim
