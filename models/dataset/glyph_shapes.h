#pragma once

#include <vector>

namespace swimsim {

struct StrokePoint {
  float x, y;  ///< x to the right, y down; a digit lies in -0.6..0.6 by -1..1
};

/// Control points of a pen stroke; a smooth curve goes through them, or straight lines with corners.
struct Stroke {
  std::vector<StrokePoint> points;
  bool smooth = true;
};

/// One way to write a digit.
using GlyphShape = std::vector<Stroke>;

/// The ways to write `digit` (0 to 9).
const std::vector<GlyphShape>& glyph_shapes(int digit);

}  // namespace swimsim
