#include "models/programming/chip_job.h"

#include <algorithm>

#include "models/common/checked.h"

namespace swimsim {

namespace {

std::vector<std::int16_t> groups_of_tile(const ChipJob& job, std::int64_t tile) {
  const TileExtent& extent = job.mapping->tiles()[tile];
  const std::size_t rows = static_cast<std::size_t>(extent.used_rows), cols = static_cast<std::size_t>(extent.used_cols);
  std::vector<std::int16_t> group(rows * cols);
  for (std::size_t col = 0; col < cols; ++col) {
    const CellAddress top = job.mapping->address({tile, 0, static_cast<int>(col)});
    const std::int16_t* of_column = &job.group_of_weight[top.layer][top.weight];
    for (std::size_t row = 0; row < rows; ++row) group[row * cols + col] = of_column[row];
  }
  return group;
}

}  // namespace

ChipProgram::ChipProgram(const ChipJob& job, const MakeDatapath& make_datapath) : job_(&job) {
  const std::size_t count = job.mapping->tiles().size();
  tiles_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Tile tile;
    tile.array = std::make_unique<TileArray>(*job.mapping, static_cast<std::int64_t>(i), *job.codes, job.device_of_tile(i), job.array);
    tile.datapath = make_datapath(*tile.array, i);
    tile.controller = std::make_unique<TileController>(*tile.array, *tile.datapath, *job.scheme,
                                                       groups_of_tile(job, static_cast<std::int64_t>(i)), job.controller);
    tiles_.push_back(std::move(tile));
  }
}

void ChipProgram::begin_phase(int phase, std::size_t tile) {
  TileController& controller = *tiles_[tile].controller;
  if (is_blind(phase)) {
    controller.begin_blind();
  } else {
    controller.begin_verify(phase - (job_->blind ? 1 : 0));
  }
}

std::size_t ChipProgram::slots() const { return std::min<std::size_t>(static_cast<std::size_t>(job_->tiles_at_once), tiles_.size()); }

EnergyLedger ChipProgram::tile_energy(std::size_t tile) const {
  EnergyLedger energy = tiles_[tile].array->energy();
  const double controller_aJ = job_->controller_power_W * static_cast<double>(tiles_[tile].controller->busy_ps()) * 1e6;  // W ps = 1e-12 J
  add_checked(energy.controller_aJ, round_checked(controller_aJ, 9e18, "the energy of a controller"), "energy (aJ)");
  return energy;
}

}  // namespace swimsim
