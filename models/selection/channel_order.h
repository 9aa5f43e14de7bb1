#pragma once

#include <cstdint>
#include <vector>

namespace swimsim {

/// The columns of an array that outputs are placed on.
struct OutputColumns {
  int columns_per_output = 2;  ///< side by side
  int tile_columns = 128;
  int column_mux = 8;  ///< column c of a tile is in group c % column_mux
  /// Over all tiles, so that those that are programmed at the same time have as much to do; otherwise tile by tile, which leaves least to
  /// do in all.
  bool spread = false;
};

/// Outputs by place, from the left: those of the highest score are in the first tile, and there in the first groups of the column mux, so
/// that verifying them takes few conversions; spread: in the first groups of all tiles. Equal scores keep their order. An output is placed
/// where its first column is.
std::vector<std::int64_t> outputs_by_score(const std::vector<double>& score, const OutputColumns& columns);

}  // namespace swimsim
