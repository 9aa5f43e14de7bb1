// swim_groups: as swim_rows, with the column mux: a verify converts only those groups of the row that still have active cells, so that a
// cell of a group that is converted anyway is cheap. A row is filled greedily, block by block: a block is the most sensitive of those
// things that lie in the same groups.

#include <algorithm>

#include "models/selection/row_curve.h"
#include "models/selection/selectors/selectors.h"

namespace swimsim {

namespace {

using Footprint = std::vector<RowCosts::GroupCells>;

/// The cells of a row that are verified.
class RowLoad {
 public:
  RowLoad(const RowCosts& costs, std::size_t layer, int groups)
      : costs_(&costs), slowest_(&costs.slowest[layer]), cycle_ps_(costs.cycle_ps[layer]), in_group_(static_cast<std::size_t>(groups)) {}

  double time_ps() const {
    double conversions_ps = 0;
    for (const std::size_t cells : in_group_) {
      if (cells > 0) conversions_ps += (costs_->first_reads + (*slowest_)[cells]) * costs_->group_ps;
    }
    return costs_->open_ps + (*slowest_)[cells_] * cycle_ps_ + conversions_ps;
  }

  /// What some more things of a footprint add to that; opening the row is not counted.
  double added_ps(const Footprint& footprint, std::size_t things) const {
    double added_ps = 0;
    std::size_t cells = cells_;
    for (const RowCosts::GroupCells& taken : footprint) {
      const std::size_t now = in_group_[static_cast<std::size_t>(taken.group)], more = things * static_cast<std::size_t>(taken.cells);
      const double cycles = (*slowest_)[now + more] - (*slowest_)[now] + (now == 0 ? costs_->first_reads : 0);
      added_ps += cycles * costs_->group_ps;
      cells += more;
    }
    return added_ps + ((*slowest_)[cells] - (*slowest_)[cells_]) * cycle_ps_;
  }

  void add(const Footprint& footprint) {
    for (const RowCosts::GroupCells& taken : footprint) {
      in_group_[static_cast<std::size_t>(taken.group)] += static_cast<std::size_t>(taken.cells);
      cells_ += static_cast<std::size_t>(taken.cells);
    }
  }

 private:
  const RowCosts* costs_;
  const std::vector<double>* slowest_;
  double cycle_ps_;
  std::vector<std::size_t> in_group_;
  std::size_t cells_ = 0;
};

/// Things of one footprint in the order of falling gain, the first `taken` of them verified.
struct Alike {
  const Footprint* footprint;
  std::vector<RowThing> things;
  std::size_t taken = 0;
};

std::vector<Alike> by_footprint(const std::vector<RowThing>& things, const RowCosts& costs) {
  std::vector<Alike> kinds;
  for (const RowThing& thing : things) {
    const Footprint* footprint = &costs.footprints[thing.footprint];
    auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Alike& alike) { return alike.footprint == footprint; });
    if (kind == kinds.end()) kind = kinds.insert(kinds.end(), {footprint, {}});
    kind->things.push_back(thing);
  }
  return kinds;
}

/// So many things of a kind, next.
struct RowBlock {
  Alike* kind = nullptr;
  std::size_t things = 0;
  double gain = 0, added_ps = 0;

  /// More gain a picosecond; what takes no time comes before all else.
  bool beats(const RowBlock& o) const { return o.kind == nullptr || gain * o.added_ps > o.gain * added_ps; }
};

RowBlock best_block(std::vector<Alike>& kinds, const RowLoad& load, double open_ps) {
  RowBlock best;
  for (Alike& kind : kinds) {
    RowBlock block{&kind, 0, 0, 0};
    for (std::size_t i = kind.taken; i < kind.things.size(); ++i) {
      ++block.things;
      block.gain += kind.things[i].gain;
      block.added_ps = open_ps + load.added_ps(*kind.footprint, block.things);
      if (block.beats(best)) best = block;
    }
  }
  return best;
}

RowSequence block_by_block(const std::vector<RowThing>& things, const RowCosts& costs, int groups) {
  RowSequence sequence;
  RowLoad load(costs, things.front().layer, groups);
  std::vector<Alike> kinds = by_footprint(things, costs);
  while (sequence.things.size() < things.size()) {
    const RowBlock block = best_block(kinds, load, sequence.things.empty() ? costs.open_ps : 0);
    for (std::size_t i = 0; i < block.things; ++i) {
      sequence.things.push_back(block.kind->things[block.kind->taken++]);
      load.add(*block.kind->footprint);
      sequence.time_ps.push_back(load.time_ps());
    }
  }
  return sequence;
}

}  // namespace

SelectorKind swim_groups_selector() {
  return {"swim_groups",
          "as swim_rows, and a verify converts only the groups of the column mux that have cells left",
          {RankBasis::sensitivity, RankBasis::removed_variance, RankBasis::row_costs},
          [](const SelectionInput& input) { return gain_per_time(input, block_by_block); }};
}

}  // namespace swimsim
