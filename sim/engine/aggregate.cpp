#include "sim/engine/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/selection/selector.h"
#include "sim/engine/statistics.h"

namespace swimsim {

namespace {

constexpr double kJoulesPerAttojoule = 1e-18;
constexpr double kSecondsPerPicosecond = 1e-12;
constexpr double kMicrosiemensPerSiemens = 1e6;

/// The outcomes of one programming of the plan over the trials.
class Trials {
 public:
  Trials(const Plan& plan, const std::vector<ProgrammingOutcome>& outcomes, int trials)
      : plan_(plan), outcomes_(outcomes), trials_(trials) {}
  int count() const { return trials_; }
  const ProgrammingOutcome& at(std::size_t offset, int trial) const {
    return outcomes_[static_cast<std::size_t>(trial) * plan_.per_trial + offset];
  }
  double mean(std::size_t offset, const std::function<double(const ProgrammingOutcome&)>& figure) const {
    double sum = 0;
    for (int trial = 0; trial < trials_; ++trial) sum += figure(at(offset, trial));
    return sum / trials_;
  }

  double most(std::size_t offset, const std::function<double(const ProgrammingOutcome&)>& figure) const {
    double most = figure(at(offset, 0));
    for (int trial = 1; trial < trials_; ++trial) most = std::max(most, figure(at(offset, trial)));
    return most;
  }

