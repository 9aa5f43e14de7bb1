#include "sim/engine/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/common/build_info.h"
#include "models/common/hash.h"
#include "models/selection/selector.h"
#include "sim/engine/aggregate.h"
#include "sim/engine/batched_driver.h"
#include "sim/engine/card_curve.h"
#include "sim/engine/in_situ.h"
#include "sim/engine/interrupt.h"
#include "sim/engine/job_pool.h"
#include "sim/engine/journal.h"
#include "sim/engine/module_rows.h"
#include "sim/engine/plan.h"
#include "sim/engine/preparation.h"
#include "sim/engine/programming_run.h"
#include "sim/engine/pulse_train.h"
#include "sim/engine/tolerance_classes.h"
#include "sim/engine/wait_range.h"
#include "sim/engine/worth_classes.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

namespace {

/// Rankings by selector of the workload; those that draw anew in every trial are ranked again in the trial's child.
std::vector<Ranking> rank_once(const Workload& workload, const Preparation& prepared) {
  std::vector<Ranking> rankings;
  for (const std::string& name : workload.selection.selectors) {
    const SelectorKind& selector = *find_selector(name);
    rankings.push_back(selector.trains ? Ranking() : rank_weights(selector, selection_input(workload, prepared, 0)));
  }
  return rankings;
}

std::vector<LayerSchedule> schedule_of(const Workload& workload, const Preparation& prepared, const std::vector<Ranking>& rankings) {
  std::vector<LayerSchedule> schedule;
  for (std::size_t l = 0; l < prepared.network.weight_layers().size(); ++l) {
    const WeightLayer& layer = prepared.network.weight_layers()[l];
    LayerSchedule record;
    record.layer = layer.name;
    record.shape = layer.shape;
    record.slices = static_cast<std::int64_t>(selection_input(workload, prepared, 0).slices(l));
    if (!prepared.sensitivity.empty()) record.sensitivity = to_onnx_order(layer, prepared.sensitivity[l]);
    for (std::size_t s = 0; s < rankings.size(); ++s) {
      if (rankings[s].rank.empty()) continue;
      record.selectors.push_back({workload.selection.selectors[s], to_onnx_order(layer, rankings[s].score[l], record.slices),
                                  to_onnx_order(layer, rankings[s].rank[l], record.slices)});
    }
    schedule.push_back(std::move(record));
  }
  return schedule;
}

/// The programming of trial 0 that the trace looks at: the point of the wanted selector with the nearest fraction, or at its lowest
/// price.
std::optional<std::size_t> traced_programming(const Workload& workload, const RunOptions& options, const Plan& plan) {
  if (options.trace_path.empty()) return std::nullopt;
  const Workload::Trace& trace = *workload.trace;
  if (trace.phase == "inference") return plan.all;
  const std::string selector = trace.selector.empty() ? workload.selection.selectors.front() : trace.selector;
  std::optional<std::size_t> nearest;
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    if (plan.points[p].selector != selector) continue;
    if (!nearest || plan.points[p].price ||
        std::fabs(plan.points[p].fraction - trace.fraction) < std::fabs(plan.points[*nearest].fraction - trace.fraction))
      nearest = p;
  }
  if (!nearest) throw InputError(fmt::format("trace.selector: '{}' is not among selection.selectors", selector));
  if (find_selector(selector)->trains) throw InputError(fmt::format("trace.selector: '{}' runs without signals", selector));
  return plan.programming_of[*nearest];
}

TraceWindow trace_window(const Workload& workload, const RunOptions& options) {
  const Workload::Trace& trace = *workload.trace;
  TraceWindow window;
  window.path = options.trace_path;
  window.tile = static_cast<std::size_t>(trace.tile);
  window.row_first = trace.row_first;
  window.row_last = trace.row_last;
  window.col_first = trace.col_first;
  window.col_last = trace.col_last;
  window.phase = trace.phase == "verify" && workload.programming.blind != "none" ? 1 : 0;
  window.inference = trace.phase == "inference";
  window.from_ps = trace.from_ps;
  window.to_ps = trace.to_ps;
  return window;
}

