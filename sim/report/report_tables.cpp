#include "sim/report/report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/report/findings.h"
#include "sim/report/html_parts.h"
#include "sim/report/human_units.h"
#include "sim/report/layer_choice.h"

namespace swimsim {
namespace {

const std::string kMinus = "\u2212";
const std::string kTo = " to ";

std::string human(double value, const std::string& unit) { return engineering(value, unit, Charset::utf8); }

std::string interval(const ProgrammingRow& row) {
  if (row.trials < 2) return "one trial";
  return percent(row.accuracy_ci95_low) + kTo + percent(row.accuracy_ci95_high);
}

/// Percentage points with a sign.
std::string points(double difference) {
  std::string size = percent(std::fabs(difference));
  if (size == "0.00") return size;
  return (difference < 0 ? kMinus : "+") + size;
}

std::string verdict(const PairedDifference& difference) {
  if (!difference.ci95) return "one trial says nothing about chance";
  if (difference.ci95->first > 0) return difference.selector + " is better";
  if (difference.ci95->second < 0) return difference.other + " is better";
  return "no difference beyond chance";
}

std::string value_text(const Statistic& statistic) {
  for (const char* scaled : {"s", "J", "W", "V", "A", "S", "F"}) {
    if (statistic.unit == scaled) return human(statistic.value, statistic.unit);
  }
  const bool whole = statistic.value == std::round(statistic.value) && std::fabs(statistic.value) < 1e12;
  const std::string number = whole ? count_text(statistic.value) : significant(statistic.value, 4);
  return statistic.unit.empty() ? number : number + " " + statistic.unit;
}

}  // namespace

std::string programming_table(const RunResults& results) {
  if (results.programming.empty()) return "";
  const std::optional<FullRun> full = full_run(results);
  HtmlTable table("Programming the chip, means over the trials",
                  {"selector", "fraction", "accuracy %", "time", "energy", "share of full time", "NWC", "NWC total", "95 % interval",
                   "lowest trial %", "pulses", "trials"},
                  1);
  const ProgrammingRow* before = nullptr;
  for (const ProgrammingRow& row : results.programming) {
    const bool share = full && full->time_s > 0;
    table.row(
        {row.selector, fraction_text(row.fraction), percent(row.accuracy_mean), human(row.time_s, "s"), human(row.energy_J, "J"),
         share ? percent(row.time_s / full->time_s, 1) + " %" : "", fmt::format("{:.3f}", row.nwc), fmt::format("{:.3f}", row.nwc_total),
         interval(row), percent(row.accuracy_min), count_text(row.pulses), fmt::format("{}", row.trials)},
        before && before->selector != row.selector);
    before = &row;
  }
  return table.finish();
}

std::string comparison_table(const RunResults& results) {
  const std::vector<PairedDifference> differences = paired_differences(results);
  if (differences.empty()) return "";
  HtmlTable table("Differences in accuracy, in percentage points",
                  {"difference", "fraction", "mean", "95 % interval", "trials", "what it says"}, 1);
  const PairedDifference* before = nullptr;
  for (const PairedDifference& difference : differences) {
    table.row({difference.selector + " " + kMinus + " " + difference.other, fraction_text(difference.fraction), points(difference.mean),
               difference.ci95 ? points(difference.ci95->first) + kTo + points(difference.ci95->second) : "",
               fmt::format("{}", difference.trials), verdict(difference)},
              before && (before->selector != difference.selector || before->other != difference.other));
    before = &difference;
  }
  return table.finish();
}

std::string loop_table(const RunResults& results) {
  if (results.loop.empty()) return "";
  HtmlTable table("Where the loop stopped",
                  {"selector", "trial", "tests", "fraction", "NWC", "time", "energy", "held-out accuracy %", "test accuracy %", "budget"},
                  1);
  for (std::size_t i = 0; i < results.loop.size(); ++i) {
    const LoopRow& row = results.loop[i];
    const bool last =
        i + 1 == results.loop.size() || results.loop[i + 1].selector != row.selector || results.loop[i + 1].trial != row.trial;
    if (!last) continue;
    table.row({row.selector, fmt::format("{}", row.trial), fmt::format("{}", row.step + 1), fraction_text(row.fraction),
               fmt::format("{:.3f}", row.nwc), human(1e-12 * static_cast<double>(row.time_ps), "s"),
               human(1e-18 * static_cast<double>(row.energy_aJ), "J"), percent(row.held_out_accuracy),
               row.test_accuracy < 0 ? "" : percent(row.test_accuracy), row.stopped ? "held" : "not reached"});
  }
  return table.finish();
}

std::string layers_table(const RunResults& results) {
  const std::vector<LayerGroup> groups = chosen_layers(results);
  if (groups.empty()) return "";
  HtmlTable table("Layers, means over the trials",
                  {"layer", "verified", "weights", "cells", "tiles", "pulses", "verify reads", "failed cells", "busy time", "energy",
                   "most pulses of a cell"},
                  2);
  bool first = true;
  for (const LayerGroup& group : groups) {
    bool starts = !first;
    for (const LayerRow* row : group.rows) {
      table.row({row->layer, group.name, fmt::format("{}", row->weights), fmt::format("{}", row->cells), fmt::format("{}", row->tiles),
                 count_text(row->pulses), count_text(row->verify_reads), count_text(row->failed_cells), human(row->time_s, "s"),
                 human(row->energy_J, "J"), count_text(row->max_cell_pulses)},
                starts);
      starts = false;
    }
    first = false;
  }
  return table.finish();
}

std::string quantization_table(const RunResults& results) {
  if (results.quantization.empty()) return "";
  HtmlTable table("Quantisation by layer",
                  {"layer", "weights", "weight bits", "scales", "largest weight coded", "weights clipped", "SQNR dB", "activation bits",
                   "activation range", "activations clipped %"},
                  1);
  for (const QuantizationRow& row : results.quantization) {
    const bool quantized = row.activation_bits > 0;
    table.row({row.layer, fmt::format("{}", row.weights), fmt::format("{}", row.weight_bits), fmt::format("{}", row.scales),
               significant(static_cast<double>(row.weight_range), 4), fmt::format("{}", row.weights_clipped),
               std::isfinite(row.weight_sqnr_dB) ? fmt::format("{:.1f}", row.weight_sqnr_dB) : "no error",
               quantized ? fmt::format("{}", row.activation_bits) : "float",
               quantized ? significant(static_cast<double>(row.activation_range), 4) : "",
               quantized ? percent(row.activations_clipped, 3) : ""});
  }
  return table.finish();
}

std::string inference_table(const RunResults& results) {
  if (results.inference.empty()) return "";
  HtmlTable table(
      "Inference by layer, per image",
      {"layer", "tiles", "reads", "conversions", "arrays busy %", "converters busy %", "energy", "most of it", "fullest input buffer"}, 1);
  for (const InferenceRow& row : results.inference) {
    const auto images = static_cast<double>(row.images);
    const auto most = std::max_element(row.energy_by_component.begin(), row.energy_by_component.end(),
                                       [](const auto& a, const auto& b) { return a.energy_J < b.energy_J; });
    const double share = row.energy_J > 0 ? most->energy_J / row.energy_J : 0;
    table.row({row.layer, fmt::format("{}", row.tiles), count_text(static_cast<double>(row.reads) / images),
               count_text(static_cast<double>(row.conversions) / images), percent(row.array_utilisation, 3),
               percent(row.adc_utilisation, 3), human(row.energy_J / images, "J"),
               fmt::format("{} {} %", most->component, percent(share, 2)), fmt::format("{} values", row.input_values_most)});
  }
  return table.finish();
}

std::string summary_table(const RunResults& results) {
  if (results.summary.empty()) return "";
  HtmlTable table("Figures of the run", {"what it is", "value", "name in summary.json"}, 1);
  for (const Statistic& statistic : results.summary) {
    table.row({statistic.description.empty() ? statistic.key : statistic.description, value_text(statistic), statistic.key});
  }
  return table.finish();
}

}  // namespace swimsim
