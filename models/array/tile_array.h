#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "models/array/adc.h"
#include "models/array/cell_effects.h"
#include "models/array/energy_ledger.h"
#include "models/array/mapping.h"
#include "models/array/open_row.h"
#include "models/device/device.h"

namespace swimsim {

/// A cell that has not been pulsed since anyone can remember.
constexpr double kLongAgo_s = std::numeric_limits<double>::infinity();

/// Electrical set-up shared by all tiles of a chip.
struct ArrayParameters {
  Adc adc{6, 0, 1};
  double v_read_V = 0.2;
  std::int64_t read_ps = 10'000;
  double adc_energy_J = 0, sample_hold_energy_J = 0, mux_energy_J = 0, dac_energy_J = 0, driver_energy_J = 0, line_capacitance_F = 0;
  /// Verify by comparators instead of conversions: half width of the window that they look for, in siemens; 0: full conversions.
  double compare_tolerance_S = 0;
  double compare_energy_J = 0;
  EffectParameters effects;
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
  std::int64_t places = 0;  ///< for tiles on the chip; more of them take turns there, in rounds. 0: as many as the mapping has
};

/// What the controller says of the cells of the open row; arrays of `count` lanes, those of the padding not active.
struct RowCells {
  std::size_t count = 0;
  const int* column = nullptr;
  const std::uint8_t* active = nullptr;   ///< 1: under write-verify
  const std::int8_t* fires = nullptr;     ///< the pulse that the cell gets: +1 SET, -1 RESET, 0 none
  const float* amplitude_V = nullptr;     ///< its amplitude
  const float* width = nullptr;           ///< its width, of the card's; nullptr: 1 for all
  const std::int8_t* polarity = nullptr;  ///< the direction in which the cell is being moved
  float relative_width(std::size_t i) const { return width == nullptr ? 1.0f : width[i]; }
};

/// What a comparator says of a cell.
enum Compared : std::uint16_t { compared_below = 0, compared_inside = 1, compared_above = 2 };

/// The crossbar of one tile with its cells and the arithmetic on a row of them: blind write, pulse, read. One formula for every
/// driver. Columns beyond the used extent do not exist. Draws its noise by the cells' identity.
///
/// A row is opened before it is worked on; the operations work on the open row, cell i being the i-th column that it was opened with
/// (those that are left of them).
class TileArray {
 public:
  TileArray(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<std::int32_t>>& codes, const Device& device,
            const ArrayParameters& parameters);

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  std::size_t lanes() const {
    return padded_to_lanes(static_cast<std::size_t>(cols_) * static_cast<std::size_t>(rows_together_));
  }  ///< what is open at most

  /// What is done to a row: the coarse write-verify of a blind phase has its own noise and does not count as verify pulses.
  enum class Work : std::uint8_t { fine, coarse };
  void open_row(int row, const std::vector<int>& columns, Work work = Work::fine);
  /// By their indices in the tile (row by row); of one row, or of as many as `take_together` has made room for.
  void open_cells(const std::vector<std::uint32_t>& cells, Work work);
  /// Several rows may be open at once from now on, if it makes no difference: for a driver that waits for nobody. Returns how many.
  int take_together(int rows);
  int rows_together() const { return rows_together_; }
  /// Drops the cells of the open row whose `wanted` is 0; returns who stayed.
  const KeptCells& keep(const std::uint8_t* wanted) { return open_.keep(cells_, wanted); }
  void close_row() { open_.close(cells_); }

  /// Block erase of all cells of the open row; `event` numbers the erases of this row.
  void erase(std::uint32_t event);
  /// Unverified write of all cells of the open row; `event` numbers the blind writes of this row.
  void blind_write(std::uint32_t event);
  /// One pulse on the cells that fire with this polarity. `event` numbers the verify-phase pulses of the row.
  void pulse(int polarity, const RowCells& cells, std::uint32_t event);
  /// One write-verify cycle of a device that counts cycles.
  void counted_cycle(const RowCells& cells);
  /// How long the tile has been busy so far: what effects that go with time read.
  void set_clock(std::int64_t busy_ps) { busy_ps_ = busy_ps; }
  /// Puts the read bias on the row: seen_S[i] is what the bit line of cell i carries, `since_pulse_s` after its last pulse, read noise
  /// included. `event` numbers the reads of the row.
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s, float* seen_S);
  /// Samples and converts cells [first, first + count); or compares them, and returns whether any of them wants the second comparison.
  bool convert(const RowCells& cells, std::size_t first, std::size_t count, const float* seen_S, std::uint16_t* codes);

