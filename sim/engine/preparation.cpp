#include "sim/engine/preparation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/dataset/datasets.h"
#include "models/network/builtin.h"
#include "models/network/calibrate.h"
#include "models/network/evaluator.h"
#include "models/network/fold_batch_norm.h"
#include "models/network/onnx_import.h"
#include "models/network/second_derivative.h"
#include "models/selection/selector.h"
#include "sim/engine/chip_score.h"
#include "sim/engine/interrupt.h"
#include "sim/engine/mapping_order.h"
#include "sim/engine/training_run.h"

namespace swimsim {

namespace {

constexpr int kHeldOutImages = 2000;  // of the training images, when the workload asks for no loop

/// Thrown through the network room's progress calls, to leave long work when Ctrl-C was pressed.
void leave_if_interrupted() {
  if (interrupt_requested()) throw Interrupted();
}

DatasetRequest dataset_request(const Workload& workload, const RunOptions& options) {
  const Workload::Dataset& dataset = workload.dataset;
  DatasetRequest request;
  request.name = dataset.name;
  request.data_folder = options.data_folder;
  request.seed = workload.seed;
  request.train_images = dataset.train_images;
  request.test_images = dataset.test_images;
  request.path = dataset.path;
  request.arrays = {dataset.train_images_file, dataset.train_labels_file, dataset.test_images_file, dataset.test_labels_file};
  return request;
}

Normalization normalization_of(const Workload& workload, const ImageSet& images) {
  Normalization normalization;
  normalization.mean.assign(workload.dataset.mean.begin(), workload.dataset.mean.end());
  normalization.std.assign(workload.dataset.std.begin(), workload.dataset.std.end());
  if (normalization.mean.empty()) normalization.mean.assign(static_cast<std::size_t>(images.channels), 0.0f);
  if (normalization.std.empty()) normalization.std.assign(static_cast<std::size_t>(images.channels), 1.0f);
  return normalization;
}

/// The last training images are held out of training and of the sensitivity pass, whether SWIM's loop is asked for or not, so that
/// asking for it does not change the network.
void hold_out_images(const Workload& workload, RunInputs& inputs) {
  const std::size_t count = inputs.data.train.count();
  inputs.held_out_images = std::min<std::size_t>(kHeldOutImages, count / 2);
  if (workload.selection.loop) {
    inputs.held_out_images = static_cast<std::size_t>(workload.selection.loop->images);
    if (inputs.held_out_images >= count) {
      throw InputError(
          fmt::format("selection.loop.images: {} images are to be held out, there are {} training images", inputs.held_out_images, count));
    }
  }
  inputs.held_out_first = count - inputs.held_out_images;
  if (static_cast<std::size_t>(workload.selection.images) > inputs.held_out_first) {
    throw InputError(fmt::format("selection.images: {} images are asked for, but {} of the {} training images are held out and {} are left",
                                 workload.selection.images, inputs.held_out_images, count, inputs.held_out_first));
  }
}

void count_test_images(const Workload& workload, RunInputs& inputs) {
  inputs.test_images = inputs.data.test.count();
  if (workload.evaluate.images == 0) return;
  if (static_cast<std::size_t>(workload.evaluate.images) > inputs.test_images) {
    throw InputError(
        fmt::format("evaluate.images: {} images are asked for, the test set has {}", workload.evaluate.images, inputs.test_images));
  }
  inputs.test_images = static_cast<std::size_t>(workload.evaluate.images);
}

void check_trace(const Workload& workload, const Mapping& mapping) {
  if (!workload.trace) return;
  if (workload.programming.driver != "cycle") throw InputError("trace: only the cycle driver has signals; set programming.driver: cycle");
  const std::int64_t tiles = static_cast<std::int64_t>(mapping.tiles().size());
  if (workload.trace->tile >= tiles) {
    throw InputError(fmt::format("trace.tile: {} is asked for, the network fills tiles 0 to {}", workload.trace->tile, tiles - 1));
  }
}

/// More tiles than the chip has are an error, or go in rounds, each from the blind write to its last verify.
void check_chip_size(const Workload& workload, const Mapping& mapping) {
  const auto tiles = static_cast<std::int64_t>(mapping.tiles().size());
  if (workload.hardware.tiles == 0 || tiles <= workload.hardware.tiles) return;
  if (!workload.hardware.rounds)
    throw InputError(
        fmt::format("hardware.tiles: the network takes {} tiles, the chip has {}; set hardware.rounds: true to program it in {} rounds",
                    tiles, workload.hardware.tiles, (tiles + workload.hardware.tiles - 1) / workload.hardware.tiles));
  if (workload.selection.loop)
    throw InputError("selection.loop: the loop tests the network after every group; in rounds it is never there as a whole");
  const std::vector<std::string>& selectors = workload.selection.selectors;
  const auto trains = std::find_if(selectors.begin(), selectors.end(), [](const std::string& name) { return find_selector(name)->trains; });
  if (trains != selectors.end())
    throw InputError(fmt::format("selection.selectors: '{}' trains in the cells; in rounds they are never there as a whole", *trains));
}

Network load_network(const Workload& workload) {
  if (workload.network.onnx.empty()) return make_builtin_network(workload.network.builtin, workload.seed, workload.network.width);
  // A trained network is folded before it is fine-tuned, so that training sees the weights that will be programmed.
  Network network = import_onnx(workload.network.onnx);
  return workload.quantize.batch_norm == "fold" ? fold_batch_norms(network) : network;
}

Mapping make_mapping(const Workload& workload, const Network& network, const QuantizationPlan& quantization) {
  std::vector<MatrixShape> shapes;
  for (std::size_t i = 0; i < network.weight_layers().size(); ++i) {
    const WeightLayer& layer = network.weight_layers()[i];
    const WeightQuantization& how = quantization.weights[i];
    shapes.push_back({layer.name, layer.outputs, layer.inputs, how.bits, largest_code(how.bits, how.quantizer)});
  }
  MappingOptions options;
  options.weight_bits = workload.quantize.weight_bits;
  options.code_max = largest_code(workload.quantize.weight_bits, parse_quantizer(workload.quantize.quantizer));
  options.bits_per_device = workload.mapping.bits_per_device;
  options.tile_rows = workload.mapping.tile_rows;
  options.tile_cols = workload.mapping.tile_cols;
  return Mapping(std::move(shapes), options);
}

void score_accuracies(Preparation& prepared, bool loop) {
  ActivationRanges off = prepared.ranges;
  off.bits = 0;
  Evaluator plain(prepared.network, off, prepared.normalization);
  prepared.accuracy_float = plain.accuracy(prepared.network.all_weights(), prepared.data.test, 0, prepared.test_images);
  Evaluator evaluator(prepared.network, prepared.ranges, prepared.normalization);
  const auto weights = dequantize(prepared.quantized);
  prepared.accuracy_quantized = evaluator.accuracy(weights, prepared.data.test, 0, prepared.test_images);
  if (loop)
    prepared.accuracy_held_out = evaluator.accuracy(weights, prepared.data.train, prepared.held_out_first, prepared.held_out_images);
}

void compute_sensitivity(const Workload& workload, const RunOptions& options, Progress& progress, Preparation& prepared) {
  if (!needs_sensitivity(workload)) return;
  const std::size_t images = static_cast<std::size_t>(workload.selection.images);
  progress.begin("second derivative", static_cast<std::int64_t>(images));
  SecondDerivativeOptions derivative;
  derivative.reference_quirks = workload.selection.reference_quirks;
  derivative.threads = options.threads;
  derivative.progress = [&](std::size_t done, std::size_t) {
    leave_if_interrupted();
    progress.advance(static_cast<std::int64_t>(done));
  };
  prepared.sensitivity = second_derivative(prepared.network, dequantize(prepared.quantized), prepared.ranges, prepared.data.train,
                                           prepared.normalization, 0, images, derivative);
  normalize_by_scale(prepared.quantized, 2, prepared.sensitivity);
  progress.end();
}

/// The layers keep their tiles; what was said of the mapping before holds for every order.
void order_mapping(const Workload& workload, Preparation& prepared) {
  if (workload.mapping.order == "natural") return;
  const Mapping& natural = *prepared.mapping;
  prepared.mapping =
      std::make_unique<Mapping>(natural.layers(), natural.options(),
                                order_by_sensitivity(prepared.network, natural, prepared.sensitivity, workload.hardware.column_mux,
                                                     workload.mapping.order == "sensitivity_spread"));
}

void make_devices(const Workload& workload, Preparation& prepared) {
  const DeviceKernel& kernel = *find_kernel(workload.card.kernel);
  const Mapping& mapping = *prepared.mapping;
  prepared.device = kernel.make(workload.card, {mapping.swim_sigma_per_cell(0)});
  bool alike = true;
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer)
    alike = alike && mapping.swim_sigma_per_cell(layer) == mapping.swim_sigma_per_cell(0);
  for (std::size_t layer = 0; !alike && layer < mapping.layers().size(); ++layer)
    prepared.device_of_layer.push_back(kernel.make(workload.card, {mapping.swim_sigma_per_cell(layer)}));
}

void make_schemes(const Workload& workload, Preparation& prepared) {
  const Workload::Programming& p = workload.programming;
  const double range_S = prepared.device->g_max_S() - prepared.device->g_min_S();
  const SchemeKind& kind = *find_scheme(p.scheme);
  SchemeOptions options{tolerance_S(workload, *prepared.device), p.max_reversals, p.ramps, p.width_growth, p.width_stop};
  prepared.scheme = kind.make(options);
  options.tolerance_S = p.coarse_tolerance_fraction * range_S;
  if (p.blind == "coarse_verify") prepared.coarse_scheme = kind.make(options);
}

void prepare_array_inference(const Workload& workload, Preparation& prepared) {
  prepared.array_network = make_array_network(workload, prepared);
  if (prepared.array_network == nullptr) return;
  leave_if_interrupted();
  const auto targets_S = target_conductances(*prepared.mapping, prepared.quantized, *prepared.device);
  prepared.accuracy_array = ChipScore(workload, prepared).accuracy(targets_S, 0, prepared.data.test, 0, prepared.test_images);
}

}  // namespace

