#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/array/adc.h"
#include "models/array/mapping.h"
#include "models/common/random.h"
#include "models/device/device.h"

namespace swimsim {

/// Energy by component, in whole attojoules: sums are the same in any order (DESIGN, rule 5).
struct EnergyLedger {
  std::int64_t array_aJ = 0;  ///< V^2 G t in the cells, write and read
  std::int64_t line_aJ = 0;   ///< charging bit lines
  std::int64_t dac_aJ = 0;
  std::int64_t adc_aJ = 0;
  std::int64_t sample_hold_aJ = 0;
  std::int64_t controller_aJ = 0;
  std::int64_t total_aJ() const { return array_aJ + line_aJ + dac_aJ + adc_aJ + sample_hold_aJ + controller_aJ; }
  EnergyLedger& operator+=(const EnergyLedger& other);
};

/// Electrical set-up shared by all tiles of a chip.
struct ArrayParameters {
  int column_mux = 8;
  Adc adc{6, 0, 1};
  double v_read_V = 0.2;
  std::int64_t read_ps = 10'000;
  double adc_energy_J = 0, sample_hold_energy_J = 0, dac_energy_J = 0, line_capacitance_F = 0;
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
};

/// What the sample-and-holds of one mux group hold: the conductances seen, read noise included.
struct SensedGroup {
  std::vector<int> columns;
  std::vector<float> g_S;
};

/// The crossbar of one tile with its cells and the arithmetic on a row of them: blind write, pulse, read. One formula for every
/// driver. Columns beyond the used extent do not exist. Draws its noise by the cells' identity.
class TileArray {
 public:
  TileArray(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<std::int32_t>>& codes, const Device& device,
            const ArrayParameters& parameters);

  int rows() const { return rows_; }
  int cols() const { return cols_; }

  /// Unverified write of every cell of the row.
  void blind_write(int row);
  /// One pulse of `polarity` (+1, -1) on the columns with active[c] and wanted[c] == polarity, at amplitude_V[c]. `event` numbers
  /// the verify-phase pulses of these cells.
  void pulse(int row, int polarity, const std::uint8_t* active, const std::int8_t* wanted, const float* amplitude_V, std::uint32_t event);
  /// One write-verify cycle of a device that counts cycles.
  void counted_cycle(int row, const std::uint8_t* active);
  /// Reads the active columns of a mux group (c mod column_mux == group); `event` numbers the reads of these cells.
  void sense(int row, int group, const std::uint8_t* active, std::uint32_t event, SensedGroup& sensed);
  /// Converts what was sensed: codes[c] for its columns.
  void convert(const SensedGroup& sensed, std::uint16_t* codes);

  /// Draws the cycles each active cell of the row will need (devices that count cycles).
  void draw_cycles(int row, const std::uint8_t* active);
  bool cycles_complete(int row, int col) const { return pulses_[index(row, col)] >= needed_[index(row, col)]; }

  float g_S(int row, int col) const { return g_S_[index(row, col)]; }
  float target_S(int row, int col) const { return target_S_[index(row, col)]; }
  const float* target_row(int row) const { return &target_S_[index(row, 0)]; }
  std::uint32_t pulses(int row, int col) const { return pulses_[index(row, col)]; }
  bool failed(int row, int col) const { return failed_[index(row, col)] != 0; }
  void mark_failed(int row, int col) { failed_[index(row, col)] = 1; }

  /// Conductance after relaxation: what inference will see. Row by row, rows() x cols().
  std::vector<float> final_S() const;
  /// What one read of every cell through the ADC returns after relaxation.
  std::vector<float> read_back_S(const std::vector<float>& final) const;

  const std::vector<float>& targets() const { return target_S_; }
  const std::vector<std::uint32_t>& all_pulses() const { return pulses_; }
  const std::vector<std::uint8_t>& all_failed() const { return failed_; }
  const EnergyLedger& energy() const { return energy_; }
  const Device& device() const { return *device_; }
  const ArrayParameters& parameters() const { return *parameters_; }

 private:
  std::size_t index(int row, int col) const { return static_cast<std::size_t>(row) * cols_ + col; }
  CellRow cell_row(int row, const std::uint8_t* active);
  void draw(int row, Purpose purpose, std::uint32_t event, std::vector<float>& out) const;
  void charge_write(int row, const std::uint8_t* active, const float* amplitude_V, double width_s, const std::vector<float>& before);

  int rows_, cols_;
  const Device* device_;
  const ArrayParameters* parameters_;
  std::vector<float> g_S_, target_S_;
  std::vector<std::vector<float>> variation_;
  std::vector<std::uint32_t> pulses_, needed_;
  std::vector<std::uint8_t> failed_;
  std::vector<std::uint32_t> weight_id_, cell_id_;
  std::vector<float> noise_, before_, amplitude_;  // scratch of one row
  std::vector<std::uint8_t> enabled_;
  std::vector<std::uint32_t> sensed_weight_id_, sensed_cell_id_;
  EnergyLedger energy_;
  std::int64_t adc_aJ_, sample_hold_aJ_, dac_aJ_;
};

}  // namespace swimsim
