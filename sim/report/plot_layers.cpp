#include <algorithm>

#include "sim/report/human_units.h"
#include "sim/report/layer_choice.h"
#include "sim/report/plot_list.h"
#include "sim/report/svg_plot.h"

namespace swimsim {
namespace {

BarPlot::Panel panel_of(const std::vector<LayerGroup>& groups, const std::vector<std::string>& layers, double LayerRow::*member,
                        const std::string& label, const std::string& unit) {
  BarPlot::Panel panel;
  panel.label = label;
  for (const LayerGroup& group : groups) {
    std::vector<double> values;
    std::vector<std::string> texts;
    for (const std::string& layer : layers) {
      const auto row = std::find_if(group.rows.begin(), group.rows.end(), [&](const LayerRow* r) { return r->layer == layer; });
      values.push_back(row == group.rows.end() ? 0 : (*row)->*member);
      texts.push_back(row == group.rows.end() ? "-" : engineering(values.back(), unit, Charset::utf8));
    }
    panel.values.push_back(std::move(values));
    panel.texts.push_back(std::move(texts));
  }
  return panel;
}

}  // namespace

Plot plot_time_and_energy_per_layer(const RunResults& results, const std::string& id) {
  const std::vector<LayerGroup> groups = chosen_layers(results);
  if (groups.empty()) return {};
  BarPlot plot;
  plot.id = id;
  plot.title = "Time and energy of each layer";
  plot.description =
      "How long the tiles of a layer were busy, summed over its tiles, and the energy they took. Tiles work side by side, so the times add "
      "up to more than the programming time.";
  for (const LayerGroup& group : groups) plot.series.push_back(group.name);
  for (const LayerRow* row : groups.front().rows) plot.categories.push_back(row->layer);
  plot.panels.push_back(panel_of(groups, plot.categories, &LayerRow::time_s, "busy time, summed over the tiles", "s"));
  plot.panels.push_back(panel_of(groups, plot.categories, &LayerRow::energy_J, "energy", "J"));
  return {"", plot.description, bar_plot_svg(plot)};
}

}  // namespace swimsim
