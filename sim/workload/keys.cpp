#include "sim/workload/keys.h"

#include <fmt/format.h>

#include <limits>

#include "models/common/words.h"
#include "models/device/card_reader.h"
#include "models/device/device.h"
#include "sim/workload/layer_bits_key.h"

namespace swimsim {

namespace {

// One line a key; a plain function pointer reads and writes the member.
// NOLINTBEGIN(bugprone-macro-parentheses): a member name cannot stand in parentheses
#define AT(member) \
  [](Workload & w) -> auto& { return w.member; }
// NOLINTEND(bugprone-macro-parentheses)

constexpr int kMost = std::numeric_limits<int>::max();
constexpr std::int64_t kSecond_ps = 1'000'000'000'000;
constexpr std::int64_t kLongestWait_ps = kSecond_ps / 1000;

using Keys = std::vector<KeySpec>;

void schema_and_seed(Keys& keys) {
  KeySpec schema;
  schema.path = "schema";
  schema.type = "word";
  schema.range = kWorkloadSchema;
  schema.description = "what this file is";
  schema.required = true;
  schema.read = [schema](Workload&, const YamlNode& node, const Complain& complain) {
    const auto text = scalar_text(schema, node, complain);
    if (text && *text != kWorkloadSchema)
      complain(node.place, fmt::format("schema '{}' is not known; expected {}", *text, kWorkloadSchema));
  };
  schema.print = [](const Workload&) { return std::string(kWorkloadSchema); };
  keys.push_back(schema);
  keys.push_back(text_key("name", AT(name), "title of the report and of the result folder; default: the name of the file"));
  keys.push_back(seed_key("seed", AT(seed), "every random draw follows from it"));
}

void network(Keys& keys, const KnownWords& words) {
  keys.push_back(word_key("network.builtin", AT(network.builtin), words.networks, "a network of ours, trained in place"));
  keys.push_back(text_key("network.onnx", AT(network.onnx), "your network, an ONNX file"));
  keys.push_back(integer_key("network.width", AT(network.width), 0, 4096,
                             "channels of the first layer of a built-in network, the others in proportion; 0: as published"));
  keys.push_back(integer_key("network.train.epochs", AT(network.train->epochs), 1, 10'000, "passes over the training images"));
  keys.push_back(integer_key("network.train.batch", AT(network.train->batch), 1, 65'536, "images per step"));
  keys.push_back(word_key("network.train.optimizer", AT(network.train->optimizer), words.optimizers, "what makes steps of gradients"));
  keys.push_back(number_key("network.train.learning_rate", AT(network.train->learning_rate), 1e-9, 10,
                            "largest step of the optimizer; default: 0.002 for adam, 0.05 for sgd"));
  keys.push_back(integer_key("network.train.images", AT(network.train->images), 0, kMost, "the first so many training images; 0: all"));
  keys.push_back(fraction_key("network.train.momentum", AT(network.train->momentum), 0, 0.999, "optimizer sgd: of its velocity"));
  keys.push_back(number_key("network.train.weight_decay", AT(network.train->weight_decay), 0, 1,
                            "pulls the weights to zero; sgd: in the gradient, adam: apart from it"));
  keys.push_back(word_key("network.train.schedule", AT(network.train->schedule), words.schedules, "how the learning rate goes"));
  keys.push_back(number_list_key("network.train.steps", AT(network.train->steps), 0, 1, ListOrder::ascending,
                                 "schedule steps: where the rate falls, as shares of the training"));
  keys.push_back(number_key("network.train.step_factor", AT(network.train->step_factor), 1e-6, 1, "schedule steps: by what it falls"));
  keys.push_back(word_key("network.train.augment", AT(network.train->augment), {"none", "flip", "crop", "flip_and_crop"},
                          "flip: half of the images left to right; crop: cut out of the image with a black rim"));
  keys.push_back(
      integer_key("network.train.crop_padding", AT(network.train->crop_padding), 1, 64, "augment crop: pixels of the rim on each side"));
  keys.push_back(word_key("network.train.batch_norm", AT(network.train->batch_norm), {"batch", "frozen"},
                          "batch: statistics of the images of a step; frozen: the running ones, and nothing of a batch norm changes"));
  keys.push_back(number_key("network.train.noise_sigma", AT(network.train->noise_sigma), 0, 10,
                            "noise on the weights, fresh each step: sigma of a device in SWIM's unit; 0: none"));
}

void dataset(Keys& keys, const KnownWords& words) {
  keys.push_back(word_key("dataset.name", AT(dataset.name), words.datasets, "which images"));
  keys.back().required = true;
  keys.push_back(
      number_list_key("dataset.mean", AT(dataset.mean), -100, 100, ListOrder::any, "mean of each channel, of the image scaled to 0..1"));
  keys.push_back(number_list_key("dataset.std", AT(dataset.std), 1e-6, 1000, ListOrder::any, "standard deviation of each channel"));
  keys.push_back(integer_key("dataset.train_images", AT(dataset.train_images), 0, kMost, "the first so many training images; 0: all"));
  keys.push_back(integer_key("dataset.test_images", AT(dataset.test_images), 0, kMost, "the first so many test images; 0: all"));
  keys.push_back(text_key("dataset.path", AT(dataset.path), "folder: where the pictures are, in 'train' and 'test' or 'val'"));
  keys.push_back(text_key("dataset.train_images_file", AT(dataset.train_images_file), "npy: uint8 [image][channel][row][column]"));
  keys.push_back(text_key("dataset.train_labels_file", AT(dataset.train_labels_file), "npy: whole numbers [image]"));
  keys.push_back(text_key("dataset.test_images_file", AT(dataset.test_images_file), "npy: as for training"));
  keys.push_back(text_key("dataset.test_labels_file", AT(dataset.test_labels_file), "npy: as for training"));
}

void quantize_and_mapping(Keys& keys) {
  keys.push_back(
      integer_key("quantize.weight_bits", AT(quantize.weight_bits), 1, 16, "magnitude bits M of a weight; the sign comes on top"));
  keys.push_back(
      integer_key("quantize.activation_bits", AT(quantize.activation_bits), 0, 16, "bits of an activation; 0: activations stay float"));
  keys.push_back(word_key("quantize.quantizer", AT(quantize.quantizer), {"clamp", "swim"}, "clamp: codes up to 2^M - 1; swim: up to 2^M"));
  const std::vector<std::string> methods{"maximum", "percentile", "least_squares"};
  keys.push_back(word_key("quantize.weight_scale", AT(quantize.weight_scale), {"per_tensor", "per_channel"},
                          "per_channel: a scale for each output channel of a layer"));
  keys.push_back(word_key("quantize.weight_range", AT(quantize.weight_range), methods,
                          "which largest weight the codes reach; larger ones are clipped to it"));
  keys.push_back(number_key("quantize.weight_percentile", AT(quantize.weight_percentile), 50, 100,
                            "weight_range: percentile: so many percent of the magnitudes are not clipped"));
  keys.push_back(word_key("quantize.activation_range", AT(quantize.activation_range), methods,
                          "the same for the outputs of a layer, over the calibration images"));
  keys.push_back(number_key("quantize.activation_percentile", AT(quantize.activation_percentile), 50, 100,
                            "activation_range: percentile: so many percent of the magnitudes are not clipped"));
  keys.push_back(integer_key("quantize.calibration_images", AT(quantize.calibration_images), 1, kMost,
                             "training images that freeze the activation ranges"));
  keys.push_back(layer_bits_key("quantize.layers", AT(quantize.layers),
                                "layers with bits of their own: {NAME: {weight_bits: 6, activation_bits: 8}}, NAME being that of the "
                                "weights; or a list with one {...} for each layer"));
  keys.push_back(word_key("quantize.batch_norm", AT(quantize.batch_norm), {"digital", "fold"},
                          "digital: computed beside the array; fold: into the weights that are programmed"));
  keys.push_back(integer_key("mapping.tile_rows", AT(mapping.tile_rows), 1, 4096, "word lines of a tile"));
  keys.push_back(integer_key("mapping.tile_cols", AT(mapping.tile_cols), 2, 4096, "bit lines of a tile"));
  keys.push_back(integer_key("mapping.bits_per_device", AT(mapping.bits_per_device), 1, 8, "bits K of a cell; divides weight_bits"));
  keys.push_back(word_key("mapping.sign", AT(mapping.sign), {"differential"}, "how a sign is stored: a pair of cells, one per sign"));
  keys.push_back(word_key("mapping.order", AT(mapping.order), {"natural", "sensitivity", "sensitivity_spread"},
                          "sensitivity: rows and columns of a layer change places so that sensitive weights share tiles and mux groups; "
                          "sensitivity_spread: mux groups only, over all tiles"));
}

void device(Keys& keys) {
  keys.push_back(text_key("device.card", AT(card_source), "a built-in card, or your own as a path ending in .yaml"));
  keys.back().required = true;
}

/// A fraction of the conductance range, or a conductance, which the card turns into one.
KeySpec tolerance_key(const char* path, Member<double> member, const char* description) {
  KeySpec spec = fraction_key(path, member, 1e-6, 1, description);
  spec.type = "fraction or a conductance";
  const auto read_fraction = spec.read;
  spec.read = [spec, read_fraction, member](Workload& workload, const YamlNode& node, const Complain& complain) {
    const QuantityOrError conductance = parse_quantity(node.text, Dimension::conductance);
    const DeviceKernel* kernel = find_kernel(workload.card.kernel);
    if (!conductance.value_SI || kernel == nullptr) {
      if (!conductance.value_SI) read_fraction(workload, node, complain);
      return;
    }
    const std::unique_ptr<Device> cell = kernel->make(workload.card, {});
    const double fraction = *conductance.value_SI / (cell->g_max_S() - cell->g_min_S());
    if (fraction >= 1e-6 && fraction <= 1) {
      member(workload) = fraction;
      return;
    }
    complain(node.place, fmt::format("{} is out of range for '{}'; card '{}' spans {} to {}", node.text, spec.path, workload.card.name,
                                     format_quantity(cell->g_min_S(), Dimension::conductance),
                                     format_quantity(cell->g_max_S(), Dimension::conductance)));
  };
  return spec;
}

void programming(Keys& keys, const KnownWords& words) {
  keys.push_back(word_key("programming.driver", AT(programming.driver), {"cycle", "batched"},
                          "cycle: the SystemC chip; batched: the same steps in a plain loop"));
  keys.push_back(word_key("programming.scheme", AT(programming.scheme), words.schemes, "how pulses are chosen"));
  keys.push_back(word_key("programming.blind", AT(programming.blind), {"median_curve", "coarse_verify", "none"},
                          "the first write of every cell: unverified at the median device's volts, or a write-verify to a wider window"));
  keys.push_back(tolerance_key("programming.tolerance", AT(programming.tolerance_fraction),
                               "half width of the accepted window, of the range g_max - g_min; or a conductance with its unit"));
  keys.push_back(
      integer_key("programming.max_attempts", AT(programming.max_attempts), 1, 100'000, "cycles after which a cell counts as failed"));
  keys.push_back(integer_key("programming.max_reversals", AT(programming.max_reversals), 0, 60'000,
                             "changes of polarity (or overshoots, or erases of the row) after which a scheme gives a cell up"));
  keys.push_back(tolerance_key("programming.coarse_tolerance", AT(programming.coarse_tolerance_fraction),
                               "blind: coarse_verify: half width of its window, as for programming.tolerance"));
  keys.push_back(integer_key("programming.coarse_attempts", AT(programming.coarse_attempts), 1, 100'000,
                             "blind: coarse_verify: cycles after which it leaves a cell as it is"));
  const auto volts = [&keys](const char* path, Member<std::vector<double>> member, double minimum, const char* what) {
    keys.push_back(card_or_quantities_key(path, member, Dimension::voltage, minimum, 20,
                                          std::string(what) + "; a list has one for each level of a cell, lowest first"));
  };
  volts("programming.set_start", AT(programming.ramps.set.start_V), 0.001, "amplitude of the first SET pulse");
  volts("programming.set_step", AT(programming.ramps.set.step_V), 0, "what each further SET pulse of a ramp adds");
  volts("programming.set_stop", AT(programming.ramps.set.stop_V), 0.001, "the largest amplitude of a SET pulse");
  volts("programming.reset_start", AT(programming.ramps.reset.start_V), 0.001, "amplitude of the first RESET pulse");
  volts("programming.reset_step", AT(programming.ramps.reset.step_V), 0, "what each further RESET pulse of a ramp adds");
  volts("programming.reset_stop", AT(programming.ramps.reset.stop_V), 0.001, "the largest amplitude of a RESET pulse");
  keys.push_back(number_key("programming.width_growth", AT(programming.width_growth), 1, 100,
                            "scheme incremental_width: how many times as long as the one before each pulse is"));
  keys.push_back(number_key("programming.width_stop", AT(programming.width_stop), 1, 1e6,
                            "scheme incremental_width: the longest pulse, in widths of the card's"));
  keys.push_back(word_key("programming.write_dac", AT(programming.write_dac), {"per_column", "per_row"},
                          "per_row: a cycle serves one polarity and one amplitude, the other cells of the row wait"));
  keys.push_back(word_key("programming.erase_granularity", AT(programming.erase_granularity), {"row", "tile"},
                          "what a block erase takes (devices that are erased); tile: once, before the blind write"));
}

void hardware(Keys& keys, const KnownWords& words) {
  const auto time = [&keys](const char* path, Member<std::int64_t> member, const char* description) {
    keys.push_back(time_key(path, member, 0, kLongestWait_ps, description));
  };
  keys.push_back(clock_key("hardware.clock", AT(hardware.clock_ps), 10, kSecond_ps / 1'000'000, "period of the controller's clock"));
  keys.push_back(integer_key("hardware.tiles", AT(hardware.tiles), 0, 1'000'000, "tiles on the chip; 0: as many as the network takes"));
  keys.push_back(boolean_key("hardware.rounds", AT(hardware.rounds), "a network that takes more tiles is programmed in rounds"));
  keys.push_back(integer_key("hardware.tiles_at_once", AT(hardware.tiles_at_once), 1, 65'536, "tiles that may program at the same time"));
  keys.push_back(
      word_key("hardware.scheduler", AT(hardware.scheduler), words.schedulers, "which tiles a slot takes, and who pulses first"));
  keys.push_back(integer_key("hardware.host_bus_bits", AT(hardware.host_bus_bits), 0, 1024,
                             "width of the bus that targets and schedule come over, whole bytes; 0: loading takes no time"));
  keys.push_back(clock_key("hardware.host_clock", AT(hardware.host_clock_ps), 10, kSecond_ps / 1'000'000, "period of the host bus"));
  keys.push_back(integer_key("hardware.column_mux", AT(hardware.column_mux), 1, 4096, "columns that share an ADC; divides tile_cols"));
  keys.push_back(integer_key("hardware.adc_bits", AT(hardware.adc_bits), 1, 16, "bits of the verify ADC"));
  keys.push_back(number_key("hardware.adc_low", AT(hardware.adc_low), -10, 10, "lower end of the ADC, of g_max - g_min above g_min"));
  keys.push_back(number_key("hardware.adc_high", AT(hardware.adc_high), -10, 10, "upper end of the ADC, likewise"));
  keys.push_back(quantity_key("hardware.v_read", AT(hardware.v_read_V), Dimension::voltage, 1e-3, 10, "read voltage"));
  time("hardware.row_settle", AT(hardware.row_settle_ps), "word line and row decoder, per change of row (tWLS)");
  time("hardware.dac_settle", AT(hardware.dac_settle_ps), "write DAC, per change of row, polarity or amplitude (tDACS)");
  time("hardware.write_to_read", AT(hardware.write_to_read_ps), "from a pulse to a read (tWTR)");
  time("hardware.read_settle", AT(hardware.read_settle_ps), "bit line, before the first sample (tRDS)");
  time("hardware.read", AT(hardware.read_ps), "sampling one mux group (tRD)");
  time("hardware.adc_conversion", AT(hardware.adc_conversion_ps), "one conversion (tADC)");
  time("hardware.mux_switch", AT(hardware.mux_switch_ps), "switching the mux (tCMUX); 0: hidden in the conversion");
  time("hardware.read_to_write", AT(hardware.read_to_write_ps), "from a read to a pulse (tRTW)");
  time("hardware.polarity_switch", AT(hardware.polarity_switch_ps), "between pulses of opposite polarity (tPOL)");
  keys.push_back(time_key("hardware.read_after_write", AT(hardware.read_after_write_ps), 0, kSecond_ps,
                          "the cell's own delay from a pulse to a read (tWRD); default: 10 us for devices that are erased, 0 for others"));
  keys.push_back(integer_key("hardware.reads_averaged", AT(hardware.reads_averaged), 1, 1024, "reads of one verify"));
  keys.push_back(word_key("hardware.verify", AT(hardware.verify), {"convert", "compare"},
                          "compare: below, inside or above the window by one or two comparisons; no ADC"));
  time("hardware.compare_time", AT(hardware.compare_ps), "verify: compare: one comparison, in place of the conversion");
  keys.push_back(quantity_key("hardware.adc_energy", AT(hardware.adc_energy_J), Dimension::energy, 0, 1e-3, "of one conversion"));
  keys.push_back(
      quantity_key("hardware.sample_hold_energy", AT(hardware.sample_hold_energy_J), Dimension::energy, 0, 1e-3, "of one sample"));
  keys.push_back(quantity_key("hardware.dac_energy", AT(hardware.dac_energy_J), Dimension::energy, 0, 1e-3,
                              "of a write DAC, per active column and pulse"));
  keys.push_back(quantity_key("hardware.line_capacitance", AT(hardware.line_capacitance_F), Dimension::capacitance, 0, 1e-6,
                              "bit line, charged once per pulse and column"));
  keys.push_back(quantity_key("hardware.compare_energy", AT(hardware.compare_energy_J), Dimension::energy, 0, 1e-3, "of one comparison"));
  keys.push_back(
      quantity_key("hardware.mux_energy", AT(hardware.mux_energy_J), Dimension::energy, 0, 1e-3, "of the column mux, per sample"));
  keys.push_back(quantity_key("hardware.driver_energy", AT(hardware.driver_energy_J), Dimension::energy, 0, 1e-3,
                              "of a write driver, per active column and pulse"));
  keys.push_back(quantity_key("hardware.write_current_limit", AT(hardware.write_current_limit_A), Dimension::current, 0, 10,
                              "of the writes of a row; more go in portions, every cell counted at g_max; 0: no limit"));
  keys.push_back(quantity_key("hardware.write_current_budget", AT(hardware.write_current_budget_A), Dimension::current, 0, 1000,
                              "of the whole chip: tiles wait until what they may draw is free, every cell counted at g_max; 0: no limit"));
  keys.push_back(quantity_key("hardware.controller_power", AT(hardware.controller_power_W), Dimension::power, 0, 100,
                              "of one tile's controller while it programs"));
  keys.push_back(quantity_key("hardware.tile_leakage", AT(hardware.tile_leakage_W), Dimension::power, 0, 100,
                              "of every tile on the chip, as long as the programming takes"));
  keys.push_back(quantity_key("hardware.chip_leakage", AT(hardware.chip_leakage_W), Dimension::power, 0, 1000,
                              "of everything else on the chip, likewise"));
}

void effects(Keys& keys) {
  const auto fraction = [&keys](const char* path, Member<double> member, double most, const char* description) {
    keys.push_back(fraction_key(path, member, 0, most, description));
  };
  const auto number = [&keys](const char* path, Member<double> member, double least, double most, const char* description) {
    keys.push_back(number_key(path, member, least, most, description));
  };
  const auto quantity = [&keys](const char* path, Member<double> member, Dimension dimension, double least, double most,
                                const char* description) {
    keys.push_back(quantity_key(path, member, dimension, least, most, description));
  };
  fraction("effects.p_stuck_lrs", AT(effects.p_stuck_lrs), 0.5, "share of the cells that hold g_max whatever is written; 0: none");
  fraction("effects.p_stuck_hrs", AT(effects.p_stuck_hrs), 0.5, "share of the cells that hold g_min; 0: none");
  fraction("effects.read_noise", AT(effects.read_noise), 1, "noise of one read, of the conductance, on top of the card's; 0: off");
  fraction("effects.rtn.share", AT(effects.rtn.share), 1, "cells with a trap (random telegraph noise); 0: off");
  fraction("effects.rtn.amplitude_lrs", AT(effects.rtn.amplitude_lrs), 1, "conductance lost to a full trap, median at g_max");
  fraction("effects.rtn.amplitude_hrs", AT(effects.rtn.amplitude_hrs), 1, "the same at g_min");
  number("effects.rtn.sigma", AT(effects.rtn.sigma_ln), 0, 3, "log-normal spread of it from trap to trap");
  quantity("effects.rtn.tau_min", AT(effects.rtn.tau_min_s), Dimension::time, 1e-12, 1e6, "shortest mean time to capture or emission");
  quantity("effects.rtn.tau_max", AT(effects.rtn.tau_max_s), Dimension::time, 1e-12, 1e6, "longest; log-uniform in between");
  number("effects.drift.nu", AT(effects.drift.nu), -1, 1, "mean exponent: G falls as (time / t0)^-nu");
  number("effects.drift.sigma", AT(effects.drift.sigma), 0, 1, "its spread from cell to cell");
  quantity("effects.drift.t0", AT(effects.drift.t0_s), Dimension::time, 1e-9, 1e9, "nothing drifts before");
  quantity("effects.drift.time", AT(effects.drift.time_s), Dimension::time, 0, 1e10,
           "when the cells are looked at, after the last pulse; 0 s: off");
  number("effects.endurance.median", AT(effects.endurance.median), 0, 1e15,
         "pulses that the median cell survives, then it sticks at g_max; 0: off");
  number("effects.endurance.sigma", AT(effects.endurance.sigma_ln), 0, 3, "log-normal spread of it from cell to cell");
  quantity("effects.endurance.stress_voltage", AT(effects.endurance.stress_V), Dimension::voltage, 0, 10,
           "volts that make a pulse wear e times as much; 0 V: all wear alike");
  quantity("effects.endurance.nominal_voltage", AT(effects.endurance.nominal_V), Dimension::voltage, 0, 20,
           "amplitude at which a pulse counts 1");
  number("effects.endurance.wear_before", AT(effects.endurance.pulses_before), 0, 1e15, "pulses that every cell has already taken");
  keys.push_back(word_key("effects.disturb", AT(effects.disturb), {"off", "half", "third"},
                          "what half-selected cells see of a pulse: nothing, V/2, V/3"));
}

std::vector<std::string> selector_words(const KnownWords& words) {
  std::vector<std::string> known = words.selectors;
  for (const auto& [alias, selector] : words.selector_aliases) known.push_back(alias);
  return known;
}

void selection(Keys& keys, const KnownWords& words) {
  std::string description = "who ranks the weights";
  for (const auto& [alias, selector] : words.selector_aliases)
    description += fmt::format("; {}: {}, the best that we know", alias, selector);
  keys.push_back(word_list_key("selection.selectors", AT(selection.selectors), selector_words(words), description));
  keys.push_back(number_list_key("selection.fractions", AT(selection.fractions), 0, 1, ListOrder::ascending,
                                 "shares of the weights that are verified"));
  keys.push_back(number_list_key("selection.prices", AT(selection.prices), 0, 1e12, ListOrder::ascending,
                                 "in place of fractions for selectors that write while it pays: mean cells that a full cycle of a row must "
                                 "be worth; 0: everything is verified"));
  keys.push_back(
      number_list_key("selection.looseness", AT(selection.looseness), 0, 1e12, ListOrder::ascending,
                      "in place of fractions for selectors that give each cell a tolerance: variance that the window of the mean "
                      "cell may have, over that of programming.tolerance; 0: everything is verified to that"));
  keys.push_back(integer_key("selection.images", AT(selection.images), 1, kMost, "training images of the passes that rank the weights"));
  keys.push_back(integer_key("selection.probes", AT(selection.probes), 1, 1'000'000, "random probes of the selector hutchinson"));
  keys.push_back(word_key("selection.granularity", AT(selection.granularity), {"weight", "device"},
                          "what is ranked, and what fractions count: whole weights, or their slices apart, each with its pair of cells"));
  keys.push_back(boolean_key("selection.reference_quirks", AT(selection.reference_quirks),
                             "reproduce the authors' code: s for s^2, first-order term"));
  keys.push_back(number_key("selection.in_situ.learning_rate", AT(selection.in_situ.learning_rate), 1e-9, 1000,
                            "selector in_situ: step of plain gradient descent"));
  keys.push_back(integer_key("selection.in_situ.batch", AT(selection.in_situ.batch), 1, 65'536, "selector in_situ: images per update"));
  keys.push_back(integer_key("selection.in_situ.max_updates", AT(selection.in_situ.max_updates), 1, 10'000'000,
                             "selector in_situ: updates after which it stops, pulses left or not"));
  keys.push_back(fraction_key("selection.loop.accuracy_drop", AT(selection.loop->accuracy_drop), 0, 1,
                              "accuracy that may be lost, as a fraction of the images"));
  keys.push_back(
      fraction_key("selection.loop.step", AT(selection.loop->step), 0.001, 1, "share of the weights verified between two tests"));
  keys.push_back(integer_key("selection.loop.images", AT(selection.loop->images), 1, kMost, "training images held out for the tests"));
}

void inference_costs(Keys& keys) {
  keys.push_back(integer_key("inference.cycle_images", AT(inference.cycle_images), 1, 100'000,
                             "evaluate.fidelity: cycle: the first so many test images go through the SystemC chip"));
  keys.push_back(time_key("inference.read", AT(inference.read_ps), 1, kSecond_ps,
                          "from the inputs on the word lines to settled column sums (ISAAC: 100 ns)"));
  keys.push_back(word_key("inference.adc", AT(inference.adc), {"sar", "flash"},
                          "a conversion takes adc_bits + 1 steps (sar) or one (flash); hardware.column_mux columns share a converter"));
  keys.push_back(time_key("inference.adc_step", AT(inference.adc_step_ps), 1, kSecond_ps, "a step of the converter"));
  const auto energy = [&keys](const char* path, Member<double> member, const char* description) {
    keys.push_back(quantity_key(path, member, Dimension::energy, 0, 1e-3, description));
  };
  energy("inference.adc_energy", AT(inference.adc_energy_J), "of one conversion; 0 J: what a converter of this kind and bits takes");
  energy("inference.dac_energy", AT(inference.dac_energy_J), "per word line and read");
  energy("inference.shift_add_energy", AT(inference.shift_add_energy_J), "per conversion");
  energy("inference.register_energy", AT(inference.register_energy_J), "per bit that goes into an input or output register");
  keys.push_back(integer_key("inference.digital_lanes", AT(inference.digital_lanes), 1, 1'000'000,
                             "operations that the digital units of a layer do in a clock"));
  energy("inference.digital_energy", AT(inference.digital_energy_J), "per operation: partial sum, bias, activation, element of a pool");
  keys.push_back(word_key("inference.noc", AT(inference.noc), {"none", "bus", "mesh"},
                          "what carries values between layers: nothing that takes time, one bus, or a mesh of tiles"));
  keys.push_back(integer_key("inference.link_bits", AT(inference.link_bits), 1, 65'536, "bits that the bus or a link moves in a clock"));
  energy("inference.link_energy", AT(inference.link_energy_J), "per bit and link that it takes");
}

void inference(Keys& keys) {
  keys.push_back(
      integer_key("inference.input_bits", AT(inference.input_bits), 1, 16,
                  "magnitude bits of a layer's inputs where they are not levels of a quantised layer (the image, after a batch norm)"));
  keys.push_back(integer_key("inference.dac_bits", AT(inference.dac_bits), 1, 4, "magnitude bits of the inputs that one read applies"));
  keys.push_back(integer_key("inference.adc_bits", AT(inference.adc_bits), 1, 16, "bits of the ADCs that convert column sums"));
  keys.push_back(word_key("inference.adc_range", AT(inference.adc_range), {"maximum", "percentile"},
                          "one range for all ADCs of a layer: all sums of the calibration images, or all but the outermost"));
  keys.push_back(
      number_key("inference.adc_percentile", AT(inference.adc_percentile), 75, 100, "adc_range: percentile: per cent, at either end"));
  keys.push_back(integer_key("inference.calibration_images", AT(inference.calibration_images), 1, kMost,
                             "training images that the ranges of inputs and ADCs are taken from"));
  keys.push_back(word_key("inference.read_noise", AT(inference.read_noise), {"on", "off"},
                          "noise of every access: the card's and that of effects.read_noise"));
  keys.push_back(number_key("inference.adc_offset_sigma", AT(inference.adc_offset_sigma), 0, 8,
                            "offset from converter to converter, standard deviation in LSB"));
  keys.push_back(fraction_key("inference.adc_gain_sigma", AT(inference.adc_gain_sigma), 0, 0.1, "relative slope error, likewise"));
  keys.push_back(word_key("inference.adc_calibration", AT(inference.adc_calibration), {"none", "offset", "offset_and_gain"},
                          "what is measured and trimmed away, to an eighth of an LSB"));
  keys.push_back(word_key("inference.line_resistance", AT(inference.line_resistance), {"off", "exact", "fast"},
                          "wires of the array: none, every node solved, or an approximation"));
  const auto ohm = [&keys](const char* path, Member<double> member, const char* description) {
    keys.push_back(quantity_key(path, member, Dimension::resistance, 0, 1e6, description));
  };
  ohm("inference.row_line", AT(inference.row_line_ohm), "resistance of a row line from one cell to the next");
  ohm("inference.column_line", AT(inference.column_line_ohm), "the same of a column line");
  ohm("inference.row_driver", AT(inference.driver_ohm), "resistance between an input's driver and its row");
  ohm("inference.column_sense", AT(inference.sense_ohm), "resistance between a column and its virtual ground");
  keys.push_back(word_key("inference.gain_calibration", AT(inference.gain_calibration), {"on", "off"},
                          "a digital factor for each layer makes up for what the wires take on average"));
  inference_costs(keys);
}

void evaluate_and_results(Keys& keys) {
  keys.push_back(word_key("evaluate.fidelity", AT(evaluate.fidelity), {"weights", "array", "cycle"},
                          "weights: weights rebuilt from the conductances that the cells hold after relaxation; array: the same cells read "
                          "through DACs and ADCs, see inference; cycle: that, and some images through the SystemC chip, with their time "
                          "and energy"));
  keys.push_back(integer_key("evaluate.images", AT(evaluate.images), 0, kMost, "the first so many test images; 0: all"));
  keys.push_back(integer_key("evaluate.trials", AT(evaluate.trials), 1, 1'000'000, "programmings with other random draws"));
  keys.push_back(
      word_key("results.cells", AT(results.cells), {"auto", "yes", "no"}, "cells.h5; auto: the first trial, up to a million cells"));
}

void trace(Keys& keys, const KnownWords& words) {
  keys.push_back(integer_key("trace.tile", AT(trace->tile), 0, 10'000'000, "which tile"));
  keys.push_back(index_range_key("trace.rows", AT(trace->row_first), AT(trace->row_last), 4095, "rows of the window"));
  keys.push_back(index_range_key("trace.cols", AT(trace->col_first), AT(trace->col_last), 4095, "columns of the window"));
  keys.push_back(
      word_key("trace.phase", AT(trace->phase), {"blind", "verify", "inference"},
               "the blind write of everything, what comes after it, or (evaluate.fidelity: cycle) the images that are inferred"));
  keys.push_back(time_key("trace.from", AT(trace->from_ps), 0, 1'000 * kSecond_ps, "start of the window, from the start of the phase"));
  keys.push_back(time_key("trace.to", AT(trace->to_ps), 0, 1'000 * kSecond_ps, "end of the window"));
  keys.push_back(word_key("trace.selector", AT(trace->selector), selector_words(words),
                          "whose programming is traced; default: the first that does not train"));
  keys.push_back(fraction_key("trace.fraction", AT(trace->fraction), 0, 1, "at which of the fractions; default: the largest"));
  keys.push_back(
      quantity_key("trace.max_file", AT(trace->max_file_bytes), Dimension::memory, 1024, 1e12, "a window that would need more is refused"));
}

#undef AT

}  // namespace

std::vector<KeySpec> workload_keys(const KnownWords& words) {
  Keys keys;
  schema_and_seed(keys);
  network(keys, words);
  dataset(keys, words);
  quantize_and_mapping(keys);
  device(keys);
  programming(keys, words);
  hardware(keys, words);
  effects(keys);
  selection(keys, words);
  inference(keys);
  evaluate_and_results(keys);
  trace(keys, words);
  return keys;
}

const std::vector<OptionalSection>& optional_sections() {
  static const std::vector<OptionalSection> sections{
      {"network.train", "training in place; a built-in network always has it, an ONNX network is fine-tuned if it is given",
       [](const Workload& w) { return w.network.train.has_value(); }, [](Workload& w) { w.network.train = Workload::Training(); }},
      {"selection.loop", "SWIM's own loop: verify a step, test, stop when the accuracy is back",
       [](const Workload& w) { return w.selection.loop.has_value(); }, [](Workload& w) { w.selection.loop = Workload::Loop(); }},
      {"trace", "a window whose signals are written to trace.vcd", [](const Workload& w) { return w.trace.has_value(); },
       [](Workload& w) { w.trace = Workload::Trace(); }},
  };
  return sections;
}

const OptionalSection* section_of(const std::string& path) {
  for (const OptionalSection& section : optional_sections()) {
    if (path.compare(0, section.path.size() + 1, section.path + ".") == 0) return &section;
  }
  return nullptr;
}

std::vector<KeyDescription> describe_keys(const KnownWords& words) {
  Workload defaults;
  for (const OptionalSection& section : optional_sections()) section.open(defaults);
  std::vector<KeyDescription> descriptions;
  for (const KeySpec& key : workload_keys(words)) {
    KeyDescription description{key.path, key.type, key.required ? "" : key.print(defaults), key.range, key.description, key.required};
    if (description.default_text == "\"\"" || key.path == "trace.fraction" || key.path == "network.train.learning_rate" ||
        key.path == "hardware.read_after_write")
      description.default_text.clear();
    descriptions.push_back(std::move(description));
  }
  return descriptions;
}

}  // namespace swimsim
