#pragma once

#include <string>

#include "sim/engine/results.h"
#include "sim/report/plots.h"

namespace swimsim {

// The plot functions. Each returns a plot with an empty svg when the results have nothing to show; the name of the file is the list's.

Plot plot_accuracy_vs_nwc(const RunResults& results, const std::string& id);
Plot plot_accuracy_vs_fraction(const RunResults& results, const std::string& id);
Plot plot_accuracy_vs_seconds(const RunResults& results, const std::string& id);
Plot plot_accuracy_vs_joules(const RunResults& results, const std::string& id);
Plot plot_nwc_and_time_vs_fraction(const RunResults& results, const std::string& id);
Plot plot_pulse_histogram(const RunResults& results, const std::string& id);
Plot plot_card_curve(const RunResults& results, const std::string& id);
Plot plot_pulse_train(const RunResults& results, const std::string& id);
Plot plot_error_per_level(const RunResults& results, const std::string& id);
Plot plot_time_and_energy_per_layer(const RunResults& results, const std::string& id);

}  // namespace swimsim