/// Everything that a programming and its evaluation depend on.
std::string journal_key(const Workload& workload, const Preparation& prepared) {
  Workload essential = workload;
  essential.trace.reset();  // tracing changes no result, nor does the name
  essential.name.clear();
  essential.evaluate.trials = 1;  // trials are independent: more of them repeat none
  Sha256 hash;
  hash.update(build_identity()).update("|").update(resolved_yaml(essential));
  hash.update(fmt::format("|{} {} {}", sizeof(ProgrammingOutcome), sizeof(LayerOutcome), sizeof(LoopRow)));  // what a record holds
  const auto add = [&](const auto& values) {
    hash.update({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])});
  };
  if (!workload.network.onnx.empty()) hash.update(sha256_hex_of_file(workload.network.onnx));
  for (const auto& codes : prepared.quantized.codes) add(codes);
  for (const auto& magnitude : prepared.magnitude) add(magnitude);
  for (std::size_t layer = 0; layer < prepared.network.weight_layers().size(); ++layer) add(prepared.network.biases(layer));
  for (const auto& sensitivity : prepared.sensitivity) add(sensitivity);
  const SelectionQuantities& q = prepared.quantities;
  for (const PerWeight* values : {&q.gradient, &q.fisher, &q.hutchinson, &q.raw_magnitude, &q.level_sigma, &q.removed_variance}) {
    for (const auto& layer : *values) add(layer);
  }
  for (const auto& scale : prepared.quantized.scale) add(scale);
  add(prepared.ranges.range);
  for (const ImageSet* images : {&prepared.data.train, &prepared.data.test}) {
    add(images->pixels);
    add(images->labels);
  }
  return hash.hex();
}

void add_effect_notes(const Workload& workload, const Device& device, std::vector<std::string>& notes) {
  const EffectParameters& effects = workload.effects;
  if (effects.rtn.share > 0)
    notes.emplace_back("Random telegraph noise: the amplitudes and times that a workload starts from are recalled and unverified.");
  const auto dose = [&](int polarity) { return device.disturb_dose(polarity, device.ramp(polarity).stop_V / 2); };
  if (effects.disturb != "off" && dose(+1) == 0 && dose(-1) == 0)
    notes.push_back(
        fmt::format("Card {}: its kernel has no law for half-selected cells; effects.disturb changes nothing.", workload.card.name));
}

bool is_natural(const Mapping& mapping) {
  bool natural = true;
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer) natural = natural && mapping.natural(layer);
  return natural;
}

std::vector<std::string> notes_of(const Workload& workload, const Preparation& prepared) {
  std::vector<std::string> notes;
  if (prepared.data.synthetic)
    notes.emplace_back("The images are synthetic: drawn by a procedure from the seed, not photographs or scans of real digits.");
  std::string unsourced, recalled;
  for (const CardParameter& parameter : workload.card.parameters) {
    if (parameter.kind == "illustrative") unsourced += (unsourced.empty() ? "" : ", ") + parameter.name;
    if (parameter.kind == "recalled") recalled += (recalled.empty() ? "" : ", ") + parameter.name;
  }
  if (!unsourced.empty())
    notes.push_back(
        fmt::format("Card {}: {} are illustrative and have no source; times and joules follow them.", workload.card.name, unsourced));
  if (!recalled.empty())
    notes.push_back(fmt::format("Card {}: {} are recalled from the literature and unverified.", workload.card.name, recalled));
  add_effect_notes(workload, *prepared.device, notes);
  const std::vector<std::string>& selectors = workload.selection.selectors;
  if (std::any_of(selectors.begin(), selectors.end(), [](const std::string& name) { return find_selector(name)->trains; }))
    notes.emplace_back(
        "in_situ: pulses, time and energy are those of its writes; the passes over the images, their reads and the digital copy of the "
        "weights are not counted.");
  if (workload.mapping.order != "natural")
    notes.push_back(
        fmt::format("mapping.order: {}: {}.", workload.mapping.order,
                    is_natural(*prepared.mapping)
                        ? "no channels of this network can change places"
                        : "rows and columns of the arrays are in the order of orders.csv; results name weights by their own numbers"));
  notes.emplace_back(workload.hardware.host_bus_bits > 0
                         ? "Simulated time starts when the host begins to load the first tile and ends when the last cell is done; "
                           "evaluating is not in it."
                         : "Simulated time starts with the first blind write and ends when the last cell is done; loading the schedule "
                           "(hardware.host_bus_bits: 0) and evaluating are not in it.");
  if (workload.evaluate.fidelity == "weights") {
    notes.emplace_back(
        "Not modelled: silicon area, temperature, line resistance; accuracy is evaluated with conductance errors only (fidelity: "
        "weights).");
  } else {
    notes.emplace_back(
        "Accuracy is evaluated read by read (fidelity: array): input planes, column sums with read noise, ADC codes. Times and energies "
        "are those of "
        "programming, but for inference_... .");
    if (workload.evaluate.fidelity == "cycle")
      notes.emplace_back(
          "Inference in SystemC: energies of ADCs, DACs and sample-and-hold are published figures of 32 nm models; those of shift-and-add, "
          "registers and digital units are recalled or derived from recalled figures and unverified.");
    if (workload.evaluate.fidelity == "cycle" && workload.inference.noc == "none")
      notes.emplace_back("Values go from layer to layer in no time (inference.noc: none).");
    notes.emplace_back(workload.inference.line_resistance == "off"
                           ? "Not modelled: silicon area, temperature, line resistance."
                           : "Not modelled: silicon area, temperature, line resistance while writing and verifying.");
  }
  return notes;
}

