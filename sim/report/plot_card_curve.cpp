#include <fmt/format.h>

#include <algorithm>

#include "sim/report/human_units.h"
#include "sim/report/plot_list.h"
#include "sim/report/svg_plot.h"

namespace swimsim {

Plot plot_card_curve(const RunResults& results, const std::string& id) {
  const CardCurve& curve = results.card_curve;
  if (curve.points.empty()) return {};
  double largest_S = 0;
  for (const CardCurve::Point& point : curve.points) largest_S = std::max(largest_S, point.g_S);
  const EngineeringPrefix prefix = engineering_prefix(largest_S, Charset::utf8);

  LinePlot plot;
  plot.id = id;
  plot.title = "Conductance against pulse number";
  plot.description = fmt::format("The median device of card {}, without noise: SETs of {} and {} from its lowest state", curve.card,
                                 engineering(curve.set_V, "V", Charset::utf8), engineering(curve.width_s, "s", Charset::utf8));
  plot.description +=
      curve.reset_V > 0 ? fmt::format(", then RESETs of {}.", engineering(curve.reset_V, "V", Charset::utf8)) : std::string(".");
  if (curve.has_published) plot.description += " Points: NeuroSim's closed form for the card's published labels of nonlinearity.";
  plot.x.label = "pulse number";
  plot.x.tight = true;
  plot.y.label = fmt::format("conductance ({}S)", prefix.symbol);
  plot.y.from_zero = true;

  using Drawn = PlotSeries::Drawn;
  PlotSeries set{"SET", {}, 0, false, Drawn::line}, reset{"RESET", {}, 1, false, Drawn::line};
  PlotSeries published{"published curve", {}, 3, false, Drawn::small_markers};
  for (const CardCurve::Point& point : curve.points) {
    const double g = point.g_S / prefix.factor, formula = point.published_S / prefix.factor;
    PlotSeries& branch = point.polarity < 0 ? reset : set;
    if (&branch == &reset && reset.points.empty()) reset.points.push_back(set.points.back());
    branch.points.push_back({static_cast<double>(point.pulse), g, g, g});
    published.points.push_back({static_cast<double>(point.pulse), formula, formula, formula});
  }
  if (curve.has_published) plot.series.push_back(std::move(published));
  plot.series.push_back(std::move(set));
  if (!reset.points.empty()) plot.series.push_back(std::move(reset));
  return {"", plot.description, line_plot_svg(plot)};
}

}  // namespace swimsim