RunInputs load_inputs(const Workload& workload, const RunOptions& options) {
  RunInputs inputs;
  inputs.network = load_network(workload);
  inputs.quantization = plan_quantization(workload, inputs.network);
  inputs.mapping = std::make_unique<Mapping>(make_mapping(workload, inputs.network, inputs.quantization));
  check_chip_size(workload, *inputs.mapping);
  check_trace(workload, *inputs.mapping);
  inputs.data = load_dataset(dataset_request(workload, options));
  inputs.normalization = normalization_of(workload, inputs.data.train);
  check_images_fit(inputs.network, inputs.data.train, inputs.normalization);
  count_test_images(workload, inputs);
  hold_out_images(workload, inputs);
  return inputs;
}

void quantize_and_score(const Workload& workload, Preparation& prepared) {
  // A network of ours needs its batch norms while it learns; what was imported has none left by now.
  if (workload.quantize.batch_norm == "fold") prepared.network = fold_batch_norms(prepared.network);
  prepared.quantized = quantize_weights(prepared.network, prepared.quantization.weights);
  prepared.magnitude = relative_magnitudes(prepared.network, prepared.quantized);
  const std::size_t calibration =
      std::min<std::size_t>(static_cast<std::size_t>(workload.quantize.calibration_images), prepared.held_out_first);
  prepared.ranges = calibrate_activations(prepared.network, dequantize(prepared.quantized), prepared.data.train, prepared.normalization,
                                          calibration, prepared.quantization.activations);
  score_accuracies(prepared, workload.selection.loop.has_value());
}

