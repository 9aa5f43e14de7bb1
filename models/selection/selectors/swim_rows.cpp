// swim_rows: what verifying removes by the expected time of a row, which its slowest cell decides. Every verify of an open row is taken to
// convert all its groups of the column mux.

#include "models/selection/row_curve.h"
#include "models/selection/selectors/selectors.h"

namespace swimsim {

namespace {

int cells_of(const std::vector<RowCosts::GroupCells>& footprint) {
  int cells = 0;
  for (const RowCosts::GroupCells& in_group : footprint) cells += in_group.cells;
  return cells;
}

RowSequence by_gain(const std::vector<RowThing>& things, const RowCosts& costs, int groups) {
  RowSequence sequence{things, {}};
  const std::vector<double>& slowest = costs.slowest[things.front().layer];
  std::size_t cells = 0;
  for (const RowThing& thing : things) {
    cells += static_cast<std::size_t>(cells_of(costs.footprints[thing.footprint]));
    const double cycles = slowest[cells];
    sequence.time_ps.push_back(costs.open_ps + cycles * costs.cycle_ps[things.front().layer] +
                               groups * ((costs.first_reads + cycles) * costs.group_ps));
  }
  return sequence;
}

}  // namespace

SelectorKind swim_rows_selector() {
  return {"swim_rows",
          "uswim by the expected time of the row, which takes as long as its slowest cell",
          {RankBasis::sensitivity, RankBasis::removed_variance, RankBasis::row_costs},
          [](const SelectionInput& input) { return gain_per_time(input, by_gain); }};
}

}  // namespace swimsim
