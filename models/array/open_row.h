#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/common/random.h"
#include "models/device/device.h"

namespace swimsim {

/// Loops over the cells of a row run in vectors, of 16 floats or of 64 bytes at most; rows are padded with lanes whose masks are 0. 32 of
/// them waste the least: fewer leave the loops over bytes in pieces, more compute cells that are not there.
constexpr std::size_t padded_to_lanes(std::size_t cells) { return (cells + 31) / 32 * 32; }

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

/// Positions of the cells that stay, in ascending order; padded.
class KeptCells {
 public:
  void reserve(std::size_t cells) { position_.reserve(cells + 1); }
  void find(const std::uint8_t* wanted, std::size_t count);
  std::size_t count() const { return count_; }
  std::size_t lanes() const { return position_.size(); }
  /// Moves the values of those that stay to the front.
  template <class Value>
  void close_ranks(Value* values) const {
    const std::uint32_t* position = position_.data();
    const std::size_t lanes = position_.size();
#pragma GCC ivdep  // a cell never moves back, so what is read later is still there; what the padding holds does not matter
    for (std::size_t i = 0; i < lanes; ++i) values[i] = values[position[i]];
  }

 private:
  std::size_t count_ = 0;
  std::vector<std::uint32_t> position_;
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
  /// Number `event` of the series of the first `count` lanes.
  const float* at(std::uint32_t event, std::uint64_t seed, std::uint32_t trial, std::size_t count, const CellColumns& cells);
  void keep(const KeptCells& kept);

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  Purpose purpose_{};
  std::uint32_t block_ = kNone;
  std::vector<float> normals_[4];
};

/// The cells of one row that are worked on, side by side (or of several rows, one after the other): taken out of the tile when the row is
/// opened, put back when it is closed. Cells that are done leave early, so that loops run over those that are left.
class OpenRow {
 public:
  /// Room for `cells` cells of a device.
  void reserve(std::size_t cells, const CellColumns& like);
  /// `cells`: indices in the tile.
  void open(const CellColumns& tile, const std::vector<std::uint32_t>& cells, bool coarse);
  /// Puts the cells back whose `wanted` is 0 and closes ranks; returns who stayed.
  const KeptCells& keep(CellColumns& tile, const std::uint8_t* wanted);
  void close(CellColumns& tile);

  std::size_t count() const { return count_; }
  std::size_t lanes() const { return lanes_; }                ///< of the arrays in `cells`, and of the masks: count, padded
  std::size_t cell(std::size_t i) const { return cell_[i]; }  ///< index in the tile
  CellColumns& cells() { return cells_; }
  const CellColumns& cells() const { return cells_; }
  CellRow view(const std::uint8_t* active) { return cells_.row(0, lanes_, active); }
  NoiseSeries& pulse_noise() { return pulse_noise_; }
  NoiseSeries& read_noise() { return read_noise_; }

 private:
  void put_back(CellColumns& tile, std::size_t i) const;

  std::size_t count_ = 0, lanes_ = 0;
  std::vector<std::uint32_t> cell_;
  KeptCells kept_;
  CellColumns cells_;
  NoiseSeries pulse_noise_, read_noise_;
};

}  // namespace swimsim
