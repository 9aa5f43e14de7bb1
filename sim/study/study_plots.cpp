#include "sim/study/study_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "sim/report/human_units.h"
#include "sim/report/svg_canvas.h"
#include "sim/report/svg_plot.h"

namespace swimsim {

namespace {

constexpr double kPercent = 100;

struct Axis {
  const char* file;
  const char* title;
  const char* label;  ///< with {} for the prefix of the unit
  const char* column;
  bool has_unit;
};

constexpr Axis kAxes[] = {
    {"accuracy_vs_nwc.svg", "Accuracy against NWC", "NWC (verify-phase write pulses, 1 = all weights)", "nwc", false},
    {"accuracy_vs_seconds.svg", "Accuracy against programming time", "programming time ({}s)", "time_s", true},
    {"accuracy_vs_joules.svg", "Accuracy against programming energy", "programming energy ({}J)", "energy_J", true},
};

double value(const TextTable& table, const std::vector<std::string>& row, const char* column) {
  return std::strtod(row[table.column(column)].c_str(), nullptr);
}

std::string leader(const TextTable& results) {
  std::string first;
  for (const std::vector<std::string>& row : results.rows) {
    const std::string& selector = row[results.column("selector")];
    const double fraction = value(results, row, "fraction");
    if (selector == "swim") return selector;
    if (first.empty() && fraction > 0 && fraction < 1) first = selector;
  }
  return first;
}

Plot plot_against(const Axis& axis, const std::string& selector, const TextTable& results) {
  double largest = 0;
  for (const std::vector<std::string>& row : results.rows) {
    if (row[results.column("selector")] == selector) largest = std::max(largest, value(results, row, axis.column));
  }
  const EngineeringPrefix prefix = axis.has_unit ? engineering_prefix(largest, Charset::utf8) : EngineeringPrefix{};
  LinePlot plot;
  plot.id = std::string("study_") + axis.column;
  plot.title = fmt::format("{}: {}", axis.title, selector);
  plot.description = "Mean accuracy over the trials, a line for each point of the study; bars are the 95 % interval of the mean.";
  plot.x = {axis.has_unit ? fmt::format(fmt::runtime(axis.label), prefix.symbol) : axis.label, false, true};
  plot.y = {"accuracy (%)", false, false};
  std::vector<std::string> numbers;
  for (const std::vector<std::string>& row : results.rows) {
    if (row[results.column("selector")] != selector) continue;
    const std::string& number = row[results.column("point")];
    if (numbers.empty() || numbers.back() != number) {
      if (numbers.size() == kMostPlotted) break;
      numbers.push_back(number);
      PlotSeries series;
      series.name = row[results.column("name")];
      series.style = static_cast<int>(numbers.size()) - 1;
      series.dashed = series.style / kStyles % 2 == 1;
      plot.series.push_back(std::move(series));
    }
    const auto drawn = [&](const char* column) { return kPercent * std::clamp(value(results, row, column), 0.0, 1.0); };
    plot.series.back().points.push_back({value(results, row, axis.column) / prefix.factor, drawn("accuracy_mean"),
                                         drawn("accuracy_ci95_low"), drawn("accuracy_ci95_high")});
  }
  for (PlotSeries& series : plot.series) {
    std::stable_sort(series.points.begin(), series.points.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
  }
  return {axis.file, plot.description, line_plot_svg(plot)};
}

}  // namespace

std::vector<Plot> study_plots(const StudyTables& tables) {
  const std::string selector = leader(tables.results);
  std::vector<Plot> plots;
  if (selector.empty()) return plots;
  for (const Axis& axis : kAxes) plots.push_back(plot_against(axis, selector, tables.results));
  return plots;
}

std::vector<std::string> study_plot_files() {
  std::vector<std::string> names;
  for (const Axis& axis : kAxes) names.emplace_back(axis.file);
  return names;
}

}  // namespace swimsim
