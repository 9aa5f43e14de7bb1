#pragma once

#include <cstdint>

#include "models/network/lanes/simd.h"
#include "models/network/network.h"

namespace swimsim::lanes {

/// Where the values of one node lie in memory: [channel][row][column][image], around each plane a ring of zeros that its reader slides
/// over.
struct Layout {
  Shape shape;
  std::int64_t ring_y = 0, ring_x = 0;

  std::int64_t row_floats() const { return (shape.width + 2 * ring_x) * kLanes; }
  std::int64_t plane_floats() const { return (shape.height + 2 * ring_y) * row_floats(); }
  std::int64_t floats() const { return shape.channels * plane_floats(); }
  /// Offset in floats; y and x may point into the ring.
  std::int64_t at(std::int64_t channel, std::int64_t y, std::int64_t x) const {
    return channel * plane_floats() + (y + ring_y) * row_floats() + (x + ring_x) * kLanes;
  }
  /// Calls visit(y, x) for every place of a plane.
  template <typename Visit>
  void each_place(Visit visit) const {
    for (std::int64_t y = 0; y < shape.height; ++y) {
      for (std::int64_t x = 0; x < shape.width; ++x) visit(y, x);
    }
  }
  /// Offset of an element in scan order, as a flattened value counts.
  std::int64_t at(std::int64_t element) const {
    const std::int64_t plane = shape.height * shape.width;
    return at(element / plane, element % plane / shape.width, element % shape.width);
  }
};

}  // namespace swimsim::lanes
