#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/array/tile_array.h"
#include "models/programming/scheduler.h"
#include "models/programming/scheme.h"
#include "models/programming/tile_controller.h"

namespace swimsim {

struct InferenceJob;
class ChipInference;

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
  double tile_leakage_W = 0;  ///< of every tile on the chip, as long as the programming takes
  double chip_leakage_W = 0;  ///< of everything else
  int tiles_at_once = 1;
  const Scheduler* scheduler = nullptr;  ///< nullptr: tile after tile
  bool blind = true;
  /// Per layer and weight: the verify group it belongs to (executed in this order), or -1. With `groups_by_slice` there is one for each
  /// slice of a weight, [weight][slice].
  std::vector<std::vector<std::int16_t>> group_of_weight;
  bool groups_by_slice = false;
  int groups = 0;
  /// Per layer, [weight][slice]: the worth class of its cells (worth_class.h), where `controller.price` asks for it.
  std::vector<std::vector<std::uint8_t>> worth_class;
  /// Likewise the tolerance class (tolerance_class.h), where `controller.class_tolerance_S` asks for it.
  std::vector<std::vector<std::uint8_t>> tolerance_class;
  const InferenceJob* inference = nullptr;  ///< nullptr: the chip is only programmed

  int host_bus_bits = 0;  ///< 0: loading takes no time
  std::int64_t host_clock_ps = 10'000;

  bool shares_current() const { return controller.write_current_budget_A > 0 && device->is_resistor() && tiles_at_once > 1; }
  /// Whether tiles wait for something else than their slot: then only the driver that waits itself knows when they are done.
  bool shares() const { return shares_current() || host_bus_bits > 0; }

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
  /// The chip at inference, where the job asks for it and the driver is one that can; nullptr otherwise.
  ChipInference* inference() const { return inference_; }
  void set_inference(ChipInference* inference) { inference_ = inference; }
  std::vector<Tile>& tiles() { return tiles_; }
  const std::vector<Tile>& tiles() const { return tiles_; }

  /// Phases in order, in each round: the blind write of everything (if asked for), then the verify groups. The slots meet at the end of
  /// each.
  int phases() const { return rounds() * phases_of_round(); }
  int phases_of_round() const { return (job_->blind ? 1 : 0) + job_->groups; }
  int rounds() const;
  bool is_blind(int phase) const { return job_->blind && phase % phases_of_round() == 0; }
  int group_of(int phase) const { return phase % phases_of_round() - (job_->blind ? 1 : 0); }

  /// Slots that program at the same time.
  std::size_t slots() const;
  std::int64_t physical_tiles() const;
  /// The tiles that have something to do in a phase, slot by slot in their order: the scheduler's lists.
  std::vector<std::vector<TileWork>> deal(int phase) const;
  const Scheduler& scheduler() const;
  void begin_phase(int phase, std::size_t tile);
  /// How long each tile has been busy so far.
  std::vector<std::int64_t> busy_ps() const;

  /// Without leakage.
  EnergyLedger tile_energy(std::size_t tile) const;
  /// What the chip leaks in so much time, tiles that hold nothing included.
  std::int64_t leakage_aJ(std::int64_t time_ps) const;
  /// And one tile of the mapping; in rounds, its share of the place that it takes in turns.
  std::int64_t tile_leakage_aJ(std::int64_t time_ps) const;

 private:
  TileWork work(int phase, std::size_t tile) const;

  const ChipJob* job_;
  std::vector<Tile> tiles_;
  ChipInference* inference_ = nullptr;
};

/// When the phases ended, in picoseconds of simulated time from the first blind write.
struct ChipTimes {
  std::vector<std::int64_t> phase_end_ps;
  /// Tiles share something (ChipJob::shares) and this driver does not know how long they wait for it: no phase ends earlier than it says.
  bool lower_bound = false;
  std::int64_t slots_ps = 0;     ///< the same if no slot waited for anything: the slot with most to do, summed over the phases
  std::int64_t host_bus_ps = 0;  ///< how long the host bus was busy
  std::int64_t total_ps() const { return phase_end_ps.empty() ? 0 : phase_end_ps.back(); }
};

/// Called after every phase with the times so far; false stops the programming (SWIM's loop).
using AfterPhase = std::function<bool(int phase, const ChipTimes&, const ChipProgram&)>;

/// What to record of a chip while it runs; looking changes nothing.
struct TraceWindow {
  std::string path;  ///< where the VCD goes, "" for no trace
  std::size_t tile = 0;
  int row_first = 0, row_last = 0, col_first = 0, col_last = 0;
  int phase = 0;           ///< of ChipProgram; the times count from its beginning
  bool inference = false;  ///< not a phase: the images that are inferred afterwards
  std::int64_t from_ps = 0, to_ps = 0;
};

/// A driver runs a job to its end: the batched loop, or the SystemC chip. `finished` sees the chip when all is done.
using ChipDriver = std::function<ChipTimes(const ChipJob&, const TraceWindow&, const AfterPhase&,
                                           const std::function<void(const ChipProgram&, const ChipTimes&)>& finished)>;

}  // namespace swimsim
