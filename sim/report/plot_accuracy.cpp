#include <algorithm>

#include "sim/report/findings.h"
#include "sim/report/human_units.h"
#include "sim/report/plot_list.h"
#include "sim/report/svg_canvas.h"
#include "sim/report/svg_plot.h"

namespace swimsim {
namespace {

constexpr double kPercent = 100;

/// The interval of a mean of few trials may reach beyond what an accuracy can be; it is drawn to the edge.
double drawn_percent(double accuracy) { return kPercent * std::clamp(accuracy, 0.0, 1.0); }

std::vector<PlotSeries> accuracy_series(const RunResults& results, double ProgrammingRow::*x, double x_unit) {
  std::vector<PlotSeries> list;
  for (const std::string& name : selector_names(results)) {
    PlotSeries series;
    series.name = name;
    series.style = static_cast<int>(list.size());
    series.dashed = series.style / kStyles % 2 == 1;
    for (const ProgrammingRow& row : results.programming) {
      if (row.selector != name) continue;
      series.points.push_back(
          {row.*x / x_unit, kPercent * row.accuracy_mean, drawn_percent(row.accuracy_ci95_low), drawn_percent(row.accuracy_ci95_high)});
    }
    std::sort(series.points.begin(), series.points.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
    list.push_back(std::move(series));
  }
  return list;
}

Plot accuracy_plot(const RunResults& results, const std::string& id, const std::string& title, const std::string& x_label,
                   double ProgrammingRow::*x, double x_unit, const std::string& caption) {
  if (results.programming.empty()) return {};
  LinePlot plot;
  plot.id = id;
  plot.title = title;
  plot.description = caption;
  plot.x = {x_label, false, true};
  plot.y = {"accuracy (%)", false, false};
  plot.series = accuracy_series(results, x, x_unit);
  return {"", caption, line_plot_svg(plot)};
}

EngineeringPrefix largest_prefix(const RunResults& results, double ProgrammingRow::*member) {
  double largest = 0;
  for (const ProgrammingRow& row : results.programming) largest = std::max(largest, row.*member);
  return engineering_prefix(largest, Charset::utf8);
}

}  // namespace

Plot plot_accuracy_vs_nwc(const RunResults& results, const std::string& id) {
  return accuracy_plot(results, id, "Accuracy against NWC", "NWC (verify-phase write pulses, 1 = all weights)", &ProgrammingRow::nwc, 1,
                       "Mean accuracy over the trials against the normalised write cycles; bars are the 95 % interval of the mean.");
}

Plot plot_accuracy_vs_fraction(const RunResults& results, const std::string& id) {
  return accuracy_plot(results, id, "Accuracy against fraction", "fraction of the weights that is verified", &ProgrammingRow::fraction, 1,
                       "Mean accuracy over the trials against the share of the weights that is verified; bars are the 95 % interval.");
}

Plot plot_accuracy_vs_seconds(const RunResults& results, const std::string& id) {
  const EngineeringPrefix prefix = largest_prefix(results, &ProgrammingRow::time_s);
  return accuracy_plot(results, id, "Accuracy against programming time", "programming time (" + prefix.symbol + "s)",
                       &ProgrammingRow::time_s, prefix.factor,
                       "Mean accuracy against the simulated time from the first blind write until the last cell of the chip is done.");
}

Plot plot_accuracy_vs_joules(const RunResults& results, const std::string& id) {
  const EngineeringPrefix prefix = largest_prefix(results, &ProgrammingRow::energy_J);
  return accuracy_plot(results, id, "Accuracy against programming energy", "programming energy (" + prefix.symbol + "J)",
                       &ProgrammingRow::energy_J, prefix.factor,
                       "Mean accuracy against the energy of the blind write, the pulses and the verify reads together.");
}

}  // namespace swimsim
