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

  HistogramPlot plot;
  plot.id = id;
  plot.title = "Pulses that a verified cell needs";
  plot.open_end = used == count.size();
  plot.description =
      fmt::format("Write pulses of the verify phase for each cell with everything verified, all trials: {} cells, {}{} pulses on average.",
                  count_text(cells), plot.open_end ? "at least " : "", significant(pulses / cells));
  if (plot.open_end) plot.description += fmt::format(" The last bar (orange) holds all cells with {} pulses or more.", count.size() - 1);
  plot.x.label = "write pulses of one cell";
  plot.y.label = "share of the cells (%)";
  for (std::size_t k = 0; k < used; ++k) plot.heights.push_back(100 * static_cast<double>(count[k]) / cells);
  return {"", plot.description, histogram_svg(plot)};
}

}  // namespace swimsim
