#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/array/tile_array.h"
#include "models/programming/scheduler.h"
#include "models/programming/scheme.h"
#include "models/programming/timing.h"
#include "models/programming/tolerance_class.h"
#include "models/programming/verify_row.h"
#include "models/programming/worth_class.h"

namespace swimsim {

/// The datapath of a tile as its controller drives it, on the open row. The batched driver answers with the array itself, the SystemC
/// tile through its write drivers, column mux, sample-and-hold and ADCs.
class TileDatapath {
 public:
  virtual ~TileDatapath() = default;
  virtual void select_row(int row) = 0;
  virtual void erase(std::uint32_t event) = 0;
  virtual void blind_write(std::uint32_t event) = 0;
  virtual void pulse(int polarity, const RowCells& cells, std::uint32_t event) = 0;
  virtual void counted_cycle(const RowCells& cells) = 0;
  /// Puts the read bias on the row.
  virtual void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) = 0;
  /// Converts cells [first, first + count) of the last read; the codes are in the result register when the conversion time is over.
  /// Comparators: returns whether a second comparison is wanted.
  virtual bool convert(const RowCells& cells, std::size_t first, std::size_t count) = 0;
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
  erase = 10,
  wait_current = 11,  ///< a slot that waits for the chip's write current; the machine itself never does
};
constexpr std::size_t kControllerStates = static_cast<std::size_t>(ControllerState::erase) + 1;  ///< the last one

/// Time by state, in picoseconds.
using StateTimes = std::array<std::int64_t, kControllerStates>;

/// Totals of a tile over all its phases.
struct TileCounts {
  std::int64_t blind_pulses = 0;  ///< those of a coarse write-verify included
  std::int64_t erases = 0;        ///< of a row
  std::int64_t pulses = 0;        ///< of the verify phase
  std::int64_t set_pulses = 0;    ///< of them
  std::int64_t verify_reads = 0;
  std::int64_t verified_cells = 0;  ///< that entered write-verify and were not left behind
  std::int64_t failed_cells = 0;    ///< attempts used up
  std::int64_t row_selections = 0;
  std::int64_t decisions = 0;         ///< of a row: those after a first read and one each write-verify cycle
  std::int64_t groups_converted = 0;  ///< of the column mux
  std::int64_t write_charge_fC = 0;   ///< write current, every cell at g_max, times its time; counted where the current is limited
  std::int64_t left_cells = 0;        ///< that were to be verified and were not worth the time
  TileCounts& operator+=(const TileCounts& other);
};

/// The write-verify state machine of one tile (DESIGN, rule 1): it does one thing after the other and says how long to wait before the
/// next. Both drivers loop over it: batched by adding up, SystemC by waiting.
///
/// A row goes: select, settle, [erase], [read all mux groups], then cycles of pulse all active columns (SET, then RESET), turn around,
/// read by mux groups, decide, until no column is active. After the architecture of silicon controllers that program word-parallel with a
/// mask bit a cell and both polarities in turn.
///
/// Nothing that happens to a row depends on when: a driver that waits for nobody may have it take several rows in step (see
/// TileArray::take_together), for longer vectors. Then every wait is that of the rows one after the other.
class TileController {
 public:
  struct Options {
    ProgrammingTiming timing;
    int max_attempts = 60;
    int column_mux = 8;
    int reads_averaged = 1;             ///< reads of one verify
    bool one_dac_a_row = false;         ///< a cycle serves one polarity and one amplitude, the lowest that is asked for; others wait
    double write_current_limit_A = 0;   ///< a pulse or blind write that may draw more goes in portions; 0: no limit
    double write_current_budget_A = 0;  ///< the same for all tiles that write at once: the driver shares it out; 0: no limit
    bool erase_by_row = true;           ///< false: the tile is one block, erased before the blind write and never again
    const Scheme* coarse = nullptr;     ///< the blind phase is a write-verify by this scheme; nullptr: one unverified write
    int coarse_attempts = 0;
    RowPrice price;  ///< of the verify phases: a row is left when its cells are not worth the time of its next step; no rows are erased
    double class_tolerance_S = 0;  ///< the scheme's; above 0: in the verify phases every cell has the window of its class
  };

  /// `group` holds for every cell (row by row) the number of the verify group that it belongs to, or -1; `worth_class` its class, wanted
  /// where `price` asks for it; `tolerance_class` likewise, where `class_tolerance_S` does.
  TileController(TileArray& array, TileDatapath& datapath, const Scheme& scheme, std::vector<std::int16_t> group, const Options& options,
                 const std::vector<std::uint8_t>& worth_class = {}, std::vector<std::uint8_t> tolerance_class = {});

  void begin_blind();
  void begin_verify(int group);
  /// The cells whose entry is not 0, row by row: what a host has loaded, in place of the group that the controller was told of.
  void begin_verify(const std::vector<std::uint8_t>& wanted);
  bool done() const { return next_ == ControllerState::idle; }

  /// One state, a mux group at a time; returns how long it takes, in picoseconds. Call only while not done.
  std::int64_t step();
  /// Everything up to and with the next row selection, erase, blind pulse or decision (one write-verify cycle of the row): the same actions
  /// in the same order, fewer calls.
  std::int64_t stride();
  /// The same for a driver that shares out the write current: stops before every write, and takes a write alone.
  std::int64_t stride_to_write();
  /// What the next state draws if it is a write, every cell counted at g_max and at most what a limit lets through; 0 for other states and
  /// devices that draw no current.
  std::int64_t next_write_nA() const;

  /// What the blind phase, or the phase of a verify group, has to do here.
  TileWork blind_work() const;
  TileWork verify_work(int group) const;

