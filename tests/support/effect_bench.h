#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "models/array/tile_array.h"
#include "models/device/device.h"

namespace swimsim::testing {

/// Every dose raises or lowers the conductance by as many nanosiemens, so that sums can be read off; a SET adds 10 uS, a RESET takes them.
class CountingDevice : public Device {
 public:
  double g_min_S() const override { return 1e-6; }
  double g_max_S() const override { return 100e-6; }
  int variations() const override { return 0; }
  void shape_variation(int, std::size_t, float*) const override {}
  void blind_write(const CellRow& row, const float*) const override { std::copy_n(row.target_S, row.columns, row.g_S); }
  void apply_pulse(const CellRow& row, const Pulse& pulse) const override {
    for (std::size_t i = 0; i < row.columns; ++i) {
      if (row.active[i]) row.g_S[i] += 10e-6f * pulse.polarity[i];
    }
  }
  double disturb_dose(int polarity, double amplitude_V) const override { return amplitude_V * (polarity > 0 ? 1 : 100); }
  void disturb(const CellRow& row, const float* set_dose, const float* reset_dose) const override {
    for (std::size_t i = 0; i < row.columns; ++i) row.g_S[i] += 1e-9f * (set_dose[i] - reset_dose[i]);
  }
  float relaxed_S(float g_S, float) const override { return g_S; }
  float read_sigma_S(float) const override { return 0; }
  VoltageRamp ramp(int) const override { return {1, 0, 1}; }
  double pulse_width_s() const override { return 1e-7; }
  double blind_amplitude_V() const override { return 0; }
  double blind_width_s() const override { return 1e-7; }
};

/// A tile of CountingDevice cells with one weight everywhere, driven by hand: blind writes take the plus cells to the code's level.
class EffectBench {
 public:
  EffectBench(int rows, int columns, const EffectParameters& effects = {}, std::uint32_t trial = 0, std::int32_t code = 7)
      : rows_(rows),
        lanes_(padded_to_lanes(static_cast<std::size_t>(columns))),
        mapping_({{"layer", columns / 2, rows}}, MappingOptions()),
        codes_{std::vector<std::int32_t>(static_cast<std::size_t>(rows * columns / 2), code)} {
    parameters_.effects = effects;
    parameters_.trial = trial;
    array_ = std::make_unique<TileArray>(mapping_, 0, codes_, device_, parameters_);
    columns_.resize(static_cast<std::size_t>(columns));
    std::iota(columns_.begin(), columns_.end(), 0);
  }

  EffectBench(const EffectBench&) = delete;
  EffectBench& operator=(const EffectBench&) = delete;

  TileArray& array() { return *array_; }

  void blind_write_all() {
    for (int row = 0; row < rows_; ++row) {
      array_->open_row(row, columns_);
      array_->blind_write(0);
      array_->close_row();
    }
  }

  /// One pulse of the given volts on one cell.
  void pulse(int row, int col, int polarity, float volts) {
    array_->open_row(row, columns_);
    std::vector<std::int8_t> fires(lanes_, 0);
    fires[static_cast<std::size_t>(col)] = static_cast<std::int8_t>(polarity);
    const std::vector<float> amplitude(lanes_, volts), width(lanes_, 1);
    const std::vector<std::uint8_t> active = active_cells();
    array_->pulse(polarity, cells(active, fires, amplitude, width), 0);
    array_->close_row();
  }

  std::vector<float> read(int row, std::uint32_t event) {
    array_->open_row(row, columns_);
    const std::vector<std::int8_t> fires(lanes_, 0);
    const std::vector<float> amplitude(lanes_, 0), width(lanes_, 1);
    const std::vector<std::uint8_t> active = active_cells();
    std::vector<float> seen(lanes_);
    array_->read(cells(active, fires, amplitude, width), event, kLongAgo_s, seen.data());
    array_->close_row();
    seen.resize(columns_.size());
    return seen;
  }

 private:
  std::vector<std::uint8_t> active_cells() const {
    std::vector<std::uint8_t> active(lanes_, 0);
    std::fill_n(active.begin(), columns_.size(), std::uint8_t{1});
    return active;
  }
  RowCells cells(const std::vector<std::uint8_t>& active, const std::vector<std::int8_t>& fires, const std::vector<float>& amplitude,
                 const std::vector<float>& width) const {
    RowCells cells;
    cells.count = columns_.size();
    cells.column = columns_.data();
    cells.active = active.data();
    cells.fires = fires.data();
    cells.amplitude_V = amplitude.data();
    cells.width = width.data();
    cells.polarity = fires.data();
    return cells;
  }

  int rows_;
  std::size_t lanes_;
  Mapping mapping_;
  std::vector<std::vector<std::int32_t>> codes_;
  CountingDevice device_;
  ArrayParameters parameters_;
  std::unique_ptr<TileArray> array_;
  std::vector<int> columns_;
};

}  // namespace swimsim::testing
