#pragma once

#include <cstdint>
#include <string>

#include "sim/engine/results.h"

namespace swimsim {

/// The cells of a tile as a picture: one rectangle a cell, coloured by the pulses that it took.
struct HeatMap {
  std::string id;     ///< prefix of the ids inside
  std::string title;  ///< "Pulses per cell: tile 3"
  TileCellsRecord cells;
  std::int64_t rows = 0, cols = 0;  ///< of the whole tile; what is not used is shown as such
};

/// SVG text whose bytes follow from its input alone. The scale ends where one verified cell in a hundred lies above. Cells that were given
/// up, cells that were not under write-verify and the unused part of the tile have looks of their own. Rows run down, columns to the right.
std::string heat_map_svg(const HeatMap& map);

}  // namespace swimsim
