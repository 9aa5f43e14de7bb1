#include "models/fitting/fit_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "models/common/units.h"
#include "models/fitting/identifiability.h"
#include "models/fitting/law_check.h"
#include "models/fitting/response_fit.h"

namespace swimsim {

namespace {

constexpr int kRounds = 3;                 ///< of scatter and least squares in turn; the third changes the fourth digit
constexpr double kAccuracy = 1e-3;         ///< of the range: no reading is trusted further when it is asked what the data tells
constexpr std::size_t kFewestDevices = 3;  ///< for a spread between devices
constexpr double kReadingsPerFigure = 3;   ///< that a device needs to be fitted alone
constexpr double kSmallMisfit = 5e-3;      ///< of the range: below, a wrong law does no harm

std::vector<const MeasuredRun*> all_runs(const MeasuredPulses& data) {
  std::vector<const MeasuredRun*> runs;
  for (const MeasuredRun& run : data.runs) runs.push_back(&run);
  return runs;
}

double sigma_of(const ResponseFit& fit, std::size_t parameters) {
  const double freedom = std::max(1.0, static_cast<double>(fit.readings()) - static_cast<double>(parameters));
  return std::sqrt(fit.sum_of_squares() / freedom);
}

/// The best of the candidates, one parameter after the other, for single steps.
void start(ResponseFit& fit, const std::vector<FreeParameter>& free) {
  for (const FreeParameter& parameter : free)
    fit.set(parameter.name, parameter.candidates.empty() ? parameter.neutral : parameter.candidates.front());
  for (int sweep = 0; sweep < 2; ++sweep) {
    for (const FreeParameter& parameter : free) {
      double best = fit.card().number(parameter.name), least = fit.sum_of_squares();
      for (const double candidate : parameter.candidates) {
        fit.set(parameter.name, candidate);
        const double squares = fit.sum_of_squares();
        if (squares >= least) continue;
        least = squares;
        best = candidate;
      }
      fit.set(parameter.name, best);
    }
  }
  fit.minimize(free);
}

/// Least squares with the weights of the likeliest scatter, which it returns.
Scatter improve(ResponseFit& fit, const std::vector<FreeParameter>& free) {
  const Scatter scatter = fit.likeliest_scatter();
  fit.use_scatter(scatter);
  fit.minimize(free);
  return scatter;
}

/// One fit from start to end.
class CardSearch {
 public:
  CardSearch(const MeasuredPulses& data, const FittableKernel& kernel, FitPlan plan)
      : data_(data), kernel_(kernel), plan_(std::move(plan)), fit_(kernel.scatter_grows, plan_.card, all_runs(data), data.range_S()) {}

  CardFit run(const std::string& source) {
    start(fit_, plan_.free);
    scatter_ = improve(fit_, plan_.free);
    give_up_what_is_not_told();
    for (int round = 1; round < kRounds; ++round) scatter_ = improve(fit_, plan_.free);
    law_ = check_law(fit_, data_);
    result_.step_rms_S = rms_S(fit_);
    tell_devices_apart();
    result_.systematic_share = law_.systematic_share;
    standard_errors_ = examine(fit_.telling_jacobian(plan_.free), sigma_of(fit_, plan_.free.size())).standard_errors;
    look_at_curve();
    fill_card(source);
    return std::move(result_);
  }

 private:
  void give_up_what_is_not_told() {
    while (!plan_.free.empty()) {
      const Identifiability found = examine(fit_.telling_jacobian(plan_.free), std::max(kAccuracy, sigma_of(fit_, plan_.free.size())));
      if (found.all_known()) return;
      const GivenUp chosen = choose_to_give_up(found, plan_.free);
      const FreeParameter& parameter = plan_.free[chosen.index];
      const std::string why = fmt::format("{}; the card has {}", chosen.why, parameter.neutral_meaning);
      set_figure(plan_.card, parameter.name, parameter.neutral, "illustrative", fmt::format("{}: {}", kNotIdentified, why));
      fit_.set(parameter.name, parameter.neutral);
      plan_.untold.push_back({parameter.name, why});
      plan_.free.erase(plan_.free.begin() + static_cast<std::ptrdiff_t>(chosen.index));
      fit_.minimize(plan_.free);
    }
  }

