#include "sim/engine/row_expectation.h"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>

#include "sim/engine/pilot_chip.h"
#include "sim/engine/row_times.h"

namespace swimsim {

namespace {

/// How many cells took so many pulses, by slice and digit.
using PulseCounts = std::vector<std::vector<std::vector<double>>>;

/// What a pilot has shown.
struct Measured {
  PulseCounts pulses;
  double pulses_ps = 0;  ///< of a cycle of a row
};

Measured measure(const RowTimes& times, const Workload& workload, const Preparation& prepared, std::size_t layer) {
  const PilotChip pilot(prepared, layer);
  PulseCounts counts(static_cast<std::size_t>(pilot.mapping().slices(0)));
  for (std::size_t slice = 0; slice < counts.size(); ++slice)
    counts[slice].resize(static_cast<std::size_t>(pilot.mapping().digit_max(0, static_cast<int>(slice))) + 1);
  const PilotChip::Verify verify =
      pilot.program(workload, prepared, true, [&](const TileArray& array, const std::vector<float>&, const PilotChip::Cell& cell) {
        std::vector<double>& of_digit = counts[static_cast<std::size_t>(cell.slice)][static_cast<std::size_t>(cell.digit)];
        const std::size_t pulses = array.all_pulses()[cell.index];
        if (of_digit.size() <= pulses) of_digit.resize(pulses + 1);
        of_digit[pulses] += 1;
      });
  const auto pulse_ps = static_cast<double>(times.pulse_ps);
  return {counts, verify.cycles > 0 ? static_cast<double>(verify.pulses_ps) / static_cast<double>(verify.cycles) : pulse_ps};
}

/// How often the cells of a layer hold each digit, by slice.
std::vector<std::vector<double>> digit_counts(const Preparation& prepared, std::size_t layer) {
  const Mapping& mapping = *prepared.mapping;
  std::vector<std::vector<double>> counts;
  for (int slice = 0; slice < mapping.slices(layer); ++slice) {
    counts.emplace_back(static_cast<std::size_t>(mapping.digit_max(layer, slice)) + 1);
    for (const std::int32_t code : prepared.quantized.codes[layer]) {
      for (int arm = 0; arm < 2; ++arm) counts.back()[static_cast<std::size_t>(mapping.digit(layer, code, slice, arm))] += 1;
    }
  }
  return counts;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;  // whole numbers below 2^53
  for (const double value : values) sum += value;
  return sum;
}

/// The share of a layer's cells that are done after n pulses.
std::vector<double> shares_done(const PulseCounts& of_pilot, const std::vector<std::vector<double>>& digits) {
  std::size_t most = 1;
  for (const auto& slice : of_pilot) {
    for (const auto& digit : slice) most = std::max(most, digit.size());
  }
  double cells = 0;
  for (const auto& slice : digits) cells += sum_of(slice);
  std::vector<double> done(most);
  for (std::size_t slice = 0; slice < digits.size(); ++slice) {
    for (std::size_t digit = 0; digit < digits[slice].size(); ++digit) {
      const std::vector<double>& pulses = of_pilot[slice][digit];
      const double weight = digits[slice][digit] / cells, of_digit = sum_of(pulses);
      double below = 0;
      for (std::size_t n = 0; n < most; ++n) {
        if (n < pulses.size()) below += pulses[n];
        done[n] += of_digit > 0 ? weight * (below / of_digit) : weight;
      }
    }
  }
  done.back() = 1;
  return done;
}

/// Numbers the footprints of things as they turn up.
class Footprints {
 public:
  explicit Footprints(std::vector<std::vector<RowCosts::GroupCells>>& all) : all_(&all) {}

  std::uint16_t number_of(std::vector<int> groups) {
    std::sort(groups.begin(), groups.end());
    const auto [known, is_new] = number_.try_emplace(groups, static_cast<std::uint16_t>(all_->size()));
    if (is_new) {
      if (all_->size() > std::numeric_limits<std::uint16_t>::max()) throw std::logic_error("row expectation: too many footprints");
      all_->emplace_back();
      for (const int group : groups) {
        if (all_->back().empty() || all_->back().back().group != group) all_->back().push_back({group, 0});
        ++all_->back().back().cells;
      }
    }
    return known->second;
  }

