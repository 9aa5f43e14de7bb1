#pragma once

#include <cstdint>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/engine/preparation.h"

namespace swimsim {

/// A chip whose weights are moved one unverified write at a time, after a blind write of everything.
///
/// An update writes the cells whose digit changes, once each: tile by tile and row by row, all cells of a row at once. A row takes
/// row_settle, dac_settle and a blind pulse, as in the blind phase; the tiles of a slot come one after the other, the slots side by side,
/// and the next update begins when the slowest slot is done. The energy of a write is that of a blind write. Noise by the cell's identity
/// and the number of the update, which is its event number; the first blind write is number 0.
class InSituChip {
 public:
  /// What the updates have cost, the blind write of everything not included.
  struct Writes {
    std::int64_t pulses = 0, time_ps = 0;
    std::vector<std::int64_t> pulses_of_tile, busy_ps_of_tile;
  };

  /// Writes everything blind. `job` has no groups and outlives the chip.
  InSituChip(const ChipJob& job, const Preparation& prepared);

  /// The weights that the cells hold, as an evaluation would find them now.
  std::vector<std::vector<float>> weights() const;
  const std::vector<std::vector<float>>& final_S() const { return final_S_; }  ///< of each tile's cells, now

  /// Gives the cells their new codes as far as `budget` pulses, over all updates, go: the first row that does not fit and all after it stay
  /// as they are. Returns whether everything was written.
  bool update(const std::vector<std::vector<std::int32_t>>& wanted, std::int64_t budget);

  const ChipProgram& program() const { return program_; }
  std::int64_t blind_time_ps() const { return blind_time_ps_; }
  const Writes& writes() const { return writes_; }
  /// Of the cell of the tile that has had most of them, those of the blind phase not counted.
  std::int64_t most_writes(std::size_t tile) const;

 private:
  /// A cell that gets a new target.
  struct Change {
    CellPlace place;
    float target_S;
  };
  void write_blind();
  std::vector<Change> changes(const std::vector<std::vector<std::int32_t>>& wanted) const;
  void write_row(const Change* first, const Change* last);

  const ChipJob* job_;
  const Preparation* prepared_;
  ChipProgram program_;
  std::vector<std::vector<std::int32_t>> codes_;  ///< that the targets stand for
  std::vector<std::vector<float>> final_S_;       ///< of each tile
  std::int64_t blind_time_ps_ = 0;
  std::vector<std::vector<std::uint32_t>> blind_writes_;  ///< of each tile's cells
  std::uint32_t updates_ = 0;
  Writes writes_;
};

}  // namespace swimsim
