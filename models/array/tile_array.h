#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/array/adc.h"
#include "models/array/mapping.h"
#include "models/common/random.h"
#include "models/device/device.h"

namespace swimsim {

/// Energy by component, in whole attojoules: sums are the same in any order. Sums that do not fit 64 bits are a RangeError.
struct EnergyLedger {
  std::int64_t array_aJ = 0;  ///< V^2 G t in the cells, write and read
  std::int64_t line_aJ = 0;   ///< charging bit lines
  std::int64_t dac_aJ = 0;
  std::int64_t adc_aJ = 0;
  std::int64_t sample_hold_aJ = 0;
  std::int64_t controller_aJ = 0;
  std::int64_t total_aJ() const;
  EnergyLedger& operator+=(const EnergyLedger& other);
};

/// Electrical set-up shared by all tiles of a chip.
struct ArrayParameters {
  Adc adc{6, 0, 1};
  double v_read_V = 0.2;
  std::int64_t read_ps = 10'000;
  double adc_energy_J = 0, sample_hold_energy_J = 0, dac_energy_J = 0, line_capacitance_F = 0;
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
};

/// The cells of a row that an operation works on: the columns that are still active, and what is said of each. Arrays of `count`.
struct ActiveCells {
  std::size_t count = 0;
  const int* column = nullptr;
  const std::int8_t* polarity = nullptr;  ///< direction of the next pulse
  const float* amplitude_V = nullptr;     ///< its amplitude
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
  /// One pulse on the cells whose polarity is `polarity` (+1, -1). `event` numbers the verify-phase pulses of these cells.
  void pulse(int row, int polarity, const ActiveCells& cells, std::uint32_t event);
  /// One write-verify cycle of a device that counts cycles.
  void counted_cycle(int row, const ActiveCells& cells);
  /// Puts the read bias on a row: seen_S[i] is what the bit line of cell i carries, read noise included. `event` numbers the reads of
  /// these cells.
  void read(int row, const ActiveCells& cells, std::uint32_t event, float* seen_S);
  /// Samples and converts `count` bit lines.
  void convert(std::size_t count, const float* seen_S, std::uint16_t* codes);

  /// Draws the cycles each cell will need (devices that count cycles).
  void draw_cycles(int row, const ActiveCells& cells);
  bool cycles_complete(int row, int col) const { return pulses_[index(row, col)] >= needed_[index(row, col)]; }

  float g_S(int row, int col) const { return g_S_[index(row, col)]; }
  float target_S(int row, int col) const { return target_S_[index(row, col)]; }
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
  CellRow whole_row(int row);
  void gather(int row, const ActiveCells& cells, int polarity);
  void scatter();
  void draw(Purpose purpose, std::uint32_t event);
  void charge_write(const float* amplitude_V, double width_s);

  int rows_, cols_;
  const Device* device_;
  const ArrayParameters* parameters_;
  std::vector<float> g_S_, target_S_;
  std::vector<std::vector<float>> variation_;
  std::vector<std::uint32_t> pulses_, needed_;
  std::vector<std::uint8_t> failed_;
  std::vector<std::uint32_t> weight_id_, cell_id_;
  // The cells that an operation works on, side by side: gathered from the row, changed by the kernel, scattered back.
  struct Gathered {
    std::size_t count = 0;
    std::vector<std::size_t> cell;  ///< index in the tile
    std::vector<float> g_S, before_S, target_S, noise, amplitude_V;
    std::vector<std::vector<float>> variation;
    std::vector<std::uint32_t> weight_id, cell_id, pulses, needed;
    std::vector<std::int8_t> polarity;
    std::vector<std::uint8_t> on;  ///< all ones
    CellRow view();
  } work_;
  EnergyLedger energy_;
  std::int64_t adc_aJ_, sample_hold_aJ_, dac_aJ_;
};

}  // namespace swimsim
