#include "sim/report/csv_files.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace swimsim {
namespace {

std::string json_string(const std::string& text) {
  return nlohmann::ordered_json(text).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string price_field(const std::optional<double>& price) { return price ? fmt::format("{}", *price) : ""; }

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string trials_csv(const RunResults& results) {
  std::string csv = "selector,fraction,trial,nwc,nwc_total,pulses,verify_reads,failed_cells,time_ps,energy_aJ,accuracy,left_cells,price\n";
  for (const TrialRow& row : results.trials) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.selector), row.fraction, row.trial, row.nwc, row.nwc_total,
                       row.pulses, row.verify_reads, row.failed_cells, row.time_ps, row.energy_aJ, row.accuracy, row.left_cells,
                       price_field(row.price));
  }
  return csv;
}

std::string programming_csv(const RunResults& results) {
  std::string csv =
      "selector,fraction,nwc,nwc_total,pulses,verify_reads,time_s,energy_J,accuracy_mean,accuracy_std,accuracy_ci95_low,"
      "accuracy_ci95_high,accuracy_min,accuracy_p01,trials,price\n";
  for (const ProgrammingRow& row : results.programming) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.selector), row.fraction, row.nwc, row.nwc_total,
                       row.pulses, row.verify_reads, row.time_s, row.energy_J, row.accuracy_mean, row.accuracy_std, row.accuracy_ci95_low,
                       row.accuracy_ci95_high, row.accuracy_min, row.accuracy_p01, row.trials, price_field(row.price));
  }
  return csv;
}

std::string layers_csv(const RunResults& results) {
  std::string csv = "layer,selector,fraction,weights,cells,tiles,pulses,verify_reads,failed_cells,time_s,energy_J,max_cell_pulses";
  if (!results.layers.empty()) {
    for (const auto& share : results.layers.front().energy_by_component) csv += fmt::format(",energy_{}_J", share.component);
  }
  csv += ",price\n";
  for (const LayerRow& row : results.layers) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}", csv_field(row.layer), csv_field(row.selector), row.fraction, row.weights,
                       row.cells, row.tiles, row.pulses, row.verify_reads, row.failed_cells, row.time_s, row.energy_J, row.max_cell_pulses);
    for (const auto& share : row.energy_by_component) csv += fmt::format(",{}", share.energy_J);
    csv += "," + price_field(row.price) + "\n";
  }
  return csv;
}

std::string quantization_csv(const RunResults& results) {
  std::string csv =
      "layer,weights,weight_bits,scales,weight_range,weights_clipped,weight_sqnr_dB,activation_bits,activation_range,activations_clipped\n";
  for (const QuantizationRow& row : results.quantization) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.layer), row.weights, row.weight_bits, row.scales, row.weight_range,
                       row.weights_clipped, row.weight_sqnr_dB, row.activation_bits, row.activation_range, row.activations_clipped);
  }
  return csv;
}

std::string inference_csv(const RunResults& results) {
  std::string csv =
      "layer,images,tiles,reads,conversions,digital_operations,input_values_most,array_busy_s,adc_busy_s,array_utilisation,"
      "adc_utilisation,energy_J";
  if (!results.inference.empty()) {
    for (const auto& share : results.inference.front().energy_by_component) csv += fmt::format(",energy_{}_J", share.component);
  }
  csv += '\n';
  for (const InferenceRow& row : results.inference) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}", csv_field(row.layer), row.images, row.tiles, row.reads, row.conversions,
                       row.digital_operations, row.input_values_most, row.array_busy_s, row.adc_busy_s, row.array_utilisation,
                       row.adc_utilisation, row.energy_J);
    for (const auto& share : row.energy_by_component) csv += fmt::format(",{}", share.energy_J);
    csv += '\n';
  }
  return csv;
}