 private:
  const Plan& plan_;
  const std::vector<ProgrammingOutcome>& outcomes_;
  int trials_;
};

double ratio(double a, double b) { return b == 0 ? 0 : a / b; }

/// Where a point has a price, its fraction is what came out of it: the share of the cells that were finished, mean over the trials. Where
/// it has a looseness, the share of the pulses: nearly all cells are verified, but to what?
SelectionPoint with_fraction(SelectionPoint point, std::size_t offset, std::size_t all, const Trials& trials) {
  if (!point.price) return point;
  if (find_selector(point.selector)->loosens) {
    const auto pulses = [](const ProgrammingOutcome& o) { return static_cast<double>(o.pulses); };
    point.fraction = offset == all ? 1 : ratio(trials.mean(offset, pulses), trials.mean(all, pulses));
    return point;
  }
  point.fraction = trials.mean(offset, [](const ProgrammingOutcome& o) {
    return ratio(static_cast<double>(o.verified_cells), static_cast<double>(o.verified_cells + o.left_cells));
  });
  return point;
}

TrialRow trial_row(const SelectionPoint& point, const ProgrammingOutcome& outcome, const ProgrammingOutcome& all, int trial) {
  TrialRow row;
  row.selector = point.selector;
  row.fraction = point.fraction;
  row.trial = static_cast<std::uint32_t>(trial);
  row.pulses = outcome.pulses;
  row.blind_pulses = outcome.blind_pulses;
  row.verify_reads = outcome.verify_reads;
  row.verified_cells = outcome.verified_cells;
  row.failed_cells = outcome.failed_cells;
  row.left_cells = outcome.left_cells;
  row.price = point.price;
  row.nwc = ratio(static_cast<double>(outcome.pulses), static_cast<double>(all.pulses));
  row.nwc_total = ratio(static_cast<double>(outcome.pulses + outcome.blind_pulses), static_cast<double>(all.pulses + all.blind_pulses));
  row.time_ps = outcome.time_ps;
  row.blind_time_ps = outcome.blind_time_ps;
  row.energy_aJ = outcome.energy.total_aJ();
  row.accuracy = outcome.accuracy;
  return row;
}

ProgrammingRow programming_row(const SelectionPoint& point, const std::vector<TrialRow>& trials) {
  ProgrammingRow row;
  row.selector = point.selector;
  row.fraction = point.fraction;
  row.price = point.price;
  row.trials = static_cast<int>(trials.size());
  const auto mean = [&](auto figure) {
    double sum = 0;
    for (const TrialRow& trial : trials) sum += static_cast<double>(figure(trial));
    return sum / static_cast<double>(trials.size());
  };
  row.nwc = mean([](const TrialRow& t) { return t.nwc; });
  row.nwc_total = mean([](const TrialRow& t) { return t.nwc_total; });
  row.pulses = mean([](const TrialRow& t) { return t.pulses; });
  row.verify_reads = mean([](const TrialRow& t) { return t.verify_reads; });
  row.time_s = mean([](const TrialRow& t) { return t.time_ps; }) * kSecondsPerPicosecond;
  row.energy_J = mean([](const TrialRow& t) { return t.energy_aJ; }) * kJoulesPerAttojoule;
  std::vector<double> accuracies;
  for (const TrialRow& trial : trials) accuracies.push_back(trial.accuracy);
  const SampleSummary accuracy = summarize(std::move(accuracies));
  row.accuracy_mean = accuracy.mean;
  row.accuracy_std = accuracy.std;
  row.accuracy_ci95_low = accuracy.ci95_low;
  row.accuracy_ci95_high = accuracy.ci95_high;
  row.accuracy_min = accuracy.min;
  row.accuracy_p01 = accuracy.p01;
  return row;
}

void add_layer_rows(const Preparation& prepared, const SelectionPoint& point, std::size_t offset, const Trials& trials,
                    std::vector<LayerRow>& rows) {
  const Mapping& mapping = *prepared.mapping;
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer) {
    LayerRow row;
    row.layer = mapping.layers()[layer].name;
    row.selector = point.selector;
    row.fraction = point.fraction;
    row.price = point.price;
    row.weights = mapping.layers()[layer].outputs * mapping.layers()[layer].inputs;
    row.cells = row.weights * mapping.cells_per_weight(layer);
    for (const TileExtent& tile : mapping.tiles()) row.tiles += tile.layer == static_cast<std::int64_t>(layer);
    const auto mean = [&](auto field) {
      return trials.mean(offset, [&](const ProgrammingOutcome& o) { return static_cast<double>(o.layers[layer].*field); });
    };
    row.pulses = mean(&LayerOutcome::pulses);
    row.verify_reads = mean(&LayerOutcome::verify_reads);
    row.failed_cells = mean(&LayerOutcome::failed_cells);
    row.time_s = mean(&LayerOutcome::busy_ps) * kSecondsPerPicosecond;
    const auto energy_J = [&](const auto& aJ) {
      return trials.mean(offset, [&](const ProgrammingOutcome& o) { return static_cast<double>(aJ(o.layers[layer].energy)); }) *
             kJoulesPerAttojoule;
    };
    row.energy_J = energy_J([](const EnergyLedger& energy) { return energy.total_aJ(); });
    for (const EnergyPart& part : energy_parts())
      row.energy_by_component.push_back({part.name, energy_J([&part](const EnergyLedger& energy) { return energy.*part.member; })});
    for (int trial = 0; trial < trials.count(); ++trial) {
      row.max_cell_pulses = std::max(row.max_cell_pulses, static_cast<double>(trials.at(offset, trial).layers[layer].max_cell_pulses));
    }
    rows.push_back(std::move(row));
  }
}

/// Trials pooled: mean and standard deviation over all cells of all trials.
CellErrors pooled(const Trials& trials, std::size_t offset, const std::function<const CellErrors&(const ProgrammingOutcome&)>& errors) {
  CellErrors pool;
  double sum = 0, squares = 0;
  for (int trial = 0; trial < trials.count(); ++trial) {
    const CellErrors& e = errors(trials.at(offset, trial));
    pool.cells += e.cells;
    sum += e.mean * static_cast<double>(e.cells);
    squares += e.rms * e.rms * static_cast<double>(e.cells);
  }
  if (pool.cells == 0) return pool;
  pool.mean = sum / static_cast<double>(pool.cells);
  pool.rms = std::sqrt(squares / static_cast<double>(pool.cells));
  pool.std = std::sqrt(std::max(0.0, pool.rms * pool.rms - pool.mean * pool.mean));
  return pool;
}

std::vector<Statistic> summary_of(const Preparation& prepared, const Plan& plan, const Trials& trials) {
  const Mapping& mapping = *prepared.mapping;
  const auto all = [&](const std::function<double(const ProgrammingOutcome&)>& figure) { return trials.mean(plan.all, figure); };
  const double verified_cells = all([](const ProgrammingOutcome& o) { return static_cast<double>(o.verified_cells); });
  const double pulses = all([](const ProgrammingOutcome& o) { return static_cast<double>(o.pulses); });
  const double set_pulses = all([](const ProgrammingOutcome& o) { return static_cast<double>(o.set_pulses); });
  const auto most = [&](const std::function<double(const ProgrammingOutcome&)>& figure) { return trials.most(plan.all, figure); };
  const CellErrors before = pooled(trials, plan.none, std::mem_fn(&ProgrammingOutcome::unverified));
  const CellErrors after = pooled(trials, plan.all, std::mem_fn(&ProgrammingOutcome::verified));
  const CellErrors believed = pooled(trials, plan.all, std::mem_fn(&ProgrammingOutcome::believed));
  std::vector<Statistic> summary = {
      {"accuracy_float", prepared.accuracy_float, "", "test accuracy with unquantised weights and activations"},
      {"accuracy_quantized", prepared.accuracy_quantized, "", "test accuracy with quantised weights and activations, before any device"},
      {"weights", static_cast<double>(mapping.weights()), "", "weights that are programmed (biases stay digital)"},
      {"cells", static_cast<double>(mapping.cells()), "", "memory cells that hold them"},
      {"tiles", static_cast<double>(mapping.tiles().size()), "", "crossbar tiles"},
      {"full_time_s", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.time_ps) * kSecondsPerPicosecond; }), "s",
       "simulated time to write and verify everything, mean over the trials"},
      {"full_blind_time_s", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.blind_time_ps) * kSecondsPerPicosecond; }),
       "s", "of it: the blind write of everything"},
      {"full_time_slots_s", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.bounds.slots_ps) * kSecondsPerPicosecond; }),
       "s", "the same time if no tile waited for write current or the host bus: the slot with most to do, phase by phase"},
      {"full_time_write_current_s",
       all([](const ProgrammingOutcome& o) { return static_cast<double>(o.bounds.write_current_ps) * kSecondsPerPicosecond; }), "s",
       "the least that the chip's write current takes: all of it at hardware.write_current_budget; 0 without one"},
      {"full_time_host_bus_s",
       all([](const ProgrammingOutcome& o) { return static_cast<double>(o.bounds.host_bus_ps) * kSecondsPerPicosecond; }), "s",
       "how long the host bus was busy; 0 where loading takes no time"},
      {"full_energy_J", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.energy.total_aJ()) * kJoulesPerAttojoule; }),
       "J", "energy to write and verify everything"},
      {"full_pulses", pulses, "", "write pulses of the verify phase when everything is verified"},
      {"full_set_pulses", set_pulses, "", "of them: SET"},
      {"full_reset_pulses", pulses - set_pulses, "", "of them: RESET"},
      {"full_blind_pulses", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.blind_pulses); }), "", "blind writes"},
      {"full_verify_reads", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.verify_reads); }), "",
       "reads for comparison"},
      {"full_failed_cells", all([](const ProgrammingOutcome& o) { return static_cast<double>(o.failed_cells); }), "",
       "cells whose attempts were used up"},
      {"most_stressed_cell", most([](const ProgrammingOutcome& o) { return static_cast<double>(o.most_stressed_cell); }), "",
       "pulses of every kind that the most stressed cell has taken when everything is verified, most of the trials"},
      {"endurance_used", most([](const ProgrammingOutcome& o) { return o.endurance_used; }), "",
       "wear of the most worn cell as a share of the median endurance, pulses before the run included; 0: effects.endurance is off"},
      {"mean_cycles_per_verified_cell", ratio(pulses, verified_cells), "", "write-verify cycles of a cell when everything is verified"},
      {"mean_cycles_per_verified_weight", ratio(pulses, static_cast<double>(mapping.weights())), "",
       "the same summed over the cells of a weight"},
      {"sigma_before", before.std, "", "standard deviation of unverified cells from their targets, as a fraction of g_max - g_min"},
      {"bias_before", before.mean, "", "mean of the same"},
      {"sigma_after", after.std, "", "standard deviation of verified cells from their targets, as a fraction of g_max - g_min"},
      {"bias_after", after.mean, "", "mean of the same"},
      {"rms_after", after.rms, "", "root mean square of the same"},
      {"believed_sigma_after", believed.std, "", "what one read through the ADC makes of sigma_after: read noise and code width included"},
      {"believed_bias_after", believed.mean, "", "what one read through the ADC makes of bias_after"},
  };
  const auto total = std::find_if(summary.begin(), summary.end(), [](const Statistic& s) { return s.key == "full_energy_J"; });
  std::vector<Statistic> parts;
  for (const EnergyPart& part : energy_parts()) {
    const double energy_J =
        all([&part](const ProgrammingOutcome& o) { return static_cast<double>(o.energy.*part.member) * kJoulesPerAttojoule; });
    parts.push_back({fmt::format("full_energy_{}_J", part.name), energy_J, "J", fmt::format("of it: {}", part.description)});
  }
  summary.insert(total + 1, parts.begin(), parts.end());
  if (prepared.array_network != nullptr)
    summary.insert(summary.begin() + 2, {"accuracy_array", prepared.accuracy_array, "",
                                         "test accuracy with every cell at its target, read through the DACs and ADCs of trial 0"});
  return summary;
}