 private:
  std::vector<std::vector<RowCosts::GroupCells>>* all_;
  std::map<std::vector<int>, std::uint16_t> number_;
};

/// Rows, footprints and groups; returns for each layer the most cells that a row of it has.
std::vector<std::size_t> place_things(const Preparation& prepared, int column_mux, bool by_slice, RowCosts& costs) {
  const Mapping& mapping = *prepared.mapping;
  std::vector<std::uint32_t> first_row;
  for (const TileExtent& tile : mapping.tiles()) {
    first_row.push_back(static_cast<std::uint32_t>(costs.groups.size()));
    costs.groups.insert(costs.groups.end(), static_cast<std::size_t>(tile.used_rows), 0);
  }
  Footprints footprints(costs.footprints);
  std::vector<std::size_t> cells_of_row(costs.groups.size()), most_cells;
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer) {
    const MatrixShape& shape = mapping.layers()[layer];
    const int slices = mapping.slices(layer), together = by_slice ? 1 : slices;
    costs.row.emplace_back();
    costs.footprint.emplace_back();
    most_cells.push_back(0);
    for (std::int64_t weight = 0; weight < shape.outputs * shape.inputs; ++weight) {
      for (int first = 0; first < slices; first += together) {
        CellPlace place;
        std::vector<int> groups;
        for (int slice = first; slice < first + together; ++slice) {
          for (int arm = 1; arm >= 0; --arm) {  // the most significant plus cell comes last
            place = mapping.place({static_cast<std::int64_t>(layer), weight, slice, arm});
            groups.push_back(place.col % column_mux);
          }
        }
        const std::uint32_t row = first_row[static_cast<std::size_t>(place.tile)] + static_cast<std::uint32_t>(place.row);
        costs.row.back().push_back(row);
        costs.footprint.back().push_back(footprints.number_of(groups));
        cells_of_row[row] += groups.size();
        most_cells.back() = std::max(most_cells.back(), cells_of_row[row]);
        costs.groups[row] = std::max(costs.groups[row], *std::max_element(groups.begin(), groups.end()) + 1);
      }
    }
  }
  return most_cells;
}

/// Verifying everything in a tile, as its controller tells the scheduler.
TileWork work_of_tile(const Mapping& mapping, std::size_t tile) {
  const TileExtent& extent = mapping.tiles()[tile];
  TileWork work;
  work.tile = tile;
  for (int row = 0; row < extent.used_rows; ++row) work.add_row(extent.used_cols);
  return work;
}

/// The slots of the rows as the scheduler deals the tiles if everything is verified, round by round.
std::vector<std::uint32_t> slots_of_rows(const ChipJob& job, const Mapping& mapping) {
  const std::size_t tiles = mapping.tiles().size();
  const std::size_t places = job.array.places > 0 ? std::min(tiles, static_cast<std::size_t>(job.array.places)) : tiles;
  const std::size_t slots = std::min(places, static_cast<std::size_t>(job.tiles_at_once));
  std::vector<std::uint32_t> slot_of_tile(tiles);
  for (std::size_t first = 0; first < tiles; first += places) {
    std::vector<TileWork> work;
    for (std::size_t tile = first; tile < std::min(first + places, tiles); ++tile) work.push_back(work_of_tile(mapping, tile));
    const std::vector<std::vector<TileWork>> lists = job.scheduler->deal(work, slots);
    for (std::size_t slot = 0; slot < lists.size(); ++slot) {
      for (const TileWork& tile : lists[slot]) slot_of_tile[tile.tile] = static_cast<std::uint32_t>(slot);
    }
  }
  std::vector<std::uint32_t> slot_of_row;
  for (std::size_t tile = 0; tile < tiles; ++tile)
    slot_of_row.insert(slot_of_row.end(), static_cast<std::size_t>(mapping.tiles()[tile].used_rows), slot_of_tile[tile]);
  return slot_of_row;
}

}  // namespace

RowCosts row_expectation(const Workload& workload, const Preparation& prepared) {
  const ChipJob job = make_chip_job(workload, prepared, 0);
  const RowTimes times = row_times(job);
  RowCosts costs;
  costs.open_ps = static_cast<double>(times.open_ps);
  costs.group_ps = static_cast<double>(times.group_ps);
  costs.first_reads = job.scheme->reads_first() ? 1 : 0;
  const std::vector<std::size_t> most_cells = place_things(prepared, job.controller.column_mux, ranks_devices(workload), costs);
  std::vector<Measured> measured;
  for (std::size_t layer = 0; layer < most_cells.size(); ++layer) {
    const std::size_t known = first_alike(*prepared.mapping, layer);
    measured.push_back(known < layer ? measured[known] : measure(times, workload, prepared, layer));
    costs.cycle_ps.push_back(measured[layer].pulses_ps + static_cast<double>(times.around_ps));
    costs.slowest.push_back(expected_maxima(shares_done(measured[layer].pulses, digit_counts(prepared, layer)), most_cells[layer]));
  }
  costs.slot = slots_of_rows(job, *prepared.mapping);
  return costs;
}

}  // namespace swimsim