std::string levels_csv(const RunResults& results) {
  std::string csv = "state,level,target_uS,cells,mean_error_uS,std_error_uS\n";
  for (const LevelRow& row : results.levels) {
    csv += fmt::format("{},{},{},{},{},{}\n", row.verified ? "verified" : "unverified", row.level, row.target_uS, row.cells,
                       row.mean_error_uS, row.std_error_uS);
  }
  return csv;
}

std::string modules_csv(const RunResults& results) {
  std::string csv = "path,kind,layer,busy_ps,busy_cycles,utilisation,events,event,energy_J\n";
  for (const ModuleRow& row : results.modules) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_field(row.path), row.kind, csv_field(row.layer), row.busy_ps, row.busy_cycles,
                       row.utilisation, row.events, row.event, row.energy_J ? fmt::format("{}", *row.energy_J) : "");
  }
  return csv;
}

std::string rows_csv(const RunResults& results) {
  std::string csv = "tile,row,busy_ps,cycles\n";
  for (const WordLineRow& row : results.rows) csv += fmt::format("{},{},{},{}\n", row.tile, row.row, row.busy_ps, row.cycles);
  return csv;
}

std::string tiles_csv(const RunResults& results) {
  std::string csv = "tile,layer,inputs,slices,first_input,first_column,used_rows,used_cols,rows,cols\n";
  for (std::size_t tile = 0; tile < results.tiles.size(); ++tile) {
    const TileRow& row = results.tiles[tile];
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", tile, csv_field(row.layer), row.inputs, row.slices, row.first_input,
                       row.first_column, row.used_rows, row.used_cols, row.rows, row.cols);
  }
  return csv;
}

std::string orders_csv(const RunResults& results) {
  std::string csv;
  for (std::size_t tile = 0; tile < results.tiles.size(); ++tile) {
    const TileRow& row = results.tiles[tile];
    if (row.row_inputs.empty()) continue;
    if (csv.empty()) csv = "tile,inputs,outputs\n";
    csv += fmt::format("{},{},{}\n", tile, fmt::join(row.row_inputs, " "), fmt::join(row.column_outputs, " "));
  }
  return csv;
}

std::string pulse_train_csv(const RunResults& results) {
  constexpr const char* kKinds[] = {"erase", "blind", "coarse_pulse", "pulse", "read"};  // in the order of PulseTrain::Kind
  std::string csv = "event,volts_V,width_s,g_uS,read_uS\n";
  for (const PulseTrain::Event& event : results.pulse_train.events) {
    const bool converted = event.kind == PulseTrain::Kind::read && results.pulse_train.converted;
    csv += fmt::format("{},{},{},{},{}\n", kKinds[static_cast<int>(event.kind)], event.volts_V, event.width_s, event.g_uS,
                       converted ? fmt::format("{}", event.read_uS) : "");
  }
  return csv;
}

std::string loop_csv(const RunResults& results) {
  std::string csv = "selector,trial,step,fraction,nwc,time_ps,energy_aJ,held_out_accuracy,test_accuracy,stopped\n";
  for (const LoopRow& row : results.loop) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.selector), row.trial, row.step, row.fraction, row.nwc, row.time_ps,
                       row.energy_aJ, row.held_out_accuracy, row.test_accuracy < 0 ? "" : fmt::format("{}", row.test_accuracy),
                       row.stopped ? 1 : 0);
  }
  return csv;
}

// nlohmann's own numbers are not always the shortest, hence fmt.
std::string summary_json(const RunResults& results) {
  std::string json = "{";
  const char* separator = "\n";
  for (const Statistic& statistic : results.summary) {
    json += fmt::format("{}  {}: {{\"value\": {}, \"unit\": {}, \"description\": {}}}", separator, json_string(statistic.key),
                        std::isfinite(statistic.value) ? fmt::format("{}", statistic.value) : "null", json_string(statistic.unit),
                        json_string(statistic.description));
    separator = ",\n";
  }
  return json + "\n}\n";
}

}  // namespace swimsim
