#include "sim/report/plot_list.h"
#include "sim/report/svg_plot.h"

namespace swimsim {
namespace {

PlotSeries series_of(const std::vector<LevelRow>& levels, bool verified) {
  PlotSeries series;
  series.name = verified ? "everything verified" : "nothing verified";
  series.style = verified ? 0 : 1;
  series.dashed = !verified;
  for (const LevelRow& row : levels) {
    if (row.verified != verified) continue;
    const double mean = 100 * row.mean_error_fraction, std = 100 * row.std_error_fraction;
    series.points.push_back({static_cast<double>(row.level), mean, mean - std, mean + std});
  }
  return series;
}

}  // namespace

Plot plot_error_per_level(const RunResults& results, const std::string& id) {
  if (results.levels.empty()) return {};
  LinePlot plot;
  plot.id = id;
  plot.title = "Final error of each target level";
  plot.description =
      "How far cells end from their target, by target level: mean over all cells of all trials, bars one standard deviation up and down.";
  plot.x.label = "target level";
  plot.y.label = "final - target (% of the range)";
  plot.y.from_zero = true;
  for (const bool verified : {true, false}) plot.series.push_back(series_of(results.levels, verified));
  return {"", plot.description, line_plot_svg(plot)};
}

}  // namespace swimsim