using LevelErrors = std::vector<CellErrors> ProgrammingOutcome::*;

void add_level_rows(const Preparation& prepared, const Trials& trials, std::size_t offset, LevelErrors levels, bool verified,
                    std::vector<LevelRow>& rows) {
  const std::size_t count = (trials.at(offset, 0).*levels).size();
  for (std::size_t level = 0; level < count; ++level) {
    const double low_uS = prepared.device->g_min_S() * kMicrosiemensPerSiemens;
    const double range_uS = prepared.device->g_max_S() * kMicrosiemensPerSiemens - low_uS;
    const CellErrors errors = pooled(trials, offset, [&](const ProgrammingOutcome& o) -> const CellErrors& { return (o.*levels)[level]; });
    if (errors.cells == 0) continue;
    LevelRow row;
    row.verified = verified;
    row.level = static_cast<int>(level);
    row.target_uS = low_uS + range_uS * static_cast<double>(level) / static_cast<double>(count - 1);
    row.cells = errors.cells;
    row.mean_error_fraction = errors.mean;
    row.std_error_fraction = errors.std;
    row.mean_error_uS = errors.mean * range_uS;
    row.std_error_uS = errors.std * range_uS;
    rows.push_back(row);
  }
}

void add_loop_rows(const Plan& plan, const Trials& trials, RunResults& results) {
  for (std::size_t s = 0; s < plan.loop_of.size(); ++s) {
    for (int trial = 0; trial < trials.count(); ++trial) {
      for (LoopRow row : trials.at(plan.loop_of[s], trial).loop) {
        row.selector = plan.loop_selectors[s];
        row.nwc = ratio(row.nwc, static_cast<double>(trials.at(plan.all, trial).pulses));
        results.loop.push_back(std::move(row));
      }
    }
  }
}

