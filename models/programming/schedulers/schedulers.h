#pragma once

#include "models/programming/scheduler.h"

namespace swimsim {

// One function a scheduler file; the list that calls them is models/programming/scheduler.cpp.
SchedulerKind tile_after_tile_scheduler();
SchedulerKind round_robin_scheduler();
SchedulerKind longest_first_scheduler();
SchedulerKind row_packed_scheduler();

/// The tiles with most work first, each to the list that has least (Graham, SIAM J. Appl. Math. 1969: at most 4/3 of the best).
std::vector<std::vector<TileWork>> deal_longest_first(const std::vector<TileWork>& work, std::size_t slots);

}  // namespace swimsim
