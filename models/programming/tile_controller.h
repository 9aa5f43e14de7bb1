#pragma once

#include <cstdint>
#include <vector>

#include "models/array/tile_array.h"
#include "models/programming/scheme.h"
#include "models/programming/timing.h"

namespace swimsim {

/// The datapath of a tile as its controller drives it. The batched driver answers with the array itself, the SystemC tile through its
/// write drivers, column mux, sample-and-hold and ADCs.
class TileDatapath {
 public:
  virtual ~TileDatapath() = default;
  virtual void select_row(int row) = 0;
  virtual void blind_write() = 0;
  virtual void pulse(int polarity, const ActiveCells& cells, std::uint32_t event) = 0;
  virtual void counted_cycle(const ActiveCells& cells) = 0;
  /// Puts the read bias on the row.
  virtual void read(const ActiveCells& cells, std::uint32_t event) = 0;
  /// Starts the conversion of one mux group, cells [first, first + count) of the last read. The codes are in the result register when the
  /// conversion time is over.
  virtual void convert(int group, std::size_t first, std::size_t count) = 0;
  /// The result register, one code for each cell of the last read.
  virtual const std::uint16_t* codes() const = 0;
};

enum class ControllerState : std::uint8_t {
  idle = 0,
  select_row = 1,
  write_setup = 2,  ///< read-to-write turnaround, write DACs settle
  blind_pulse = 3,
  set_pulse = 4,
  polarity_switch = 5,
  reset_pulse = 6,
  read_setup = 7,  ///< write-to-read turnaround, read bias settles
  convert = 8,
  decide = 9,
};

/// Totals of a tile over all its phases.
struct TileCounts {
  std::int64_t blind_pulses = 0;
  std::int64_t pulses = 0;  ///< of the verify phase
  std::int64_t verify_reads = 0;
  std::int64_t verified_cells = 0;  ///< that entered write-verify
  std::int64_t failed_cells = 0;    ///< attempts used up
};

/// The write-verify state machine of one tile (DESIGN, rule 1): step() does at most one thing and says how long to wait before the next
/// call. Both drivers loop over it: batched by adding up, SystemC by waiting.
///
/// A row goes: select, settle, [read all mux groups], then cycles of pulse all active columns (SET, then RESET), turn around, read by mux
/// groups, decide, until no column is active. After the architecture of silicon controllers that program word-parallel with a mask bit
/// a cell and both polarities in turn.
class TileController {
 public:
  struct Options {
    ProgrammingTiming timing;
    int max_attempts = 60;
    int column_mux = 8;
  };

  /// `group` holds for every cell (row by row) the number of the verify group that it belongs to, or -1.
  TileController(TileArray& array, TileDatapath& datapath, const Scheme& scheme, std::vector<std::int16_t> group, const Options& options);

  void begin_blind();
  void begin_verify(int group);
  bool done() const { return next_ == ControllerState::idle; }

  /// One action; returns how long it takes, in picoseconds. Call only while not done.
  std::int64_t step();

  ControllerState state() const { return state_; }
  int row() const { return row_; }
  int cells_left() const { return static_cast<int>(columns_.size()); }  ///< active in this row
  /// The cells of the row that are active, group after group of the column mux.
  ActiveCells active_cells() const { return {columns_.size(), columns_.data(), polarity_.data(), amplitude_V_.data()}; }
  /// How many of them have been converted in the present read.
  std::size_t converted() const { return converted_; }
  /// Of every cell, row by row: the verify group that it belongs to, or -1.
  const std::vector<std::int16_t>& groups() const { return group_; }
  const TileCounts& counts() const { return counts_; }

 private:
  void go_to_next_row();
  bool load_row();
  std::int64_t select_row();
  std::int64_t blind_pulse();
  std::int64_t pulse(int polarity);
  std::int64_t read_setup();
  std::int64_t convert();
  std::int64_t decide();
  void leave_behind(int col);
  void keep_active();
  void find_groups();
  std::size_t first_of_group(int group) const { return group_first_[static_cast<std::size_t>(group)]; }
  int next_mux_group(int from) const;
  void count_polarities();
  RowUnderVerify row_view();

  TileArray* array_;
  TileDatapath* datapath_;
  const Scheme* scheme_;
  std::vector<std::int16_t> group_;
  Options options_;

  bool blind_ = false;
  int verify_group_ = 0;
  ControllerState state_ = ControllerState::idle;  ///< in progress
  ControllerState next_ = ControllerState::idle;
  int row_ = -1;
  int mux_group_ = 0;
  std::size_t converted_ = 0;
  bool has_read_ = false;      ///< this row has been read since it was selected
  bool has_pulsed_ = false;    ///< this row has been pulsed since it was selected
  std::uint32_t attempt_ = 0;  ///< cycles of this row so far
  std::uint32_t reads_ = 0;    ///< verify reads of this row so far
  // The active cells of the row, side by side.
  std::vector<int> columns_;
  std::vector<std::uint8_t> active_, complete_, failed_;
  std::vector<std::uint16_t> ramp_step_, reversals_;
  std::vector<std::int8_t> polarity_;
  std::vector<float> amplitude_V_, believed_S_, target_S_;
  std::vector<std::size_t> group_first_;  ///< of each mux group, in the arrays above; one more at the end
  bool wants_set_ = false, wants_reset_ = false;
  TileCounts counts_;
};

}  // namespace swimsim