void add_inference(const Preparation& prepared, const CycleInference& inference, RunResults& results) {
  if (inference.images == 0) return;
  const std::vector<Statistic> statistics = inference_statistics(inference);
  results.summary.insert(results.summary.end(), statistics.begin(), statistics.end());
  results.inference = inference_rows(prepared, inference);
}

/// The cells of the first trial with everything verified are kept whether a point asks for them or not.
void add_cells_of_all(const Plan& plan, const Trials& trials, RunResults& results) {
  const bool among_points = std::find(plan.programming_of.begin(), plan.programming_of.end(), plan.all) != plan.programming_of.end();
  const std::vector<TileCellsRecord>& cells = trials.at(plan.all, 0).cells;
  if (!among_points && !cells.empty()) results.cells.push_back({"all", 1, 0, cells, true, std::nullopt});
}

}  // namespace

void aggregate(const Preparation& prepared, const Plan& plan, const std::vector<ProgrammingOutcome>& outcomes, int trials,
               RunResults& results) {
  const Trials all(plan, outcomes, trials);
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    const SelectionPoint point = with_fraction(plan.points[p], plan.programming_of[p], plan.all, all);
    std::vector<TrialRow> rows;
    for (int trial = 0; trial < trials; ++trial) {
      rows.push_back(trial_row(point, all.at(plan.programming_of[p], trial), all.at(plan.all, trial), trial));
    }
    results.programming.push_back(programming_row(point, rows));
    results.trials.insert(results.trials.end(), rows.begin(), rows.end());
    add_layer_rows(prepared, point, plan.programming_of[p], all, results.layers);

    const std::vector<TileCellsRecord>& cells = all.at(plan.programming_of[p], 0).cells;
    if (!cells.empty())
      results.cells.push_back({point.selector, point.fraction, 0, cells, plan.programming_of[p] == plan.all, point.price});
  }
  add_cells_of_all(plan, all, results);
  results.summary = summary_of(prepared, plan, all);
  add_inference(prepared, all.at(plan.all, 0).inference, results);
  add_loop_rows(plan, all, results);
  add_level_rows(prepared, all, plan.none, &ProgrammingOutcome::unverified_levels, false, results.levels);
  add_level_rows(prepared, all, plan.all, &ProgrammingOutcome::verified_levels, true, results.levels);
  for (int trial = 0; trial < trials; ++trial) {
    const std::vector<std::int64_t>& histogram = all.at(plan.all, trial).pulse_histogram;
    results.pulse_histogram.count.resize(histogram.size(), 0);
    for (std::size_t k = 0; k < histogram.size(); ++k) results.pulse_histogram.count[k] += histogram[k];
  }
}

}  // namespace swimsim
