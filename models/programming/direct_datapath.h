#pragma once

#include <vector>

#include "models/programming/tile_controller.h"

namespace swimsim {

/// The array itself as a tile's datapath: no hardware in between.
class DirectDatapath : public TileDatapath {
 public:
  explicit DirectDatapath(TileArray& array) : array_(&array), seen_S_(array.lanes()), codes_(array.lanes()) {}

  void select_row(int) override {}
  void erase(std::uint32_t event) override { array_->erase(event); }
  void blind_write(std::uint32_t event) override { array_->blind_write(event); }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override { array_->pulse(polarity, cells, event); }
  void counted_cycle(const RowCells& cells) override { array_->counted_cycle(cells); }
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) override {
    array_->read(cells, event, since_pulse_s, seen_S_.data());
  }
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override {
    return array_->convert(cells, first, count, seen_S_.data(), codes_.data());
  }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  TileArray* array_;
  std::vector<float> seen_S_;
  std::vector<std::uint16_t> codes_;
};

}  // namespace swimsim