  /// Fits each device alone: the card has the mean of the devices, and the spread of those parameters that may differ.
  void tell_devices_apart() {
    const std::vector<FreeParameter>& free = plan_.free;
    std::map<std::string, std::vector<const MeasuredRun*>> runs_of;
    for (const MeasuredRun& run : data_.runs) runs_of[run.device].push_back(&run);
    if (runs_of.size() < kFewestDevices || free.empty()) return;
    std::vector<Estimates> estimates(free.size());
    double read_squares = 0, step_squares = 0, systematic = 0;
    std::size_t devices = 0, failures = 0;
    for (const auto& [device, runs] : runs_of) {
      ResponseFit alone(kernel_.scatter_grows, fit_.card(), runs, data_.range_S());
      if (static_cast<double>(alone.readings()) < kReadingsPerFigure * static_cast<double>(free.size())) continue;
      start(alone, free);
      for (int round = 0; round < kRounds; ++round) improve(alone, free);
      const Scatter scatter = alone.likeliest_scatter();
      read_squares += scatter.read_S * scatter.read_S;
      step_squares += scatter.step * scatter.step;
      ++devices;
      const LawCheck law = check_law(alone, data_);
      systematic += law.systematic_share;
      failures += law.fails ? 1 : 0;
      const Identifiability found = examine(alone.telling_jacobian(free), sigma_of(alone, free.size()));
      for (std::size_t i = 0; i < free.size(); ++i) {
        const double error = found.standard_errors[static_cast<Eigen::Index>(i)];
        if (error < 1) estimates[i].add(search_value(free[i], alone.card().number(free[i].name)), error);
      }
    }
    if (devices < kFewestDevices) return;
    const auto count = static_cast<double>(devices);
    law_ = {systematic / count, 2 * failures > devices};  // all together differ from each other, which is no fault of the law
    scatter_ = {std::sqrt(read_squares / count), std::sqrt(step_squares / count)};
    for (std::size_t i = 0; i < free.size(); ++i) {
      if (estimates[i].value.size() < kFewestDevices) continue;
      fit_.set(free[i].name, std::clamp(card_value(free[i], estimates[i].mean()), free[i].low, free[i].high));
      device_errors_[free[i].name] = free[i].tolerance * estimates[i].standard_error();
      if (std::count(plan_.spreading.begin(), plan_.spreading.end(), free[i].name) > 0)
        spread_[free[i].name] = free[i].tolerance * estimates[i].spread();
    }
  }

  void look_at_curve() {
    fit_.use_gain(0);
    const ResponseFit by_steps = fit_;
    if (law_.fails && rms_S(fit_) > kSmallMisfit * data_.range_S()) {
      result_.law_fails = true;
      fit_.minimize(plan_.free);  // no steps to trust: the curve as a whole
      if (rms_S(fit_) > rms_S(by_steps)) fit_ = by_steps;
    }
    result_.curve = fit_.predictions();
    result_.curve_rms_S = rms_S(fit_);
    result_.readings = fit_.readings();
    result_.range_S = data_.range_S();
    double sum = 0, squares = 0, count = 0;
    for (const MeasuredRun& run : data_.runs) {
      for (std::size_t i = 1; i < run.pulses.size(); ++i) {
        const double g_S = run.pulses[i].g_S;
        if (std::isnan(g_S)) continue;
        sum += g_S;
        squares += g_S * g_S;
        ++count;
      }
    }
    const double variance = squares / count - sum / count * (sum / count);
    result_.r_squared = variance > 0 ? 1 - result_.curve_rms_S * result_.curve_rms_S / variance : 0;
  }

  /// Root mean square of the errors in siemens, every reading equally heavy.
  double rms_S(const ResponseFit& fit) const {
    const std::vector<std::vector<double>> predicted = fit.predictions();
    double squares = 0;
    for (std::size_t r = 0; r < predicted.size(); ++r) {
      for (std::size_t i = 1; i < predicted[r].size(); ++i) {
        const double error_S = data_.runs[r].pulses[i].g_S - predicted[r][i];
        if (!std::isnan(error_S)) squares += error_S * error_S;
      }
    }
    return std::sqrt(squares / static_cast<double>(fit.readings()));
  }

