#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/selection/row_costs.h"
#include "models/selection/selector.h"

namespace swimsim {

/// Something that is ranked, in its row.
struct RowThing {
  std::size_t layer = 0, index = 0;  ///< index into what PerWeight holds of the layer
  std::uint16_t footprint = 0;
  double gain = 0;  ///< what verifying it brings
};

/// A row's things in the order in which they are best verified, and the expected time of verifying the first 1, 2, ... of them.
struct RowSequence {
  std::vector<RowThing> things;
  std::vector<double> time_ps;
};

/// Puts the things of a row, which come in the order of falling gain, into a sequence.
using SequenceOfRow = RowSequence (*)(const std::vector<RowThing>& things, const RowCosts& costs, int groups);

struct CurvePoint {
  double time_ps = 0, gain = 0;
};

/// Corners of the upper concave hull of a curve that rises in both, by their indices: the first point, ..., the last. The second point lies
/// later than the first.
std::vector<std::size_t> upper_hull(const std::vector<CurvePoint>& curve);

/// Scores by gain per expected time. The gain of a thing is |sensitivity| times the squared error that verifying removes, as
/// a share of the sum over its layer: sums of second derivatives do not compare well from layer to layer (docs/results/hardware.md).
///
/// In each row the cumulated gain over the expected time has a concave hull; the things of one of its segments are verified together or not
/// at all, but for where a fraction ends. The slots of the chip work side by side and the slowest decides: each takes its segments in the
/// order of falling slope, and a segment scores 1 minus the time at which its slot begins it, as a share of the longest slot's time for
/// everything. So a ranking keeps all slots busy for equally long. Scores fall strictly (by the last bit, where segments begin at once)
/// segment after segment, in each in the order of the sequence: ties never split a row.
PerWeight gain_per_time(const SelectionInput& input, SequenceOfRow sequence);

}  // namespace swimsim
