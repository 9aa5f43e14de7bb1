#include "sim/workload/cross_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <memory>

#include "models/common/units.h"
#include "models/device/device.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

namespace {

bool all_sound(const CheckContext& context, std::initializer_list<const char*> paths) {
  return std::all_of(paths.begin(), paths.end(), [&](const char* path) { return context.sound(path); });
}

void complain(const CheckContext& context, const char* path, const std::string& message) { context.complain(context.place(path), message); }

bool is_one_of(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void check_network(const Workload& w, const CheckContext& c) {
  if (!all_sound(c, {"network", "network.builtin", "network.onnx", "network.width"})) return;
  if (!w.network.builtin.empty() && !w.network.onnx.empty())
    complain(c, "network.onnx", "both 'network.builtin' and 'network.onnx' are given; keep one");
  if (w.network.width != 0 && !w.network.onnx.empty())
    complain(c, "network.width", "an ONNX network has the width that it was exported with; leave the key out");
  if (w.network.builtin.empty() && w.network.onnx.empty())
    complain(c, "network", "key 'network.builtin' or 'network.onnx' is missing: which network is programmed?");
}

/// Channels of the workload's images, 0 if that is not known.
std::size_t channels_of(const Workload& w, const KnownWords& words) {
  const auto found = std::find(words.datasets.begin(), words.datasets.end(), w.dataset.name);
  const auto index = static_cast<std::size_t>(found - words.datasets.begin());
  return index < words.dataset_channels.size() ? static_cast<std::size_t>(words.dataset_channels[index]) : 0;
}

void check_dataset(const Workload& w, const CheckContext& c) {
  if (!all_sound(c, {"dataset.mean", "dataset.std"})) return;
  if (w.dataset.mean.size() == w.dataset.std.size()) {
    const std::size_t channels = channels_of(w, *c.words);
    if (!c.sound("dataset.name") || channels == 0 || channels == w.dataset.mean.size()) return;
    complain(c, "dataset.mean",
             fmt::format("'dataset.mean' has {} numbers, but the images of '{}' have {} channel{}; one for each is wanted",
                         w.dataset.mean.size(), w.dataset.name, channels, channels == 1 ? "" : "s"));
    return;
  }
  const char* path = w.dataset.std.size() == 1 ? "dataset.mean" : "dataset.std";
  complain(c, path,
           fmt::format("'dataset.mean' has {} numbers and 'dataset.std' {}; both want one for each channel", w.dataset.mean.size(),
                       w.dataset.std.size()));
}

/// A folder or four arrays go with the data sets that are made of them, and with no others.
void check_dataset_files(const Workload& w, const CheckContext& c) {
  if (!c.sound("dataset.name")) return;
  const auto check = [&](const char* path, const std::string& value, const std::vector<std::string>& names) {
    if (!c.sound(path) || names.empty() || value.empty() != is_one_of(w.dataset.name, names)) return;
    if (value.empty())
      complain(c, "dataset", fmt::format("key '{}' is missing: data set '{}' needs it", path, w.dataset.name));
    else
      complain(c, path, fmt::format("'{}' belongs to data set '{}' and not to '{}'", path, names.front(), w.dataset.name));
  };
  check("dataset.path", w.dataset.path, c.words->folder_datasets);
  check("dataset.train_images_file", w.dataset.train_images_file, c.words->array_datasets);
  check("dataset.train_labels_file", w.dataset.train_labels_file, c.words->array_datasets);
  check("dataset.test_images_file", w.dataset.test_images_file, c.words->array_datasets);
  check("dataset.test_labels_file", w.dataset.test_labels_file, c.words->array_datasets);
}

void check_mapping(const Workload& w, const CheckContext& c) {
  if (all_sound(c, {"quantize.weight_bits", "mapping.bits_per_device"}) && w.quantize.weight_bits % w.mapping.bits_per_device != 0)
    complain(c, "mapping.bits_per_device",
             fmt::format("'mapping.bits_per_device' is {} and does not divide 'quantize.weight_bits', which is {}",
                         w.mapping.bits_per_device, w.quantize.weight_bits));
  if (all_sound(c, {"quantize.layers", "mapping.bits_per_device"})) {
    for (const Workload::LayerBits::Entry& entry : w.quantize.layers.entries) {
      if (!entry.weight_bits || *entry.weight_bits % w.mapping.bits_per_device == 0) continue;
      c.complain(entry.place, fmt::format("'mapping.bits_per_device' is {} and does not divide the 'weight_bits' of {}, which is {}",
                                          w.mapping.bits_per_device,
                                          entry.layer.empty() ? "a layer" : fmt::format("layer '{}'", entry.layer), *entry.weight_bits));
    }
  }
  if (all_sound(c, {"selection.reference_quirks", "quantize.weight_scale"}) && w.selection.reference_quirks &&
      w.quantize.weight_scale != "per_tensor")
    complain(c, "selection.reference_quirks",
             "'selection.reference_quirks' does not go with 'quantize.weight_scale: per_channel': the authors' code has one scale a layer");
  if (all_sound(c, {"mapping.tile_cols", "hardware.column_mux"}) && w.mapping.tile_cols % w.hardware.column_mux != 0)
    complain(c, "hardware.column_mux",
             fmt::format("'hardware.column_mux' is {} and does not divide 'mapping.tile_cols', which is {}", w.hardware.column_mux,
                         w.mapping.tile_cols));
  if (c.sound("hardware.host_bus_bits") && w.hardware.host_bus_bits % 8 != 0)
    complain(c, "hardware.host_bus_bits", fmt::format("'hardware.host_bus_bits' is {}; whole bytes are wanted", w.hardware.host_bus_bits));
  if (all_sound(c, {"hardware.adc_low", "hardware.adc_high"}) && !(w.hardware.adc_low < w.hardware.adc_high))
    complain(c, "hardware.adc_low",
             fmt::format("'hardware.adc_low' is {} and must lie below 'hardware.adc_high', which is {}", format_number(w.hardware.adc_low),
                         format_number(w.hardware.adc_high)));
}

void check_scheme(const Workload& w, const CheckContext& c) {
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (kernel == nullptr || !all_sound(c, {"programming.scheme", "device.card"})) return;
  const std::vector<std::string>& counting = c.words->counting_schemes;
  const bool counts = is_one_of(w.programming.scheme, counting);
  if (counts == kernel->counts_cycles) return;
  std::string fitting;
  for (const std::string& scheme : c.words->schemes) {
    const bool fits = is_one_of(scheme, counting) == kernel->counts_cycles;
    if (fits) fitting += (fitting.empty() ? "" : ", ") + scheme;
  }
  complain(c, "programming.scheme",
           fmt::format("scheme '{}' does not fit device card '{}', whose cells {}; schemes that fit: {}", w.programming.scheme, w.card.name,
                       kernel->counts_cycles ? "count cycles" : "are driven by pulses", fitting));
}

/// A verify that only compares, and a blind write that verifies.
void check_verify(const Workload& w, const CheckContext& c) {
  if (!all_sound(c, {"programming.blind", "hardware.verify", "device.card"}) || w.programming.blind != "coarse_verify") return;
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (kernel != nullptr && kernel->counts_cycles)
    complain(c, "programming.blind",
             fmt::format("blind 'coarse_verify' does not fit device card '{}', whose cells count cycles", w.card.name));
  if (w.hardware.verify == "compare")
    complain(c, "programming.blind",
             "blind 'coarse_verify' does not go with 'hardware.verify: compare': the comparators know one window only");
  if (all_sound(c, {"programming.tolerance", "programming.coarse_tolerance"}) &&
      w.programming.coarse_tolerance_fraction < w.programming.tolerance_fraction)
    complain(c, "programming.coarse_tolerance",
             fmt::format("'programming.coarse_tolerance' is {} and must not be narrower than 'programming.tolerance', which is {}",
                         format_number(w.programming.coarse_tolerance_fraction), format_number(w.programming.tolerance_fraction)));
}

/// A list of volts has one for each level of a cell; a ramp does not begin above its stop.
void check_ramps(const Workload& w, const CheckContext& c) {
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (kernel == nullptr || !all_sound(c, {"device.card", "device.set", "mapping.bits_per_device"})) return;
  const std::unique_ptr<Device> device = kernel->make(w.card, {});
  const std::size_t levels = std::size_t{1} << w.mapping.bits_per_device;
  const auto check = [&](const RampVolts& volts, VoltageRamp card, const std::string& polarity) {
    const std::string start = "programming." + polarity + "_start", step = "programming." + polarity + "_step",
                      stop = "programming." + polarity + "_stop";
    bool sound = true;
    const auto check_levels = [&](const std::string& path, const std::vector<double>& list) {
      sound = sound && c.sound(path.c_str());
      if (list.size() < 2 || list.size() == levels) return;
      sound = false;
      complain(c, path.c_str(),
               fmt::format("'{}' has {} voltages; a cell of {} bit{} has {} levels and wants as many, or one for all", path, list.size(),
                           w.mapping.bits_per_device, w.mapping.bits_per_device == 1 ? "" : "s", levels));
    };
    check_levels(start, volts.start_V);
    check_levels(step, volts.step_V);
    check_levels(stop, volts.stop_V);
    for (std::size_t level = 0; sound && level < levels; ++level) {
      const auto at = [level](const std::vector<double>& list, double otherwise) {
        return list.empty() ? otherwise : list.size() == 1 ? list.front() : list[level];
      };
      const double start_V = at(volts.start_V, card.start_V), stop_V = at(volts.stop_V, card.stop_V);
      if (volts.start_V.empty() && volts.stop_V.empty()) return;
      if (start_V <= stop_V) continue;
      complain(
          c, volts.start_V.empty() ? stop.c_str() : start.c_str(),
          fmt::format("the {} ramp begins at {} and stops at {}; it must not begin above its stop", polarity == "set" ? "SET" : "RESET",
                      format_quantity(start_V, Dimension::voltage), format_quantity(stop_V, Dimension::voltage)));
      return;
    }
  };
  check(w.programming.ramps.set, device->ramp(+1), "set");
  check(w.programming.ramps.reset, device->ramp(-1), "reset");
}

void check_conductances(const Workload& w, const CheckContext& c) {
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (kernel == nullptr || !all_sound(c, {"device.card", "device.set"})) return;
  const std::unique_ptr<Device> device = kernel->make(w.card, {});
  if (device->g_min_S() < device->g_max_S()) return;
  complain(
      c, "device",
      fmt::format("the card's smallest conductance, {}, must lie below its largest, {}",
                  format_quantity(device->g_min_S(), Dimension::conductance), format_quantity(device->g_max_S(), Dimension::conductance)));
}

/// Training in the cells moves single cells both ways without looking.
void check_training_selectors(const Workload& w, const CheckContext& c) {
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (!all_sound(c, {"selection.selectors", "device.card", "device.set", "programming.blind"}) || kernel == nullptr) return;
  for (const std::string& selector : w.selection.selectors) {
    if (!is_one_of(selector, c.words->training_selectors)) continue;
    if (kernel->make(w.card, {})->erases())
      complain(c, "selection.selectors",
               fmt::format("selector '{}' does not fit device card '{}', whose cells are erased in blocks: a single cell cannot be "
                           "written lower",
                           selector, w.card.name));
    if (w.programming.blind == "none")
      complain(c, "selection.selectors",
               fmt::format("selector '{}' trains what a blind write has left; 'programming.blind' is 'none'", selector));
  }
}

/// Who leaves a row early must not have erased it.
void check_paying_selectors(const Workload& w, const CheckContext& c) {
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (!all_sound(c, {"selection.selectors", "device.card", "device.set", "programming.scheme", "programming.erase_granularity"}) ||
      kernel == nullptr)
    return;
  if (!is_one_of(w.programming.scheme, c.words->erasing_schemes) || w.programming.erase_granularity != "row") return;
  for (const std::string& selector : w.selection.selectors) {
    if (is_one_of(selector, c.words->paying_selectors) && kernel->make(w.card, {})->erases())
      complain(c, "selection.selectors",
               fmt::format("selector '{}' does not go with scheme '{}' and device card '{}': a row that it leaves early would stay erased",
                           selector, w.programming.scheme, w.card.name));
  }
}

/// A tolerance of the cell's own wants a scheme that decides by tolerances, a verify that says how far off a cell is, and cells that keep
/// what the blind write has left.
void check_loosening_selectors(const Workload& w, const CheckContext& c) {
  const DeviceKernel* kernel = find_kernel(w.card.kernel);
  if (!all_sound(c, {"selection.selectors", "device.card", "device.set", "programming.scheme", "programming.erase_granularity",
                     "hardware.verify"}) ||
      kernel == nullptr)
    return;
  const bool erases = is_one_of(w.programming.scheme, c.words->erasing_schemes) && w.programming.erase_granularity == "row";
  for (const std::string& selector : w.selection.selectors) {
    if (!is_one_of(selector, c.words->loosening_selectors)) continue;
    if (kernel->counts_cycles)
      complain(c, "selection.selectors",
               fmt::format("selector '{}' does not fit device card '{}', whose cells count cycles: there is no tolerance to follow",
                           selector, w.card.name));
    if (w.hardware.verify == "compare")
      complain(c, "selection.selectors",
               fmt::format("selector '{}' does not go with 'hardware.verify: compare': the comparators know one window only", selector));
    if (erases && kernel->make(w.card, {})->erases())
      complain(c, "selection.selectors",
               fmt::format("selector '{}' does not go with scheme '{}' and device card '{}': a wide window would take a cell as erased",
                           selector, w.programming.scheme, w.card.name));
  }
}

/// Column sums and their variances are whole numbers below 2^24; the largest variance of a cell keeps 64 steps of them at least.
void check_inference(const Workload& w, const CheckContext& c) {
  if (!all_sound(c, {"inference.dac_bits", "mapping.tile_rows", "evaluate.fidelity"}) || w.evaluate.fidelity == "weights") return;
  constexpr int kMostSquares = 1 << 18;
  const int digit = (1 << w.inference.dac_bits) - 1, most_rows = kMostSquares / (digit * digit);
  if (w.mapping.tile_rows > most_rows)
    complain(c, "inference.dac_bits",
             fmt::format("'inference.dac_bits' is {}, with which a tile may have {} rows for exact column sums; 'mapping.tile_rows' is {}",
                         w.inference.dac_bits, most_rows, w.mapping.tile_rows));
}

/// Images go through the chip that has just been programmed, and it must be there as a whole.
void check_cycle_inference(const Workload& w, const CheckContext& c) {
  if (!all_sound(c, {"evaluate.fidelity", "programming.driver", "hardware.rounds"}) || w.evaluate.fidelity != "cycle") return;
  if (w.programming.driver != "cycle")
    complain(c, "evaluate.fidelity", "'evaluate.fidelity: cycle' infers on the SystemC chip; it needs 'programming.driver: cycle'");
  if (w.hardware.rounds)
    complain(c, "evaluate.fidelity", "'evaluate.fidelity: cycle' needs the whole network on the chip; 'hardware.rounds' is true");
}

void check_trace(const Workload& w, const CheckContext& c) {
  if (!w.trace) return;
  const Workload::Trace& trace = *w.trace;
  if (all_sound(c, {"trace.rows", "mapping.tile_rows"}) && trace.row_last >= w.mapping.tile_rows)
    complain(c, "trace.rows",
             fmt::format("'trace.rows' is {}..{}, but a tile has rows 0..{}", trace.row_first, trace.row_last, w.mapping.tile_rows - 1));
  if (all_sound(c, {"trace.cols", "mapping.tile_cols"}) && trace.col_last >= w.mapping.tile_cols)
    complain(c, "trace.cols",
             fmt::format("'trace.cols' is {}..{}, but a tile has columns 0..{}", trace.col_first, trace.col_last, w.mapping.tile_cols - 1));
  if (all_sound(c, {"trace.from", "trace.to"}) && trace.from_ps >= trace.to_ps)
    complain(c, "trace.to",
             fmt::format("'trace.to' is {} and must lie after 'trace.from', which is {}", format_time_ps(trace.to_ps),
                         format_time_ps(trace.from_ps)));
  if (all_sound(c, {"trace.phase", "evaluate.fidelity"}) && trace.phase == "inference" && w.evaluate.fidelity != "cycle")
    complain(c, "trace.phase",
             fmt::format("'trace.phase: inference' needs 'evaluate.fidelity: cycle'; 'evaluate.fidelity' is {}", w.evaluate.fidelity));
  if (all_sound(c, {"trace.selector", "selection.selectors"})) {
    if (!is_one_of(trace.selector, w.selection.selectors))
      complain(c, "trace.selector", fmt::format("'trace.selector' is '{}', which is not among 'selection.selectors'", trace.selector));
    else if (is_one_of(trace.selector, c.words->training_selectors))
      complain(c, "trace.selector", fmt::format("selector '{}' runs without signals; trace another one", trace.selector));
  }
  const auto& fractions = w.selection.fractions;
  if (all_sound(c, {"trace.fraction", "selection.fractions"}) &&
      std::find(fractions.begin(), fractions.end(), trace.fraction) == fractions.end())
    complain(c, "trace.fraction",
             fmt::format("'trace.fraction' is {}, which is not among 'selection.fractions'", format_number(trace.fraction)));
  if (!all_sound(c, {"trace.rows", "trace.cols", "trace.from", "trace.to", "trace.max_file", "hardware.clock"})) return;
  const double bytes = trace_bytes_bound(w);
  if (bytes > trace.max_file_bytes)
    complain(
        c, "trace",
        fmt::format("this window may write {:.3g} MB, more than 'trace.max_file' allows ({}); narrow the time or the columns, or raise it",
                    bytes / 1e6, format_quantity(trace.max_file_bytes, Dimension::memory)));
}

}  // namespace

const std::string* first_traceable_selector(const Workload& w, const KnownWords& words) {
  for (const std::string& selector : w.selection.selectors) {
    if (!is_one_of(selector, words.training_selectors)) return &selector;
  }
  return nullptr;
}

double trace_bytes_bound(const Workload& w) {
  if (!w.trace) return 0;
  const double columns = w.trace->col_last - w.trace->col_first + 1;
  const double cells = columns * (w.trace->row_last - w.trace->row_first + 1);
  const double window_ps = static_cast<double>(w.trace->to_ps - w.trace->from_ps);
  const double clocks = window_ps / static_cast<double>(w.hardware.clock_ps);
  // Two clock edges, each "#TIME" and one line; a cycle of pulse and verify lasts four clocks at least and changes, in every column,
  // amplitude, enable (twice), ADC code and conductance.
  constexpr double kEdgeBytes = 20, kColumnCycleBytes = 120, kStateCycleBytes = 200, kDeclarationBytes = 100;
  const double cycles = clocks / 4;
  return 2000 + kDeclarationBytes * (cells + 4 * columns) + 2 * kEdgeBytes * clocks +
         cycles * (columns * kColumnCycleBytes + kStateCycleBytes);
}

void check_together(const Workload& workload, const CheckContext& context) {
  check_network(workload, context);
  check_dataset(workload, context);
  check_dataset_files(workload, context);
  check_mapping(workload, context);
  check_scheme(workload, context);
  check_verify(workload, context);
  check_ramps(workload, context);
  check_conductances(workload, context);
  check_training_selectors(workload, context);
  check_paying_selectors(workload, context);
  check_loosening_selectors(workload, context);
  check_inference(workload, context);
  check_cycle_inference(workload, context);
  check_trace(workload, context);
}

}  // namespace swimsim