Preparation prepare(const Workload& workload, const RunOptions& options, Progress& progress) {
  Preparation prepared;
  static_cast<RunInputs&>(prepared) = load_inputs(workload, options);
  train_or_load(workload, options, progress, prepared);
  quantize_and_score(workload, prepared);
  compute_sensitivity(workload, options, progress, prepared);
  order_mapping(workload, prepared);

  make_devices(workload, prepared);
  make_schemes(workload, prepared);
  prepare_array_inference(workload, prepared);
  prepared.quantities = selection_quantities(workload, options, prepared, progress);
  return prepared;
}

double tolerance_S(const Workload& workload, const Device& device) {
  return workload.programming.tolerance_fraction * (device.g_max_S() - device.g_min_S());
}

ChipJob make_chip_job(const Workload& workload, const Preparation& prepared, std::uint32_t trial) {
  const Workload::Hardware& h = workload.hardware;
  const Device& device = *prepared.device;
  const double range_S = device.g_max_S() - device.g_min_S();
  const auto to_ps = [](double seconds) { return static_cast<std::int64_t>(seconds * 1e12 + 0.5); };

  ChipJob job;
  job.mapping = prepared.mapping.get();
  job.codes = &prepared.quantized.codes;
  job.device = prepared.device.get();
  for (const auto& layer : prepared.device_of_layer) job.device_of_layer.push_back(layer.get());
  job.scheme = prepared.scheme.get();
  job.array.adc = Adc(h.adc_bits, device.g_min_S() + h.adc_low * range_S, device.g_min_S() + h.adc_high * range_S);
  job.array.v_read_V = h.v_read_V;
  job.array.read_ps = h.read_ps;
  job.array.adc_energy_J = h.adc_energy_J;
  job.array.sample_hold_energy_J = h.sample_hold_energy_J;
  job.array.dac_energy_J = h.dac_energy_J;
  job.array.line_capacitance_F = h.line_capacitance_F;
  job.array.mux_energy_J = h.mux_energy_J;
  job.array.driver_energy_J = h.driver_energy_J;
  job.array.compare_energy_J = h.compare_energy_J;
  if (h.verify == "compare") job.array.compare_tolerance_S = tolerance_S(workload, device);
  job.array.effects = workload.effects;
  job.array.seed = workload.seed;
  job.array.trial = trial;

  ProgrammingTiming& timing = job.controller.timing;
  timing.clock_ps = h.clock_ps;
  timing.row_settle_ps = h.row_settle_ps;
  timing.dac_settle_ps = h.dac_settle_ps;
  timing.blind_pulse_ps = to_ps(device.blind_width_s());
  timing.pulse_ps = to_ps(device.pulse_width_s());
  timing.polarity_switch_ps = h.polarity_switch_ps;
  timing.write_to_read_ps = h.write_to_read_ps;
  timing.read_settle_ps = h.read_settle_ps;
  timing.convert_ps = h.mux_switch_ps + h.read_ps + h.adc_conversion_ps;
  timing.read_to_write_ps = h.read_to_write_ps;
  timing.read_after_write_ps = h.read_after_write_ps;
  timing.erase_ps = to_ps(device.erase_width_s());
  timing.compare_ps = h.mux_switch_ps + h.read_ps + h.compare_ps;
  job.controller.max_attempts = workload.programming.max_attempts;
  job.controller.column_mux = h.column_mux;
  job.controller.reads_averaged = h.reads_averaged;
  job.controller.one_dac_a_row = workload.programming.write_dac == "per_row";
  job.controller.write_current_limit_A = h.write_current_limit_A;
  job.controller.write_current_budget_A = h.write_current_budget_A;
  job.controller.erase_by_row = workload.programming.erase_granularity == "row";
  job.controller.coarse = prepared.coarse_scheme.get();
  job.controller.coarse_attempts = workload.programming.coarse_attempts;

  job.controller_power_W = h.controller_power_W;
  job.tile_leakage_W = h.tile_leakage_W;
  job.chip_leakage_W = h.chip_leakage_W;
  job.host_bus_bits = h.host_bus_bits;
  job.host_clock_ps = h.host_clock_ps;
  job.tiles_at_once = h.tiles_at_once;
  job.scheduler = find_scheduler(h.scheduler)->scheduler;
  job.array.places = h.tiles;
  job.blind = workload.programming.blind != "none";
  return job;
}

}  // namespace swimsim