void add_time_note(const Plan& plan, const std::vector<ProgrammingOutcome>& outcomes, std::vector<std::string>& notes) {
  if (!outcomes[plan.all].lower_bound) return;
  notes.emplace_back(
      "Times are lower bounds: tiles share write current or the host bus, and only the cycle driver knows how long they wait for it "
      "(programming.driver: cycle). Pulses, conductances and dynamic energy are the same with both.");
}

/// Says where training in the cells ended before it had used its pulses.
void add_in_situ_note(const Plan& plan, const std::vector<ProgrammingOutcome>& outcomes, std::vector<std::string>& notes) {
  constexpr double kNearly = 0.98;  // a row that does not fit ends a training that is not short of updates
  std::string short_of;
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    const std::size_t offset = plan.programming_of[p];
    const double share = plan.programmings[offset].in_situ_share, full = static_cast<double>(outcomes[plan.all].pulses);
    const double used = full > 0 ? static_cast<double>(outcomes[offset].pulses) / full : 0;
    if (share > 0 && used < kNearly * share) short_of += fmt::format("{}{:g} ({:.3g} used)", short_of.empty() ? "" : ", ", share, used);
  }
  if (short_of.empty()) return;
  notes.push_back(
      fmt::format("in_situ: selection.in_situ.max_updates ended the training before its share of pulses was used: {}.", short_of));
}

/// How far a plan was carried out.
struct TrialsDone {
  int trials = 0;       ///< complete ones
  bool enough = false;  ///< ended at a look
};

