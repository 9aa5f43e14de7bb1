#include <fmt/format.h>

#include "sim/report/human_units.h"
#include "sim/report/plot_list.h"
#include "sim/report/svg_plot.h"

namespace swimsim {

Plot plot_pulse_histogram(const RunResults& results, const std::string& id) {
  const std::vector<std::int64_t>& count = results.pulse_histogram.count;
  double cells = 0, pulses = 0;
  std::size_t used = 0;
  for (std::size_t k = 0; k < count.size(); ++k) {
    cells += static_cast<double>(count[k]);
    pulses += static_cast<double>(k) * static_cast<double>(count[k]);
    if (count[k] > 0) used = k + 1;
  }
  if (!(cells > 0)) return {};

  // A long tail would squeeze the bulk into a corner: the last bar takes what lies beyond 99.9 % of the cells.
  double within = 0;
  std::size_t shown = 0;
  while (shown < used && within < 0.999 * cells) within += static_cast<double>(count[shown++]);
  const bool tail = shown < used;
  const bool open_counts = used == count.size();  // the engine's own last bin holds all above

  HistogramPlot plot;
  plot.id = id;
  plot.title = "Pulses that a verified cell needs";
  plot.open_end = tail || open_counts;
  plot.description =
      fmt::format("Write pulses of the verify phase for each cell with everything verified, all trials: {} cells, {}{} pulses on average.",
                  count_text(cells), open_counts ? "at least " : "", significant(pulses / cells));
  if (plot.open_end)
    plot.description += fmt::format(" The last bar (orange) holds all cells with {} pulses or more.", tail ? shown : used - 1);
  plot.x.label = "write pulses of one cell";
  plot.y.label = "share of the cells (%)";
  for (std::size_t k = 0; k < shown; ++k) plot.heights.push_back(100 * static_cast<double>(count[k]) / cells);
  if (tail) plot.heights.push_back(100 * (cells - within) / cells);
  return {"", plot.description, histogram_svg(plot)};
}

}  // namespace swimsim
