#include "sim/report/plot_pulse_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/human_units.h"
#include "sim/report/svg_plot.h"

namespace swimsim {
namespace {

constexpr std::size_t kMostRuns = 3;
constexpr std::size_t kMostPoints = 300;  ///< of a run
constexpr int kFitStyle = 6;

}  // namespace

std::string pulse_response_svg(const PulseResponsePlot& plot) {
  double largest_S = 0;
  const std::size_t shown = std::min(plot.runs.size(), kMostRuns);
  for (std::size_t r = 0; r < shown; ++r) {
    for (const PulseResponsePoint& point : plot.runs[r]) largest_S = std::max(largest_S, std::isnan(point.read_S) ? 0 : point.read_S);
  }
  const EngineeringPrefix prefix = engineering_prefix(largest_S, Charset::utf8);

  LinePlot lines;
  lines.id = "pulse-response";
  lines.title = plot.title;
  lines.description = plot.description;
  if (shown < plot.runs.size()) lines.description += fmt::format(" The first {} of {} runs are shown.", shown, plot.runs.size());
  lines.x.label = shown < plot.runs.size() ? fmt::format("pulse number ({} of {} runs)", shown, plot.runs.size()) : "pulse number";
  lines.x.tight = true;
  lines.y.label = fmt::format("conductance ({}S)", prefix.symbol);
  lines.y.from_zero = true;

  using Drawn = PlotSeries::Drawn;
  PlotSeries set{"SET, read", {}, 0, false, Drawn::small_markers}, reset{"RESET, read", {}, 1, false, Drawn::small_markers};
  std::vector<PlotSeries> fits;
  for (std::size_t r = 0; r < shown; ++r) {
    const std::vector<PulseResponsePoint>& run = plot.runs[r];
    const std::size_t stride = 1 + run.size() / kMostPoints;
    PlotSeries fit{r == 0 ? "fitted card" : "", {}, kFitStyle, false, Drawn::line};
    for (std::size_t i = 0; i < run.size(); i += stride) {
      const double read = run[i].read_S / prefix.factor, fitted = run[i].fitted_S / prefix.factor;
      (run[i].polarity < 0 ? reset : set).points.push_back({run[i].pulse, read, read, read});
      fit.points.push_back({run[i].pulse, fitted, fitted, fitted});
    }
    fits.push_back(std::move(fit));
  }
  lines.series = std::move(fits);  // the first are drawn last
  if (!set.points.empty()) lines.series.push_back(std::move(set));
  if (!reset.points.empty()) lines.series.push_back(std::move(reset));
  return line_plot_svg(lines);
}

}  // namespace swimsim