  /// Draws the cycles each cell of the open row will need (devices that count cycles).
  void draw_cycles();
  /// Of cell i of the open row.
  bool cycles_complete(std::size_t i) const { return open_.cells().pulses[i] >= needed_[open_.cell(i)]; }
  std::size_t open_cells() const { return open_.count(); }
  float open_target_S(std::size_t i) const { return open_.cells().target_S[i]; }
  std::uint32_t open_cell(std::size_t i) const { return static_cast<std::uint32_t>(open_.cell(i)); }  ///< its index in the tile

  float g_S(int row, int col) const;
  float target_S(int row, int col) const { return cells_.target_S[index(row, col)]; }
  std::uint32_t pulses(int row, int col) const { return cells_.pulses[index(row, col)]; }
  bool failed(int row, int col) const { return failed_[index(row, col)] != 0; }
  void mark_failed(std::size_t cell) { failed_[cell] = 1; }  ///< by its index in the tile
  /// From now on; no row may be open.
  void set_target(int row, int col, float target_S) { cells_.target_S[index(row, col)] = target_S; }

  /// Sets the targets of all cells as the host sends them, digits in the bytes of tile_words.h: the same conductances, bit for bit, as
  /// those of the weight codes. From now on; no row may be open. Throws std::logic_error for a digit that its slice does not have.
  void load_digits(const std::uint8_t* digits, std::size_t bytes_per_digit);

  // Of all cells, row by row, rows() x cols(); no row may be open.

  /// Conductance after relaxation, and what else befalls the cells: what inference will see.
  std::vector<float> final_S() const;
  /// What one read of every cell through the ADC returns after relaxation.
  std::vector<float> read_back_S(const std::vector<float>& final) const;
  /// The same, as the ADC's codes.
  std::vector<std::uint16_t> read_back_codes(const std::vector<float>& final) const;
  const std::vector<float>& targets() const { return cells_.target_S; }
  const std::vector<std::uint32_t>& all_pulses() const { return cells_.pulses; }
  const std::vector<std::uint8_t>& all_failed() const { return failed_; }
  /// Every pulse that a cell has taken: erases, blind and coarse writes and those of the verify phase.
  std::vector<std::uint32_t> all_writes() const;
  /// Of the most stressed cell, as a share of the median budget (effects.endurance); 0 if that is off.
  double endurance_used() const { return effects_ ? effects_->endurance_used() : 0; }

  const EnergyLedger& energy() const { return energy_; }
  /// Conversions of cells so far, or comparisons.
  std::int64_t conversions() const { return conversions_; }
  const Device& device() const { return *device_; }
  const ArrayParameters& parameters() const { return *parameters_; }

 private:
  std::size_t index(int row, int col) const { return static_cast<std::size_t>(row) * cols_ + col; }
  void identify(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<std::int32_t>>& codes);
  float target_of_S(int digit, int col) const;
  const float* draw(Purpose purpose, std::uint32_t event);
  void drive_all(double amplitude_V);
  void make_room();
  void remember_conductances();
  /// After the kernel has written: what else happens to the cells, and the bill. They had the conductances remembered before.
  void finish_write(const RowWrite& write);
  void charge_write(const RowWrite& write);
  std::int64_t cell_energy_aJ(const RowWrite& write);
  void count_unverified();
  void compare(const RowCells& cells, std::size_t first, std::size_t count, const float* seen_S, std::uint16_t* codes, bool& second);

  int rows_, cols_;
  int rows_together_ = 1;
  const Device* device_;
  const ArrayParameters* parameters_;
  CellColumns cells_;
  std::vector<int> digit_max_;  ///< of each column
  std::vector<std::uint32_t> needed_;
  std::vector<std::uint8_t> failed_;
  std::vector<std::uint32_t> unverified_writes_;
  OpenRow open_;
  Work work_ = Work::fine;
  std::unique_ptr<CellEffects> effects_;  ///< nullptr: all off
  std::int64_t busy_ps_ = 0;
  // Scratch of one operation on the open row.
  std::vector<std::uint8_t> on_;
  std::vector<float> before_S_, noise_, amplitude_V_, volts_V_;
  std::vector<double> energy_J_;
  std::vector<std::uint32_t> open_needed_;
  EnergyLedger energy_;
  std::int64_t conversions_ = 0;
  std::int64_t adc_aJ_, compare_aJ_, sample_hold_aJ_, mux_aJ_, dac_aJ_, driver_aJ_;
};

}  // namespace swimsim
