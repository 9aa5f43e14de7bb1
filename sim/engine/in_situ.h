#pragma once

#include "sim/engine/programming_run.h"

namespace swimsim {

/// In-situ training, the competitor of write-verify in the SWIM paper, as docs/selectors.md specifies it: a blind write of everything, then
/// steps of gradient descent on the weights as the cells hold them, each of which gives the cells whose digit changes one unverified write,
/// until `share` of the pulses is used that verifying everything takes in the same trial, or `selection.in_situ.max_updates` is reached.
/// The master copy of the weights is digital and free; so are the passes over the images. Runs without SystemC under either driver.
ProgrammingOutcome run_in_situ(const Workload& workload, const Preparation& prepared, std::uint32_t trial, double share, bool keep_cells);

}  // namespace swimsim
