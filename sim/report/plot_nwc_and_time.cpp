#include <algorithm>

#include "sim/report/findings.h"
#include "sim/report/plot_list.h"
#include "sim/report/svg_plot.h"

namespace swimsim {
namespace {

PlotSeries share_series(const RunResults& results, const std::string& selector, double ProgrammingRow::*member, double whole) {
  PlotSeries series;
  for (const ProgrammingRow& row : results.programming) {
    if (row.selector != selector) continue;
    const double share = 100 * row.*member / whole;
    series.points.push_back({row.fraction, share, share, share});
  }
  std::sort(series.points.begin(), series.points.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
  return series;
}

}  // namespace

Plot plot_nwc_and_time_vs_fraction(const RunResults& results, const std::string& id) {
  const std::optional<FullRun> full = full_run(results);
  if (results.programming.empty() || !full || !(full->time_s > 0)) return {};
  LinePlot plot;
  plot.id = id;
  plot.title = "Time and NWC against fraction";
  plot.description =
      "Time (filled, with the blind write) and NWC (hollow) against fraction, both as shares of verifying everything. "
      "A row takes as long as its slowest cell, so the time need not fall as far as the number of pulses.";
  plot.x = {"fraction of the weights that is verified", false, true};
  plot.y = {"share of everything (%)", false, true};
  int style = 0;
  for (const std::string& name : selector_names(results)) {
    PlotSeries time = share_series(results, name, &ProgrammingRow::time_s, full->time_s);
    PlotSeries nwc = share_series(results, name, &ProgrammingRow::nwc, 1);
    time.name = name + ": time";
    nwc.name = name + ": NWC";
    time.style = nwc.style = style++;
    nwc.dashed = true;
    plot.series.push_back(std::move(time));
    plot.series.push_back(std::move(nwc));
  }
  return {"", plot.description, line_plot_svg(plot)};
}

}  // namespace swimsim
