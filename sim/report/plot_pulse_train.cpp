#include <fmt/format.h>

#include <algorithm>

#include "sim/report/human_units.h"
#include "sim/report/plot_list.h"
#include "sim/report/svg_plot.h"

namespace swimsim {
namespace {

constexpr double kSiemensPerMicrosiemens = 1e-6;

PlotSeries level_line(const std::string& name, double y, double first, double last, bool dashed) {
  return {name, {{first, y, y, y}, {last, y, y, y}}, 2, dashed, PlotSeries::Drawn::line};
}

}  // namespace

Plot plot_pulse_train(const RunResults& results, const std::string& id) {
  const PulseTrain& train = results.pulse_train;
  if (train.events.empty()) return {};
  double largest_uS = train.target_uS + train.tolerance_uS;
  for (const PulseTrain::Event& event : train.events) largest_uS = std::max(largest_uS, event.g_uS);
  const EngineeringPrefix prefix = engineering_prefix(largest_uS * kSiemensPerMicrosiemens, Charset::utf8);
  const double scale = kSiemensPerMicrosiemens / prefix.factor;

  WaveformPlot plot;
  plot.id = id;
  plot.title = "The pulse train of one cell";
  plot.description = fmt::format(
      "A cell with about as many pulses as the others of the first tile (row {}, column {}, trial {}): every write, the blind ones too, "
      "and "
      "the conductance that it leaves; {} pulses are of the verify phase.",
      train.row, train.col, train.trial, train.pulses);
  plot.description += train.scheme == "incremental"
                          ? " Scheme incremental goes on until a read within the tolerance has crossed the target."
                          : fmt::format(" Scheme {}.", train.scheme);
  plot.x.label = "writes of the cell, in order";
  plot.x.tight = true;
  plot.bars.label = "volts";
  plot.lines.label = fmt::format("conductance ({}S)", prefix.symbol);

  using Drawn = PlotSeries::Drawn;
  PlotSeries held{"held by the cell", {}, 0, false, Drawn::line_and_markers};
  PlotSeries read{"read by the controller", {}, 1, false, Drawn::small_markers};
  double writes = 0;
  for (const PulseTrain::Event& event : train.events) {
    const double g = event.g_uS * scale, seen = event.read_uS * scale;
    if (event.kind == PulseTrain::Kind::read) {
      if (train.converted) read.points.push_back({writes, seen, seen, seen});
      continue;
    }
    ++writes;
    plot.pulses.push_back({writes, event.volts_V, event.volts_V, event.volts_V});
    held.points.push_back({writes, g, g, g});
  }
  const double low = (train.target_uS - train.tolerance_uS) * scale, high = (train.target_uS + train.tolerance_uS) * scale;
  if (!read.points.empty()) plot.series.push_back(std::move(read));
  plot.series.push_back(std::move(held));
  plot.series.push_back(level_line("target", train.target_uS * scale, 0, writes + 1, false));
  plot.series.push_back(level_line("tolerance", low, 0, writes + 1, true));
  plot.series.push_back(level_line("", high, 0, writes + 1, true));
  return {"", plot.description, waveform_svg(plot)};
}

}  // namespace swimsim
