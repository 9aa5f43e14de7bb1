#pragma once

#include <vector>

#include "models/programming/tile_controller.h"

namespace swimsim {

/// The array itself as a tile's datapath: no hardware in between.
class DirectDatapath : public TileDatapath {
 public:
  explicit DirectDatapath(TileArray& array)
      : array_(&array), seen_S_(static_cast<std::size_t>(array.cols())), codes_(static_cast<std::size_t>(array.cols())) {}

  void select_row(int row) override { row_ = row; }
  void blind_write() override { array_->blind_write(row_); }
  void pulse(int polarity, const ActiveCells& cells, std::uint32_t event) override { array_->pulse(row_, polarity, cells, event); }
  void counted_cycle(const ActiveCells& cells) override { array_->counted_cycle(row_, cells); }
  void read(const ActiveCells& cells, std::uint32_t event) override { array_->read(row_, cells, event, seen_S_.data()); }
  void convert(int, std::size_t first, std::size_t count) override { array_->convert(count, &seen_S_[first], &codes_[first]); }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  TileArray* array_;
  int row_ = 0;
  std::vector<float> seen_S_;
  std::vector<std::uint16_t> codes_;
};

}  // namespace swimsim
