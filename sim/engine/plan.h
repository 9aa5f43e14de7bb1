#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/preparation.h"
#include "sim/engine/programming_run.h"

namespace swimsim {

/// A line of programming.csv: what one selector verifies.
struct SelectionPoint {
  std::string selector;
  double fraction = 0;            ///< where a price is given: known after the programming, here 0
  std::optional<double> price{};  ///< of a selector that writes while it pays: of time; of one that loosens tolerances: its looseness
};

/// One programming of one trial. Points that verify the same weights (nothing, everything) share one.
struct PlannedProgramming {
  std::uint32_t trial = 0;
  std::size_t selector = 0;   ///< index in the workload's list
  std::int64_t selected = 0;  ///< weights verified, or devices at that granularity
  bool budget_loop = false;
  double price = 0;          ///< above 0: everything is verified while it pays
  double in_situ_share = 0;  ///< above 0: nothing is verified, training in the cells until this share of the pulses of `all` is used
  double looseness = 0;      ///< above 0: everything is verified, each cell to its own tolerance
};

/// All programmings of a run, trial by trial, and which of them each point takes its figures from.
struct Plan {
  std::vector<SelectionPoint> points;
  std::vector<PlannedProgramming> programmings;
  std::size_t per_trial = 0;                ///< programmings of trial t are [t * per_trial, (t + 1) * per_trial)
  std::vector<std::size_t> programming_of;  ///< per point: offset within its trial
  std::size_t none = 0, all = 0;            ///< offsets of the two ends
  std::vector<std::size_t> loop_of;         ///< offsets of SWIM's loops; empty without
  std::vector<std::string> loop_selectors;  ///< whose loops they are
};

/// Whether the cells of the first trial's chips go into the results.
bool keeps_cells(const Workload& workload, std::int64_t cells);

/// `things` is how many are ranked: weights, or devices at that granularity.
Plan make_plan(const Workload& workload, std::int64_t things);

}  // namespace swimsim