  void fill_card(const std::string& source) {
    result_.card = plan_.card;
    Card& card = result_.card;
    for (std::size_t i = 0; i < plan_.free.size(); ++i) {
      const FreeParameter& parameter = plan_.free[i];
      const double value = fit_.card().number(parameter.name), error = standard_error(i, value);
      set_figure(card, parameter.name, value, "fitted", fmt::format("least squares, standard error {}", with_unit(error, parameter.name)));
      result_.values.push_back({parameter.name, true, value, error, ""});
      if (at_end(parameter, value))
        plan_.remarks.push_back(fmt::format("{} lies at the end of the range that is searched: do not trust it", parameter.name));
    }
    kernel_.set_scatter(card, data_, scatter_, spread_);
    for (const FitPlan::Untold& untold : plan_.untold)
      result_.values.push_back({untold.name, false, card.number(untold.name), 0, untold.why});
    for (CardParameter& parameter : card.parameters) {
      const bool listed =
          std::any_of(result_.values.begin(), result_.values.end(), [&](const FittedValue& value) { return value.name == parameter.name; });
      if (parameter.kind == "illustrative" && !listed) result_.neutral.push_back(parameter.name);
      if (parameter.kind != "illustrative") parameter.source = fmt::format("{}: {}", source, parameter.source);
    }
    std::sort(result_.values.begin(), result_.values.end(),
              [&](const FittedValue& a, const FittedValue& b) { return card.find(a.name) < card.find(b.name); });
    result_.remarks = plan_.remarks;
  }

  /// Two digits.
  std::string with_unit(double value, const std::string& name) const {
    const double rounded = std::strtod(fmt::format("{:.1e}", value).c_str(), nullptr);
    for (const ParameterSpec& spec : find_kernel(plan_.card.kernel)->parameters) {
      if (spec.name == name) return format_quantity(rounded, spec.dimension);
    }
    return format_number(rounded);
  }

  static bool at_end(const FreeParameter& parameter, double value) {
    const double at = search_value(parameter, value),
                 close = 1e-6 * (search_value(parameter, parameter.high) - search_value(parameter, parameter.low));
    return at < search_value(parameter, parameter.low) + close || at > search_value(parameter, parameter.high) - close;
  }

  double standard_error(std::size_t i, double value) const {
    const FreeParameter& parameter = plan_.free[i];
    double error = parameter.tolerance * standard_errors_[static_cast<Eigen::Index>(i)];
    const auto of_devices = device_errors_.find(parameter.name);
    if (of_devices != device_errors_.end()) error = of_devices->second;
    return parameter.logarithmic ? value * error : error;
  }

  /// Values of one parameter in several devices, in tolerances, with their standard errors.
  struct Estimates {
    std::vector<double> value, error;
    void add(double one, double its_error) {
      value.push_back(one);
      error.push_back(its_error);
    }
    double variance() const {
      double sum = 0, squares = 0;
      for (const double one : value) {
        sum += one;
        squares += one * one;
      }
      const auto count = static_cast<double>(value.size());
      return std::max(0.0, (squares - sum * sum / count) / (count - 1));
    }
    /// What of the scatter is not the fits' own uncertainty.
    double spread() const {
      double error_squares = 0;
      for (const double one : error) error_squares += one * one;
      return std::sqrt(std::max(0.0, variance() - error_squares / static_cast<double>(error.size())));
    }
    /// Devices that tell it better count more, as far as they do not differ among themselves.
    double mean() const {
      double sum = 0;
      for (std::size_t i = 0; i < value.size(); ++i) sum += weight(i) * value[i];
      return sum / weights();
    }
    /// From how the devices scatter, but not below what each of them says about itself.
    double standard_error() const { return std::sqrt(std::max(variance() / static_cast<double>(value.size()), 1 / weights())); }

   private:
    double weight(std::size_t i) const {
      const double between = std::max(spread(), 1e-6);
      return 1 / (between * between + error[i] * error[i]);
    }
    double weights() const {
      double sum = 0;
      for (std::size_t i = 0; i < value.size(); ++i) sum += weight(i);
      return sum;
    }
  };

  const MeasuredPulses& data_;
  const FittableKernel& kernel_;
  FitPlan plan_;
  ResponseFit fit_;
  Scatter scatter_;
  LawCheck law_;
  DeviceSpread spread_, device_errors_;
  Eigen::VectorXd standard_errors_;
  CardFit result_;
};

}  // namespace

CardFit fit_card(const MeasuredPulses& data, const FittableKernel& kernel, const std::string& source) {
  return CardSearch(data, kernel, kernel.plan(data)).run(source);
}

}  // namespace swimsim
