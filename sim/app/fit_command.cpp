#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/read_file.h"
#include "models/common/units.h"
#include "models/common/words.h"
#include "models/fitting/fit_card.h"
#include "models/fitting/write_card.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/report/human_units.h"
#include "sim/report/plot_pulse_response.h"

namespace swimsim {

namespace {

namespace fs = std::filesystem;

const FittableKernel& kernel_named(const std::string& name) {
  std::string upper = name;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& candidate : {name, upper}) {
    if (const FittableKernel* kernel = find_fittable(candidate)) return *kernel;
  }
  std::vector<std::string> known;
  for (const FittableKernel& kernel : fittable_kernels()) {
    known.emplace_back(kernel.label);
    known.emplace_back(kernel.kernel);
  }
  throw InputError(fmt::format("--kernel: '{}' cannot be fitted{}", name, suggestion(name, known)));
}

/// A name that makes a file name and a card's name.
std::string plain_name(const std::string& text) {
  std::string name;
  for (const char c : text) name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' ? c : '_';
  return name.empty() || name.front() == '.' ? "_" + name : name;
}

void refuse_to_overwrite(const std::vector<std::string>& paths, bool force) {
  std::vector<Diagnostic> mistakes;
  for (const std::string& path : paths) {
    if (!force && fs::exists(path)) mistakes.push_back({{path, 0, 0}, "exists; --force writes over it, --name gives another name"});
  }
  if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

std::string quantity(double value, Dimension dimension) {
  if (dimension == Dimension::number || dimension == Dimension::fraction) return significant(value, 4);
  const EngineeringPrefix prefix = engineering_prefix(value, Charset::ascii);
  return fmt::format("{} {}{}", significant(value / prefix.factor, 4), prefix.symbol, si_unit(dimension));
}

/// In the unit of the value, so that the two are read together.
std::string error_text(const FittedValue& value, Dimension dimension) {
  if (!value.identified) return "-";
  const EngineeringPrefix prefix = engineering_prefix(value.value, Charset::ascii);
  if (dimension == Dimension::number || dimension == Dimension::fraction) return significant(value.standard_error, 2);
  return fmt::format("{} {}{}", significant(value.standard_error / prefix.factor, 2), prefix.symbol, si_unit(dimension));
}

void print_table(const CardFit& fit) {
  const DeviceKernel& kernel = *find_kernel(fit.card.kernel);
  fmt::print("{:<16}  {:>12}  {:>14}  identified\n{:-<60}\n", "parameter", "value", "standard error", "");
  for (const ParameterSpec& spec : kernel.parameters) {
    for (const FittedValue& value : fit.values) {
      if (value.name != spec.name) continue;
      fmt::print("{:<16}  {:>12}  {:>14}  {}\n", value.name, quantity(value.value, spec.dimension), error_text(value, spec.dimension),
                 value.identified ? "yes" : "NO: " + value.why_not);
    }
  }
}

void print_scatter(const CardFit& fit) {
  const DeviceKernel& kernel = *find_kernel(fit.card.kernel);
  fmt::print("\nscatter\n");
  for (const ParameterSpec& spec : kernel.parameters) {
    const CardParameter& parameter = *fit.card.find(spec.name);
    if (spec.name.compare(0, 6, "sigma_") != 0 || parameter.kind != "fitted") continue;
    fmt::print("{:<16}  {:>12}  {}\n", spec.name, quantity(fit.card.number(spec.name), spec.dimension), spec.description);
  }
}

void print_verdict(const CardFit& fit, const std::string& label) {
  const auto of_range = [&](double rms_S) {
    return fmt::format("{:.4g} uS, {:.2g} % of the range", rms_S * 1e6, 100 * rms_S / fit.range_S);
  };
  fmt::print("\nresidual (RMS) of the curve from the first reading: {}, R^2 {:.4f}\n", of_range(fit.curve_rms_S), fit.r_squared);
  fmt::print("residual (RMS) of a single step:                    {}\n", of_range(fit.step_rms_S));
  if (fit.law_fails) {
    fmt::print(
        "\nTHE LAW OF {} DOES NOT FOLLOW THIS DATA: {:.0f} % of the variance of the single steps' residuals is systematic.\n"
        "The card is the nearest there is; its standard errors mean nothing, and its scatter covers for the law.\n",
        label, 100 * fit.systematic_share);
  }
  for (const std::string& remark : fit.remarks) fmt::print("note: {}\n", remark);
  if (!fit.neutral.empty()) fmt::print("\nNot identified by this data and off, or neutral, in the card: {}\n", joined(fit.neutral));
}

std::string plot_of(const MeasuredPulses& data, const CardFit& fit, const std::string& file) {
  PulseResponsePlot plot;
  plot.title = fmt::format("Pulse response, read and fitted ({})", fit.card.kernel);
  plot.description = fmt::format(
      "Conductance against pulse number of {} and of the card fitted to it; the root mean square of the difference "
      "is {:.2g} % of the range.",
      file, 100 * fit.curve_rms_S / fit.range_S);
  for (std::size_t r = 0; r < data.runs.size(); ++r) {
    plot.runs.emplace_back();
    for (std::size_t i = 0; i < data.runs[r].pulses.size(); ++i) {
      const MeasuredPulse& pulse = data.runs[r].pulses[i];
      const double number = static_cast<double>(data.runs[r].first_pulse) + static_cast<double>(i);
      plot.runs.back().push_back({number, pulse.polarity, pulse.g_S, fit.curve[r][i]});
    }
  }
  return pulse_response_svg(plot);
}

}  // namespace

int fit_command(const FitArguments& arguments) {
  const FittableKernel& kernel = kernel_named(arguments.kernel);
  const std::string name = plain_name(arguments.name.empty() ? fs::path(arguments.data).stem().string() : arguments.name);
  const fs::path folder = arguments.out.empty() ? "." : arguments.out;
  const std::string card_path = (folder / (name + ".yaml")).lexically_normal().string();
  const std::string plot_path = (folder / (name + ".svg")).lexically_normal().string();
  if (fs::exists(folder) && !fs::is_directory(folder))
    throw InputError(fmt::format("--out: '{}' is a file, not a folder", folder.string()));
  refuse_to_overwrite({card_path, plot_path}, arguments.force);

  const MeasuredPulses data = read_measured_pulses(read_file(arguments.data, kLargestMeasuredBytes), arguments.data);
  const std::string file = fs::path(arguments.data).filename().string();
  CardFit fit = fit_card(data, kernel, file);
  fit.card.name = name;
  fit.card.title = fmt::format("{} fitted to {} ({} readings)", kernel.kernel, file, data.readings);
  const std::string comment = fmt::format(
      "Calibrated to {} by swimsim fit --kernel {}: {} readings, {} run(s), {} device(s).\n"
      "Residual {:.3g} % of the range, R^2 {:.4f}.{}",
      file, kernel.label, data.readings, data.runs.size(), data.devices(), 100 * fit.curve_rms_S / fit.range_S, fit.r_squared,
      fit.law_fails ? " The kernel's law does not follow the data." : "");

  fs::create_directories(folder);
  AtomicFile card(card_path), plot(plot_path);
  card.append(card_yaml(fit.card, comment));
  plot.append(plot_of(data, fit, file));
  plot.commit();
  card.commit();

  fmt::print("{}: {} readings in {} run{} of {} device{}, kernel {} ({})\n\n", arguments.data, data.readings, data.runs.size(),
             data.runs.size() == 1 ? "" : "s", data.devices(), data.devices() == 1 ? "" : "s", kernel.kernel, kernel.label);
  print_table(fit);
  print_scatter(fit);
  print_verdict(fit, std::string(kernel.kernel));
  fmt::print("\ncard: {}\nplot: {}\nIn a workload: device: {{card: {}}}, or another path relative to it.\n", card_path, plot_path,
             card_path);
  return kExitDone;
}

}  // namespace swimsim
