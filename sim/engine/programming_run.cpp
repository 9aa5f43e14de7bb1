#include "sim/engine/programming_run.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/common/byte_stream.h"
#include "models/common/checked.h"
#include "sim/engine/chip_score.h"
#include "sim/engine/tolerance_classes.h"
#include "sim/engine/worth_classes.h"

namespace swimsim {

namespace {

constexpr std::size_t kHistogramBins = 256;  // the last holds all above

std::vector<std::vector<std::int16_t>> assign_groups(const Preparation& prepared, const ProgrammingTask& task, int& groups) {
  std::vector<std::vector<std::int16_t>> group;
  for (std::size_t layer = 0; layer < prepared.quantized.codes.size(); ++layer) {
    const auto slices = static_cast<std::size_t>(task.by_slice ? prepared.mapping->slices(layer) : 1);
    group.emplace_back(prepared.quantized.codes[layer].size() * slices, std::int16_t{-1});
  }
  groups = 0;
  if (task.selected == 0) return group;
  const std::int64_t size = task.group_size > 0 ? task.group_size : task.selected;
  groups = static_cast<int>((task.selected + size - 1) / size);
  for (std::size_t layer = 0; layer < group.size(); ++layer) {
    for (std::size_t i = 0; i < group[layer].size(); ++i) {
      if (task.rank.empty() || task.rank[layer][i] < task.selected)
        group[layer][i] = static_cast<std::int16_t>(task.rank.empty() ? 0 : task.rank[layer][i] / size);
    }
  }
  return group;
}

std::vector<std::vector<float>> final_conductances(const ChipProgram& chip) {
  std::vector<std::vector<float>> final_S;
  for (const ChipProgram::Tile& tile : chip.tiles()) final_S.push_back(tile.array->final_S());
  return final_S;
}

std::int64_t chip_energy_aJ(const ChipProgram& chip, const ChipTimes& times) {
  std::int64_t sum = chip.leakage_aJ(times.total_ps());
  for (std::size_t tile = 0; tile < chip.tiles().size(); ++tile) sum += chip.tile_energy(tile).total_aJ();
  return sum;
}

void count_tile(const ChipProgram& chip, std::size_t index, ProgrammingOutcome& outcome) {
  const ChipProgram::Tile& tile = chip.tiles()[index];
  const TileCounts& counts = tile.controller->counts();
  const EnergyLedger energy = chip.tile_energy(index);
  outcome.pulses += counts.pulses;
  outcome.set_pulses += counts.set_pulses;
  outcome.blind_pulses += counts.blind_pulses;
  outcome.verify_reads += counts.verify_reads;
  outcome.verified_cells += counts.verified_cells;
  outcome.failed_cells += counts.failed_cells;
  outcome.left_cells += counts.left_cells;
  outcome.energy += energy;
  for (const std::uint32_t writes : tile.array->all_writes())
    outcome.most_stressed_cell = std::max<std::int64_t>(outcome.most_stressed_cell, writes);
  outcome.endurance_used = std::max(outcome.endurance_used, tile.array->endurance_used());

  LayerOutcome& layer = outcome.layers[chip.job().mapping->tiles()[index].layer];
  layer.pulses += counts.pulses;
  layer.verify_reads += counts.verify_reads;
  layer.failed_cells += counts.failed_cells;
  layer.busy_ps += tile.controller->busy_ps();
  layer.energy += energy;
  for (const std::uint32_t pulses : tile.array->all_pulses()) layer.max_cell_pulses = std::max<std::int64_t>(layer.max_cell_pulses, pulses);
}

/// SWIM's loop as an observer of the phases: tests on the held-out images after every group.
AfterPhase budget_loop(const Workload& workload, const Preparation& prepared, const ProgrammingTask& task, ChipScore& score,
                       ProgrammingOutcome& outcome) {
  return [&](int phase, const ChipTimes& times, const ChipProgram& chip) {
    const int groups_done = phase + (chip.job().blind ? 0 : 1);
    LoopRow row;
    row.trial = task.trial;
    row.step = groups_done;
    const std::int64_t done = std::min<std::int64_t>(groups_done * task.group_size, task.selected);
    row.fraction = static_cast<double>(done) / static_cast<double>(ranked_things(workload, *prepared.mapping));
    for (const ChipProgram::Tile& tile : chip.tiles()) row.nwc += static_cast<double>(tile.controller->counts().pulses);  // divided later
    row.time_ps = times.total_ps();
    row.energy_aJ = chip_energy_aJ(chip, times);
    row.held_out_accuracy =
        score.accuracy(final_conductances(chip), task.trial, prepared.data.train, prepared.held_out_first, prepared.held_out_images);
    row.stopped = prepared.accuracy_held_out - row.held_out_accuracy <= workload.selection.loop->accuracy_drop;
    outcome.loop.push_back(row);
    return !row.stopped;
  };
}

std::int64_t blind_time_ps(const ChipProgram& chip, const ChipTimes& times) {
  std::int64_t sum_ps = 0, begin_ps = 0;
  for (std::size_t phase = 0; phase < times.phase_end_ps.size(); ++phase) {
    if (chip.is_blind(static_cast<int>(phase))) sum_ps += times.phase_end_ps[phase] - begin_ps;
    begin_ps = times.phase_end_ps[phase];
  }
  return sum_ps;
}

TimeBounds time_bounds(const ChipProgram& chip, const ChipTimes& times) {
  TimeBounds bounds;
  bounds.slots_ps = times.slots_ps;
  bounds.host_bus_ps = times.host_bus_ps;
  const double budget_A = chip.job().controller.write_current_budget_A;
  double charge_C = 0;
  for (const ChipProgram::Tile& tile : chip.tiles()) charge_C += static_cast<double>(tile.controller->counts().write_charge_fC) * 1e-15;
  if (budget_A > 0) bounds.write_current_ps = round_checked(charge_C / budget_A * 1e12, 9e18, "simulated time (ps)");
  return bounds;
}

/// Leakage is the chip's; of a layer it is that of its tiles.
void add_leakage(const ChipProgram& chip, std::int64_t time_ps, ProgrammingOutcome& outcome) {
  outcome.energy.leakage_aJ += chip.leakage_aJ(time_ps);
  for (const TileExtent& tile : chip.job().mapping->tiles())
    outcome.layers[static_cast<std::size_t>(tile.layer)].energy.leakage_aJ += chip.tile_leakage_aJ(time_ps);
}

}  // namespace

void collect_outcome(const ChipProgram& chip, const ChipTimes& times, bool keep_cells, ProgrammingOutcome& outcome) {
  const std::vector<std::vector<float>> final_S = final_conductances(chip);
  const Device& device = *chip.job().device;
  const double range_S = device.g_max_S() - device.g_min_S();
  outcome.layers.resize(chip.job().mapping->layers().size());
  outcome.pulse_histogram.assign(kHistogramBins, 0);
  outcome.time_ps = times.total_ps();
  outcome.blind_time_ps = blind_time_ps(chip, times);
  outcome.lower_bound = times.lower_bound;
  outcome.bounds = time_bounds(chip, times);

  const bool all_phases = static_cast<int>(times.phase_end_ps.size()) == chip.phases();
  const int groups_done = all_phases ? chip.job().groups : chip.group_of(static_cast<int>(times.phase_end_ps.size()) - 1) + 1;
  const Mapping& mapping = *chip.job().mapping;
  const int levels = mapping.digit_max(0, mapping.slices(0) - 1) + 1;  // the same in every layer
  LevelErrorSums verified(levels), unverified(levels);
  ErrorSum believed;
  for (std::size_t i = 0; i < chip.tiles().size(); ++i) {
    count_tile(chip, i, outcome);
    const TileArray& array = *chip.tiles()[i].array;
    const std::vector<float> read_back_S = array.read_back_S(final_S[i]);
    const std::vector<std::uint32_t>& pulses = array.all_pulses();
    std::vector<std::uint8_t> under_verify(final_S[i].size(), 0);
    for (std::size_t cell = 0; cell < final_S[i].size(); ++cell) {
      const double error = (static_cast<double>(final_S[i][cell]) - array.targets()[cell]) / range_S;
      const double target = (array.targets()[cell] - device.g_min_S()) / range_S;
      const std::int16_t group = chip.tiles()[i].controller->groups()[cell];
      const bool left = chip.tiles()[i].controller->left(cell);
      under_verify[cell] = group >= 0 && group < groups_done && !left ? 1 : 0;
      if (under_verify[cell] != 0) {
        verified.add(target, error);
        believed.add((static_cast<double>(read_back_S[cell]) - array.targets()[cell]) / range_S);
        ++outcome.pulse_histogram[std::min<std::size_t>(pulses[cell], kHistogramBins - 1)];
      } else {
        unverified.add(target, error);
      }
    }
    if (!keep_cells) continue;
    TileCellsRecord record;
    record.rows = array.rows();
    record.cols = array.cols();
    const auto in_uS = [](const std::vector<float>& g_S) {
      std::vector<float> g_uS(g_S.size());
      std::transform(g_S.begin(), g_S.end(), g_uS.begin(), [](float g) { return g * 1e6f; });
      return g_uS;
    };
    record.target_uS = in_uS(array.targets());
    record.final_uS = in_uS(final_S[i]);
    record.read_back_uS = in_uS(read_back_S);
    record.pulses = pulses;
    record.failed = array.all_failed();
    record.verified = std::move(under_verify);
    outcome.cells.push_back(std::move(record));
  }
  add_leakage(chip, outcome.time_ps, outcome);
  outcome.verified = verified.errors();
  outcome.unverified = unverified.errors();
  outcome.verified_levels = verified.by_level();
  outcome.unverified_levels = unverified.by_level();
  outcome.believed = believed.errors();
}

ProgrammingOutcome run_programming(const Workload& workload, const Preparation& prepared, const ChipDriver& driver,
                                   const ProgrammingTask& task) {
  ProgrammingOutcome outcome;
  ChipJob job = make_chip_job(workload, prepared, task.trial);
  job.group_of_weight = assign_groups(prepared, task, job.groups);
  job.groups_by_slice = task.by_slice;
  const InferenceJob inference{prepared.array_network.get(), inference_costs(workload)};
  if (task.infer) job.inference = &inference;
  if (task.price > 0) ask_a_price(task.worth_class, task.price, job);
  if (!task.tolerance_class.empty()) ask_tolerances(task.tolerance_class, tolerance_S(workload, *prepared.device), job);
  ChipScore score(workload, prepared);
  const AfterPhase after_phase = task.budget_loop ? budget_loop(workload, prepared, task, score, outcome) : AfterPhase();
  driver(job, task.trace, after_phase, [&](const ChipProgram& chip, const ChipTimes& times) {
    collect_outcome(chip, times, task.keep_cells, outcome);
    if (!task.tolerance_class.empty()) outcome.left_cells = prepared.mapping->cells() - outcome.verified_cells;
    for (std::size_t tile = 0; task.keep_statistics && tile < chip.tiles().size(); ++tile) {
      outcome.tiles.push_back(tile_statistics(chip, tile));
      const std::vector<RowStatistics> rows = row_statistics(chip, tile);
      outcome.rows.insert(outcome.rows.end(), rows.begin(), rows.end());
    }
    const std::vector<std::vector<float>> final_S = final_conductances(chip);
    outcome.accuracy = score.accuracy(final_S, task.trial, prepared.data.test, 0, prepared.test_images);
    if (task.infer) outcome.inference = infer_on_chip(workload, prepared, chip, final_S, task.trial);
  });
  if (!outcome.loop.empty()) outcome.loop.back().test_accuracy = outcome.accuracy;
  return outcome;
}

std::string ProgrammingOutcome::to_bytes() const {
  ByteWriter writer;
  for (const std::int64_t value : {pulses, blind_pulses, verify_reads, verified_cells, failed_cells, left_cells, set_pulses,
                                   most_stressed_cell, time_ps, blind_time_ps})
    writer.put(value);
  writer.put(lower_bound);
  writer.put(bounds);
  writer.put(energy);
  writer.put(accuracy);
  writer.put(endurance_used);
  writer.put(verified);
  writer.put(unverified);
  writer.put(believed);
  writer.put(verified_levels);
  writer.put(unverified_levels);
  writer.put(layers);
  writer.put(pulse_histogram);
  writer.put<std::uint64_t>(loop.size());
  for (const LoopRow& row : loop) {
    writer.put(row.trial);
    writer.put(row.step);
    for (const double value : {row.fraction, row.nwc, row.held_out_accuracy, row.test_accuracy}) writer.put(value);
    writer.put(row.time_ps);
    writer.put(row.energy_aJ);
    writer.put(row.stopped);
  }
  inference.put(writer);
  writer.put<std::uint64_t>(cells.size());
  for (const TileCellsRecord& tile : cells) {
    writer.put(tile.rows);
    writer.put(tile.cols);
    writer.put(tile.target_uS);
    writer.put(tile.final_uS);
    writer.put(tile.read_back_uS);
    writer.put(tile.pulses);
    writer.put(tile.failed);
    writer.put(tile.verified);
  }
  writer.put(tiles);
  writer.put(rows);
  return writer.bytes();
}

ProgrammingOutcome ProgrammingOutcome::from_bytes(std::string_view bytes) {
  ProgrammingOutcome outcome;
  ByteReader reader(bytes);
  for (std::int64_t* value :
       {&outcome.pulses, &outcome.blind_pulses, &outcome.verify_reads, &outcome.verified_cells, &outcome.failed_cells, &outcome.left_cells,
        &outcome.set_pulses, &outcome.most_stressed_cell, &outcome.time_ps, &outcome.blind_time_ps}) {
    reader.get(*value);
  }
  reader.get(outcome.lower_bound);
  reader.get(outcome.bounds);
  reader.get(outcome.energy);
  reader.get(outcome.accuracy);
  reader.get(outcome.endurance_used);
  reader.get(outcome.verified);
  reader.get(outcome.unverified);
  reader.get(outcome.believed);
  reader.get(outcome.verified_levels);
  reader.get(outcome.unverified_levels);
  reader.get(outcome.layers);
  reader.get(outcome.pulse_histogram);
  std::uint64_t count = 0;
  reader.get(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    LoopRow row;
    reader.get(row.trial);
    reader.get(row.step);
    for (double* value : {&row.fraction, &row.nwc, &row.held_out_accuracy, &row.test_accuracy}) reader.get(*value);
    reader.get(row.time_ps);
    reader.get(row.energy_aJ);
    reader.get(row.stopped);
    outcome.loop.push_back(row);
  }
  outcome.inference.get(reader);
  reader.get(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    TileCellsRecord tile;
    reader.get(tile.rows);
    reader.get(tile.cols);
    reader.get(tile.target_uS);
    reader.get(tile.final_uS);
    reader.get(tile.read_back_uS);
    reader.get(tile.pulses);
    reader.get(tile.failed);
    reader.get(tile.verified);
    outcome.cells.push_back(std::move(tile));
  }
  reader.get(outcome.tiles);
  reader.get(outcome.rows);
  return outcome;
}

}  // namespace swimsim
