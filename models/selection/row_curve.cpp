#include "models/selection/row_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/selection/selectors/selectors.h"

namespace swimsim {

namespace {

/// What verifying removes, as a share of all that it removes in the layer.
PerWeight shares_of_layers(PerWeight removed) {
  for (std::vector<double>& gains : removed) {
    double sum = 0;
    for (double& gain : gains) sum += gain = std::max(0.0, gain);
    for (double& gain : gains) gain = sum > 0 ? gain / sum : 0.0;
  }
  return removed;
}

/// The things of every row, in the order of falling gain; ties by magnitude, then index.
std::vector<std::vector<RowThing>> things_by_row(const SelectionInput& input) {
  const RowCosts& costs = *input.row_costs;
  std::vector<std::vector<RowThing>> rows(costs.groups.size());
  const PerWeight gains = shares_of_layers(removed_loss(input));
  for (std::size_t layer = 0; layer < costs.row.size(); ++layer) {
    for (std::size_t i = 0; i < gains[layer].size(); ++i)
      rows[costs.row[layer][i]].push_back({layer, i, costs.footprint[layer][i], gains[layer][i]});
  }
  const auto magnitude = [&](const RowThing& thing) { return (*input.magnitude)[thing.layer][thing.index / input.slices(thing.layer)]; };
  for (std::vector<RowThing>& row : rows) {
    std::stable_sort(row.begin(), row.end(), [&](const RowThing& a, const RowThing& b) {
      return a.gain != b.gain ? a.gain > b.gain : magnitude(a) > magnitude(b);
    });
  }
  return rows;
}

/// Things of one row that are worth the same time.
struct Segment {
  double slope = 0;
  double time_ps = 0;
  std::uint32_t slot = 0;
  std::vector<RowThing> things;
  double begin_ps = 0;  ///< when the slot comes to it
};

void add_segments(const RowSequence& sequence, std::uint32_t slot, std::vector<Segment>& segments) {
  std::vector<CurvePoint> curve(1);
  for (std::size_t i = 0; i < sequence.things.size(); ++i) {
    // A row never takes no time at all.
    curve.push_back({std::max(1.0, sequence.time_ps[i]), curve.back().gain + sequence.things[i].gain});
  }
  const std::vector<std::size_t> corners = upper_hull(curve);
  double before = std::numeric_limits<double>::max();
  for (std::size_t i = 1; i < corners.size(); ++i) {
    const CurvePoint &from = curve[corners[i - 1]], &to = curve[corners[i]];
    Segment segment;
    segment.time_ps = to.time_ps - from.time_ps;
    segment.slope = before = std::min(before, (to.gain - from.gain) / segment.time_ps);  // rounding must not turn segments round
    segment.slot = slot;
    for (std::size_t thing = corners[i - 1]; thing < corners[i]; ++thing) segment.things.push_back(sequence.things[thing]);
    segments.push_back(std::move(segment));
  }
}

/// Each slot takes its segments in the order of falling slopes. Returns how long the longest of them takes for all.
double line_up(std::vector<Segment>& segments) {
  std::stable_sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.slope > b.slope; });
  std::vector<double> busy_ps;
  for (Segment& segment : segments) {
    busy_ps.resize(std::max<std::size_t>(busy_ps.size(), std::size_t{segment.slot} + 1));
    segment.begin_ps = busy_ps[segment.slot];
    busy_ps[segment.slot] += segment.time_ps;
  }
  std::stable_sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.begin_ps < b.begin_ps; });
  return *std::max_element(busy_ps.begin(), busy_ps.end());
}

}  // namespace

std::vector<std::size_t> upper_hull(const std::vector<CurvePoint>& curve) {
  std::vector<std::size_t> corners;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    while (corners.size() >= 2) {
      const CurvePoint &a = curve[corners[corners.size() - 2]], &b = curve[corners.back()], &c = curve[i];
      if ((b.gain - a.gain) * (c.time_ps - a.time_ps) > (c.gain - a.gain) * (b.time_ps - a.time_ps)) break;
      corners.pop_back();
    }
    corners.push_back(i);
  }
  return corners;
}

PerWeight gain_per_time(const SelectionInput& input, SequenceOfRow sequence) {
  const RowCosts& costs = *input.row_costs;
  std::vector<std::vector<RowThing>> rows = things_by_row(input);
  std::vector<Segment> segments;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!rows[row].empty()) add_segments(sequence(rows[row], costs, costs.groups[row]), costs.slot[row], segments);
    std::vector<RowThing>().swap(rows[row]);  // there are as many things as weights, in two places otherwise
  }
  const double all_ps = line_up(segments);

  PerWeight scores;
  for (const auto& layer : costs.row) scores.emplace_back(layer.size());
  double before = 2;
  for (const Segment& segment : segments) {
    for (const RowThing& thing : segment.things) {
      before = std::min(1 - segment.begin_ps / all_ps, std::nextafter(before, -1.0));
      scores[thing.layer][thing.index] = before;
    }
  }
  return scores;
}

}  // namespace swimsim
