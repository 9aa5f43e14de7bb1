#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/array/tile_array.h"
#include "models/programming/scheme.h"
#include "models/programming/tile_controller.h"

namespace swimsim {

/// What is to be programmed and how: the schedule of one chip, in the words of the state machine.
struct ChipJob {
  const Mapping* mapping = nullptr;
  const std::vector<std::vector<std::int32_t>>* codes = nullptr;  ///< per layer [output][input]
  const Device* device = nullptr;
  /// Per layer, where the mapping decides how far a cell scatters (`sigma_unit: swim`) and layers differ; empty: `device` for all.
  std::vector<const Device*> device_of_layer;
  const Scheme* scheme = nullptr;
  ArrayParameters array;
  TileController::Options controller;
  double controller_power_W = 0;
  int tiles_at_once = 1;
  bool blind = true;
  /// Per layer and weight: the verify group it belongs to (executed in this order), or -1.
  std::vector<std::vector<std::int16_t>> group_of_weight;
  int groups = 0;

  const Device& device_of_tile(std::size_t tile) const {
    return device_of_layer.empty() ? *device : *device_of_layer[static_cast<std::size_t>(mapping->tiles()[tile].layer)];
  }
};

/// The state of a chip while it is programmed: the arrays and their controllers, without time.
class ChipProgram {
 public:
  /// A tile: cells, datapath and controller. The datapath is set by the driver that owns the hardware around the array.
  struct Tile {
    std::unique_ptr<TileArray> array;
    std::unique_ptr<TileDatapath> datapath;
    std::unique_ptr<TileController> controller;
  };
  using MakeDatapath = std::function<std::unique_ptr<TileDatapath>(TileArray&, std::size_t tile)>;

  ChipProgram(const ChipJob& job, const MakeDatapath& make_datapath);

  const ChipJob& job() const { return *job_; }
  std::vector<Tile>& tiles() { return tiles_; }
  const std::vector<Tile>& tiles() const { return tiles_; }

  /// Phases in order: the blind write of everything (if asked for), then the verify groups. Tiles meet at the end of each.
  int phases() const { return (job_->blind ? 1 : 0) + job_->groups; }
  bool is_blind(int phase) const { return job_->blind && phase == 0; }
  void begin_phase(int phase, std::size_t tile);

  /// Slots that program at the same time; slot s takes tiles s, s + slots, ... in order (a static list).
  std::size_t slots() const;

  EnergyLedger tile_energy(std::size_t tile) const;

 private:
  const ChipJob* job_;
  std::vector<Tile> tiles_;
};

/// When the phases ended, in picoseconds of simulated time from the first blind write.
struct ChipTimes {
  std::vector<std::int64_t> phase_end_ps;
  std::int64_t total_ps() const { return phase_end_ps.empty() ? 0 : phase_end_ps.back(); }
};

/// Called after every phase with the times so far; false stops the programming (SWIM's loop).
using AfterPhase = std::function<bool(int phase, const ChipTimes&, const ChipProgram&)>;

/// What to record of a chip while it runs; looking changes nothing.
struct TraceWindow {
  std::string path;  ///< where the VCD goes, "" for no trace
  std::size_t tile = 0;
  int row_first = 0, row_last = 0, col_first = 0, col_last = 0;
  int phase = 0;  ///< of ChipProgram; the times count from its beginning
  std::int64_t from_ps = 0, to_ps = 0;
};

/// A driver runs a job to its end: the batched loop, or the SystemC chip. `finished` sees the chip when all is done.
using ChipDriver = std::function<ChipTimes(const ChipJob&, const TraceWindow&, const AfterPhase&,
                                           const std::function<void(const ChipProgram&, const ChipTimes&)>& finished)>;

}  // namespace swimsim
