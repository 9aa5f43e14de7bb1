#pragma once

#include <vector>

#include "models/selection/selector.h"
#include "sim/engine/experiment.h"

namespace swimsim {

struct Preparation;

/// What the selectors of a workload rank by besides magnitude and sensitivity; empty where none of them needs it.
struct SelectionQuantities {
  PerWeight gradient, fisher, hutchinson, raw_magnitude, level_sigma, removed_variance;
  std::vector<std::vector<double>> slice_share;  ///< see SelectionInput
};

/// Whether slices of weights are ranked apart.
bool ranks_devices(const Workload& workload);

/// Whether a selector of the workload needs it.
bool needs(const Workload& workload, RankBasis quantity);

/// Whether a selector or the order of the mapping needs it.
bool needs_sensitivity(const Workload& workload);

/// Wants everything else of the preparation.
SelectionQuantities selection_quantities(const Workload& workload, const RunOptions& options, const Preparation& prepared,
                                         Progress& progress);

/// What selectors look at in one trial. Points into `prepared`.
SelectionInput selection_input(const Workload& workload, const Preparation& prepared, std::uint32_t trial);

/// How many things are ranked: weights, or at device granularity their slices.
std::int64_t ranked_things(const Workload& workload, const Mapping& mapping);

}  // namespace swimsim
