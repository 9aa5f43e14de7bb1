#pragma once

#include <string>
#include <vector>

#include "sim/engine/preparation.h"
#include "sim/engine/results.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// For devices that are erased (FeFET): how long it takes to write and verify everything at both ends of the published wait from a pulse to
/// the read that verifies it, 1 us to 10 ms (recalled, reference/devices.md section 2e). The first trial alone, programmed anew by the
/// batched driver. Nothing for other devices.
struct WaitRange {
  std::vector<Statistic> statistics;
  std::string note;
};
WaitRange wait_range(const Workload& workload, const Preparation& prepared);

}  // namespace swimsim
