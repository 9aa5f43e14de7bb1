#include "models/programming/chip_job.h"

#include <algorithm>

#include "models/common/checked.h"

namespace swimsim {

namespace {

/// What each cell of a tile has of something that every weight has, or each of its slices, [weight][slice]; row by row.
template <class Value>
std::vector<Value> cells_of_tile(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<Value>>& of_weight,
                                 bool by_slice) {
  const TileExtent& extent = mapping.tiles()[static_cast<std::size_t>(tile)];
  const std::size_t rows = static_cast<std::size_t>(extent.used_rows), cols = static_cast<std::size_t>(extent.used_cols);
  const std::vector<std::int64_t> inputs = mapping.inputs_of_tile(static_cast<std::size_t>(tile));
  std::vector<Value> of_cell(rows * cols);
  for (std::size_t col = 0; col < cols; ++col) {
    const CellAddress top = mapping.address({tile, 0, static_cast<int>(col)});
    const std::size_t stride = by_slice ? static_cast<std::size_t>(mapping.slices(static_cast<std::size_t>(top.layer))) : 1;
    const std::size_t first = static_cast<std::size_t>(top.weight - inputs.front());  // of the weights of the column's output
    const std::size_t slice = by_slice ? static_cast<std::size_t>(top.slice) : 0;
    const std::vector<Value>& of_layer = of_weight[static_cast<std::size_t>(top.layer)];
    for (std::size_t row = 0; row < rows; ++row)
      of_cell[row * cols + col] = of_layer[(first + static_cast<std::size_t>(inputs[row])) * stride + slice];
  }
  return of_cell;
}

}  // namespace

ChipProgram::ChipProgram(const ChipJob& job, const MakeDatapath& make_datapath) : job_(&job) {
  const std::size_t count = job.mapping->tiles().size();
  tiles_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::int64_t>(i);
    std::vector<std::uint8_t> worth_class;
    if (job.controller.price.asked()) worth_class = cells_of_tile(*job.mapping, index, job.worth_class, true);
    Tile tile;
    tile.array = std::make_unique<TileArray>(*job.mapping, index, *job.codes, job.device_of_tile(i), job.array);
    tile.datapath = make_datapath(*tile.array, i);
    tile.controller = std::make_unique<TileController>(*tile.array, *tile.datapath, *job.scheme,
                                                       cells_of_tile(*job.mapping, index, job.group_of_weight, job.groups_by_slice),
                                                       job.controller, worth_class);
    tiles_.push_back(std::move(tile));
  }
}

void ChipProgram::begin_phase(int phase, std::size_t tile) {
  TileController& controller = *tiles_[tile].controller;
  if (is_blind(phase)) {
    controller.begin_blind();
  } else {
    controller.begin_verify(group_of(phase));
  }
}

std::vector<std::int64_t> ChipProgram::busy_ps() const {
  std::vector<std::int64_t> busy_ps;
  for (const Tile& tile : tiles_) busy_ps.push_back(tile.controller->busy_ps());
  return busy_ps;
}

std::int64_t ChipProgram::physical_tiles() const {
  const auto tiles = static_cast<std::int64_t>(tiles_.size());
  return job_->array.places > 0 ? job_->array.places : tiles;
}

int ChipProgram::rounds() const {
  const auto tiles = static_cast<std::int64_t>(tiles_.size());
  return static_cast<int>((tiles + physical_tiles() - 1) / physical_tiles());
}

std::size_t ChipProgram::slots() const {
  const std::int64_t tiles = std::min(physical_tiles(), static_cast<std::int64_t>(tiles_.size()));
  return static_cast<std::size_t>(std::min<std::int64_t>(job_->tiles_at_once, tiles));
}

const Scheduler& ChipProgram::scheduler() const {
  return job_->scheduler != nullptr ? *job_->scheduler : *find_scheduler("tile_after_tile")->scheduler;
}

TileWork ChipProgram::work(int phase, std::size_t tile) const {
  const TileController& controller = *tiles_[tile].controller;
  TileWork work = is_blind(phase) ? controller.blind_work() : controller.verify_work(group_of(phase));
  work.tile = tile;
  return work;
}

std::vector<std::vector<TileWork>> ChipProgram::deal(int phase) const {
  const auto places = static_cast<std::size_t>(physical_tiles());
  const std::size_t first = static_cast<std::size_t>(phase / phases_of_round()) * places;
  std::vector<TileWork> all;
  for (std::size_t tile = first; tile < std::min(first + places, tiles_.size()); ++tile) {
    const TileWork here = work(phase, tile);
    if (!here.empty()) all.push_back(here);
  }
  return scheduler().deal(all, slots());
}

std::int64_t ChipProgram::leakage_aJ(std::int64_t time_ps) const {
  const double power_W = job_->tile_leakage_W * static_cast<double>(physical_tiles()) + job_->chip_leakage_W;
  return round_checked(power_W * static_cast<double>(time_ps) * 1e6, 9e18, "leakage");  // W ps = 1e-12 J
}

std::int64_t ChipProgram::tile_leakage_aJ(std::int64_t time_ps) const {
  return round_checked(job_->tile_leakage_W / rounds() * static_cast<double>(time_ps) * 1e6, 9e18, "leakage");
}

EnergyLedger ChipProgram::tile_energy(std::size_t tile) const {
  EnergyLedger energy = tiles_[tile].array->energy();
  const double controller_aJ = job_->controller_power_W * static_cast<double>(tiles_[tile].controller->busy_ps()) * 1e6;  // W ps = 1e-12 J
  add_checked(energy.controller_aJ, round_checked(controller_aJ, 9e18, "the energy of a controller"), "energy (aJ)");
  return energy;
}

}  // namespace swimsim
