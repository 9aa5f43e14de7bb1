#include "sim/engine/chip_score.h"

#include <algorithm>

#include "models/array/rebuild.h"

namespace swimsim {

InferenceOptions inference_options(const Workload& workload) {
  const Workload::Inference& i = workload.inference;
  InferenceOptions options;
  options.input_bits = i.input_bits;
  options.dac_bits = i.dac_bits;
  options.adc_bits = i.adc_bits;
  options.adc_range = i.adc_range == "percentile" ? AdcRangeRule::percentile : AdcRangeRule::maximum;
  options.adc_percentile = i.adc_percentile;
  options.calibration_images = i.calibration_images;
  options.read_noise = i.read_noise == "on";
  options.adc_offset_sigma = i.adc_offset_sigma;
  options.adc_gain_sigma = i.adc_gain_sigma;
  if (i.adc_calibration == "offset") options.adc_calibration = AdcCalibration::offset;
  if (i.adc_calibration == "offset_and_gain") options.adc_calibration = AdcCalibration::offset_and_gain;
  if (i.line_resistance == "exact") options.line_solver = LineSolver::exact;
  if (i.line_resistance == "fast") options.line_solver = LineSolver::fast;
  options.lines = {i.row_line_ohm, i.column_line_ohm, i.driver_ohm, i.sense_ohm};
  options.gain_calibration = i.gain_calibration == "on";
  options.column_mux = workload.hardware.column_mux;
  return options;
}

std::unique_ptr<ArrayNetwork> make_array_network(const Workload& workload, const Preparation& prepared) {
  if (workload.evaluate.fidelity == "weights") return nullptr;
  ArrayNetworkSource source;
  source.network = &prepared.network;
  source.quantized = &prepared.quantized;
  source.ranges = &prepared.ranges;
  source.normalization = &prepared.normalization;
  source.mapping = prepared.mapping.get();
  source.device = prepared.device.get();
  source.effect_read_noise = workload.effects.read_noise;
  source.calibration = &prepared.data.train;
  InferenceOptions options = inference_options(workload);
  options.calibration_images = std::min(options.calibration_images, static_cast<int>(prepared.held_out_first));
  return std::make_unique<ArrayNetwork>(source, options);
}

ProgrammedArray programmed_array(const Workload& workload, const Preparation& prepared, const std::vector<std::vector<float>>& final_S,
                                 std::uint32_t trial) {
  return {*prepared.array_network, final_S, {workload.seed, trial}};
}

ChipScore::ChipScore(const Workload& workload, const Preparation& prepared) : workload_(&workload), prepared_(&prepared) {
  if (prepared.array_network != nullptr) {
    by_reads_ = std::make_unique<ArrayEvaluator>(*prepared.array_network);
  } else {
    by_weights_ = std::make_unique<Evaluator>(prepared.network, prepared.ranges, prepared.normalization);
  }
}

double ChipScore::accuracy(const std::vector<std::vector<float>>& final_S, std::uint32_t trial, const ImageSet& images, std::size_t first,
                           std::size_t count) {
  if (by_reads_ != nullptr) return by_reads_->accuracy(programmed_array(*workload_, *prepared_, final_S, trial), images, first, count);
  const auto weights = rebuilt_weights(*prepared_->mapping, prepared_->quantized.scale, *prepared_->device, final_S);
  return by_weights_->accuracy(weights, images, first, count);
}

}  // namespace swimsim
