#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/common/random.h"
#include "models/device/device.h"

namespace swimsim {

/// What is known of many cells, one array a property.
struct CellColumns {
  std::vector<float> g_S, target_S;
  std::vector<std::vector<float>> variation, state;
  std::vector<std::uint32_t> pulses;              ///< of the verify phase
  std::vector<std::uint32_t> weight_id, cell_id;  ///< the cells' identity for random draws

  void resize(std::size_t cells);
  /// `count` cells from `first` on, as a kernel sees them.
  CellRow row(std::size_t first, std::size_t count, const std::uint8_t* active);
};

/// Standard normals that the cells draw one after the other, four at a time (see `series_normal`).
class NoiseSeries {
 public:
  void resize(std::size_t cells);
  /// Starts anew, for other cells.
  void begin(Purpose purpose) {
    purpose_ = purpose;
    block_ = kNone;
  }
  /// Number `event` of the series of the first `count` cells.
  const float* at(std::uint32_t event, std::uint64_t seed, std::uint32_t trial, std::size_t count, const CellColumns& cells);
  void keep(const std::uint8_t* wanted, std::size_t count);

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  Purpose purpose_{};
  std::uint32_t block_ = kNone;
  std::vector<float> normals_[4];
};

/// The cells of one row that are worked on, side by side: taken out of the tile when the row is opened, put back when it is closed. Cells
/// that are done leave early, so that loops run over those that are left.
class OpenRow {
 public:
  /// Room for `columns` cells of a device.
  void reserve(std::size_t columns, const CellColumns& like);
  void open(const CellColumns& tile, std::size_t first_cell, const std::vector<int>& columns, bool coarse);
  /// Puts the cells back whose `wanted` is 0 and closes ranks.
  void keep(CellColumns& tile, const std::uint8_t* wanted);
  void close(CellColumns& tile);

  std::size_t count() const { return count_; }
  std::size_t cell(std::size_t i) const { return cell_[i]; }  ///< index in the tile
  CellColumns& cells() { return cells_; }
  const CellColumns& cells() const { return cells_; }
  CellRow view(const std::uint8_t* active) { return cells_.row(0, count_, active); }
  NoiseSeries& pulse_noise() { return pulse_noise_; }
  NoiseSeries& read_noise() { return read_noise_; }

 private:
  void put_back(CellColumns& tile, std::size_t i) const;

  std::size_t count_ = 0;
  std::vector<std::size_t> cell_;
  CellColumns cells_;
  NoiseSeries pulse_noise_, read_noise_;
};

}  // namespace swimsim
