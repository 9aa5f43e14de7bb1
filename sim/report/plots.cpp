#include "sim/report/plots.h"

#include "sim/report/plot_list.h"

namespace swimsim {
namespace {

struct PlotEntry {
  const char* name;
  Plot (*make)(const RunResults& results, const std::string& id);
};

constexpr PlotEntry kPlots[] = {
    {"accuracy_vs_nwc", plot_accuracy_vs_nwc},
    {"accuracy_vs_fraction", plot_accuracy_vs_fraction},
    {"accuracy_vs_seconds", plot_accuracy_vs_seconds},
    {"accuracy_vs_joules", plot_accuracy_vs_joules},
    {"nwc_and_time_vs_fraction", plot_nwc_and_time_vs_fraction},
    {"pulse_histogram", plot_pulse_histogram},
    {"pulse_response", plot_card_curve},
    {"pulse_train", plot_pulse_train},
    {"error_per_level", plot_error_per_level},
    {"time_and_energy_per_layer", plot_time_and_energy_per_layer},
};

std::string file_name(const PlotEntry& entry) { return std::string(entry.name) + ".svg"; }

}  // namespace

std::vector<Plot> make_plots(const RunResults& results) {
  std::vector<Plot> plots;
  for (const PlotEntry& entry : kPlots) {
    Plot plot = entry.make(results, entry.name);
    if (plot.svg.empty()) continue;
    plot.file = file_name(entry);
    plots.push_back(std::move(plot));
  }
  return plots;
}

std::vector<std::string> plot_files() {
  std::vector<std::string> names;
  for (const PlotEntry& entry : kPlots) names.push_back(file_name(entry));
  return names;
}

}  // namespace swimsim