  ControllerState state() const { return state_; }
  int rows() const { return array_->rows(); }
  int row() const { return row_; }                  ///< the first, if several are open
  int cells_left() const { return cells_.left(); }  ///< active in this row
  /// The cells of the open row, group after group of the column mux.
  RowCells row_cells() const { return cells_.cells(); }
  /// How many of them have been converted in the present read.
  std::size_t converted() const { return converted_; }
  /// Of every cell, row by row: the verify group that it belongs to, or -1.
  const std::vector<std::int16_t>& groups() const { return group_; }
  /// Whether a cell (its index, row by row) was left behind because it was not worth the time.
  bool left(std::size_t cell) const { return !left_.empty() && left_[cell] != 0; }
  const TileCounts& counts() const { return counts_; }
  /// All that was waited so far, summed over the phases.
  std::int64_t busy_ps() const { return busy_ps_; }
  /// The same by state.
  const StateTimes& state_ps() const { return state_ps_; }
  /// The same by row: what it takes, however many are open at once.
  const std::vector<std::int64_t>& row_ps() const { return row_ps_; }
  /// Write-verify cycles of each row, those of a coarse blind phase left out.
  const std::vector<std::int64_t>& row_cycles() const { return row_cycles_; }

 private:
  std::int64_t take_in_step(bool all_groups);
  std::int64_t act(bool all_groups);
  std::int64_t spend(std::int64_t wait_ps);
  void note_rows(std::int64_t wait_ps);
  void charge_rows(bool cycle);
  int most_rows() const;
  void go_to_next_rows();
  bool find_cells(int row);
  bool belongs(std::uint32_t cell) const;
  bool goes_along(int row) const;
  bool erases() const;
  void open_cells(const std::vector<std::uint32_t>& cells);
  std::vector<std::uint32_t> cells_of_row() const;
  std::int64_t select_row();
  std::int64_t erase();
  void after_erase();
  void begin_cells();
  std::int64_t write_setup();
  std::int64_t blind_pulse();
  std::int64_t pulse(int polarity);
  std::int64_t pulse_time_ps(int polarity) const;
  std::int64_t blind_time_ps() const;
  bool limits_current() const;
  double blind_current_A() const;
  double pulse_current_A(int polarity) const;
  std::int64_t portions(double current_A) const;
  void count_charge(double current_A, std::int64_t time_ps);
  std::int64_t read_setup();
  std::int64_t convert(bool all_groups);
  std::int64_t convert_group(bool compares);
  std::int64_t decide();
  void believe();
  void give_up(std::uint32_t cell);
  bool prices() const { return options_.price.asked() && !blind_; }
  std::int64_t group_ps() const;
  std::int64_t cycle_ps(const VerifyRow::Rows& row) const;
  void leave(std::uint32_t cell);
  void leave_unpaid_row();
  void take_worth(const std::vector<std::uint8_t>& worth_class);
  void take_tolerances(std::vector<std::uint8_t> tolerance_class);
  void look_around();
  CellKnowledge known() const;
  RowUnderVerify row_view();
  const Scheme& scheme() const { return *phase_scheme_; }
  bool coarse() const { return blind_ && options_.coarse != nullptr; }
  bool unverified() const { return blind_ && options_.coarse == nullptr; }
  int most_attempts() const { return coarse() ? options_.coarse_attempts : options_.max_attempts; }

  TileArray* array_;
  TileDatapath* datapath_;
  const Scheme* scheme_;
  const Scheme* phase_scheme_;  ///< of the phase in progress
  std::vector<std::int16_t> group_;
  Options options_;

  bool blind_ = false;
  std::vector<std::uint8_t> wanted_;               ///< of every cell: 1 if this verify phase works on it
  ControllerState state_ = ControllerState::idle;  ///< in progress
  ControllerState next_ = ControllerState::idle;
  int row_ = -1;
  int next_row_ = 0;
  int mux_group_ = 0;
  std::size_t converted_ = 0;
  bool restoring_ = false;        ///< the cells of an erased row that are not under write-verify get their blind write again
  bool has_read_ = false;         ///< this row has been read since it was selected
  bool has_written_ = false;      ///< this row has been erased or written blind since it was selected
  int row_erases_ = 0;            ///< of this row since it was selected
  std::uint32_t attempt_ = 0;     ///< cycles of this row so far
  std::uint32_t reads_ = 0;       ///< reads of this row so far
  int averaged_ = 0;              ///< reads of the present verify so far
  std::vector<int> all_columns_;  ///< of the tile, group after group of the column mux
  std::vector<std::uint32_t> selected_, others_;  ///< cells of the open row (or rows), under write-verify and not
  std::vector<int> open_rows_;
  std::vector<std::size_t> row_first_;  ///< of each open row, in `selected_`; one more at the end
  std::vector<std::uint32_t> erases_of_row_, blind_writes_of_row_;
  std::vector<std::uint32_t> worth_;                          ///< of every cell; empty without a price
  std::vector<std::uint8_t> left_;                            ///< of every cell: 1 if it was left behind; empty without a price
  std::vector<std::uint8_t> tolerance_class_;                 ///< of every cell; empty without classes
  std::array<float, kToleranceClasses> class_tolerance_S_{};  ///< of each class
  VerifyRow cells_;
  std::int64_t busy_ps_ = 0;
  StateTimes state_ps_{};
  std::vector<std::int64_t> row_ps_, row_cycles_;
  std::vector<int> charged_rows_;
  /// Of the cycle in progress, when several rows are open: what a row takes that does what VerifyRow::Rows counts.
  struct EachRow {
    std::int64_t active = 0, firing = 0, setting = 0, resetting = 0, turning = 0, pulsed = 0, converting = 0;
  } each_ps_;
  std::int64_t written_ps_ = 0;  ///< of that, until the end of the last pulse
  TileCounts counts_;
};

}  // namespace swimsim