/// Runs the programmings of the plan in child processes, up to the first look at which it is enough.
TrialsDone run_plan(const Workload& workload, const RunOptions& options, const Preparation& prepared, const Plan& plan,
                    const std::vector<Ranking>& rankings, const TrialLooks& looks, Progress& progress,
                    std::vector<ProgrammingOutcome>& outcomes) {
  const ChipDriver driver = workload.programming.driver == "cycle" ? options.cycle_driver : make_batched_driver();
  const std::optional<std::size_t> traced = traced_programming(workload, options, plan);
  const bool keep_cells = keeps_cells(workload, prepared.mapping->cells());

  const auto work = [&](std::size_t index) {
    const PlannedProgramming& planned = plan.programmings[index];
    const SelectorKind& selector = *find_selector(workload.selection.selectors[planned.selector]);
    const bool keeps = keep_cells && planned.trial == 0 && !planned.budget_loop;
    if (planned.in_situ_share > 0) return run_in_situ(workload, prepared, planned.trial, planned.in_situ_share, keeps).to_bytes();
    ProgrammingTask task;
    task.trial = planned.trial;
    task.selected = planned.selected;
    task.rank = selector.per_trial && planned.trial > 0 ? rank_weights(selector, selection_input(workload, prepared, planned.trial)).rank
                                                        : rankings[planned.selector].rank;
    task.by_slice = ranks_devices(workload);
    task.budget_loop = planned.budget_loop;
    if (planned.budget_loop)
      task.group_size =
          std::max<std::int64_t>(1, selected_count(workload.selection.loop->step, ranked_things(workload, *prepared.mapping)));
    task.price = planned.price;
    if (planned.price > 0) task.worth_class = worth_classes(rankings[planned.selector].score, *prepared.mapping);
    if (planned.looseness > 0)
      task.tolerance_class = tolerance_classes(rankings[planned.selector].score, *prepared.mapping, planned.looseness,
                                               workload.programming.tolerance_fraction);
    task.keep_cells = keeps;
    task.infer = workload.evaluate.fidelity == "cycle" && index == plan.all;
    task.keep_statistics = index == plan.all;
    if (traced && index == *traced) task.trace = trace_window(workload, options);
    return run_programming(workload, prepared, driver, task).to_bytes();
  };

  outcomes.resize(plan.programmings.size());
  std::vector<char> finished(plan.programmings.size(), 0);
  Journal journal(options.journal_path, journal_key(workload, prepared));
  journal.open([&](std::size_t index, const std::string& bytes) {
    if (index >= outcomes.size() || (traced && index == *traced)) return;  // the trace has to be written again
    outcomes[index] = ProgrammingOutcome::from_bytes(bytes);
    finished[index] = 1;
  });
  progress.begin("programming and evaluating", static_cast<std::int64_t>(finished.size()));
  std::int64_t done = std::count(finished.begin(), finished.end(), char{1});
  progress.already_done(done);
  const auto run_up_to = [&](std::size_t end) {
    std::vector<std::size_t> to_do;
    for (std::size_t i = 0; i < end; ++i) {
      if (!finished[i]) to_do.push_back(i);
    }
    return run_jobs(
        to_do.size(), options.threads, [&](std::size_t job) { return work(to_do[job]); },
        [&](std::size_t job, const std::string& bytes) {
          const std::size_t index = to_do[job];
          outcomes[index] = ProgrammingOutcome::from_bytes(bytes);
          finished[index] = 1;
          journal.append(index, bytes);
          progress.advance(++done);
        });
  };

  for (const int look : looks.at) {
    if (look >= workload.evaluate.trials || !run_up_to(static_cast<std::size_t>(look) * plan.per_trial)) break;
    RunResults so_far;
    aggregate(prepared, plan, outcomes, look, so_far);
    if (!looks.is_enough(so_far.trials)) continue;
    progress.end();
    return {look, true};
  }
  if (!interrupt_requested()) run_up_to(finished.size());
  progress.end();

  std::size_t complete = 0;
  while (complete < finished.size() && finished[complete]) ++complete;
  return {static_cast<int>(complete / plan.per_trial), false};
}

}  // namespace

RunResults run_experiment(const Workload& workload, const RunOptions& options, Progress& progress, const TrialLooks& looks) {
  const Preparation prepared = prepare(workload, options, progress);
  const Plan plan = make_plan(workload, ranked_things(workload, *prepared.mapping));
  const std::vector<Ranking> rankings = rank_once(workload, prepared);

  std::vector<ProgrammingOutcome> outcomes;
  const auto [trials, enough] = run_plan(workload, options, prepared, plan, rankings, looks, progress, outcomes);
  if (trials == 0) throw Interrupted();

  RunResults results;
  results.name = workload.name;
  results.interrupted = !enough && trials < workload.evaluate.trials;
  results.synthetic_images = prepared.data.synthetic;
  results.notes = notes_of(workload, prepared);
  results.schedule = schedule_of(workload, prepared, rankings);
  results.card_curve = card_curve(workload.card, *prepared.device);
  results.pulse_train = pulse_train_of(workload, prepared);
  Workload as_run = workload;
  if (enough) as_run.evaluate.trials = trials;
  results.resolved_workload = resolved_yaml(as_run);
  results.input_files = prepared.data.files;
  results.input_digests = prepared.data.digests;
  if (!workload.network.onnx.empty()) results.input_files.push_back(workload.network.onnx);
  results.quantization = quantization_rows(prepared.network, prepared.quantization, prepared.quantized, prepared.ranges);
  aggregate(prepared, plan, outcomes, trials, results);
  const ProgrammingOutcome& everything = outcomes[plan.all];  // of the first trial
  results.modules =
      module_rows(*prepared.mapping, everything.tiles,
                  {everything.time_ps, workload.hardware.clock_ps, everything.bounds.host_bus_ps, everything.energy.leakage_aJ});
  results.rows = word_line_rows(*prepared.mapping, everything.rows);
  results.tiles = tile_rows(*prepared.mapping);
  add_in_situ_note(plan, outcomes, results.notes);
  add_time_note(plan, outcomes, results.notes);
  const WaitRange waits = wait_range(workload, prepared);
  results.summary.insert(results.summary.end(), waits.statistics.begin(), waits.statistics.end());
  if (!waits.note.empty()) results.notes.push_back(waits.note);
  return results;
}

}  // namespace swimsim
