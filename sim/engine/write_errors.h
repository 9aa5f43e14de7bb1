#pragma once

#include <vector>

#include "sim/engine/preparation.h"

namespace swimsim {

/// Error of a cell, as a fraction of g_max - g_min.
struct WriteError {
  double mean = 0, variance = 0;
};

/// What a cell's error is before and after write-verify, by the digit that it holds.
struct SliceErrors {
  std::vector<WriteError> unverified, verified;
};

using LayerErrors = std::vector<SliceErrors>;  ///< by slice

/// By layer. From the kernel where it knows them in closed form and the blind write is the plain one; otherwise measured: a pilot chip of
/// all codes is programmed through the same state machine, once blind and once verified, with draws that no trial uses. It holds about
/// 500 weights a level; a measured variance errs by about 6 %.
std::vector<LayerErrors> write_errors(const Workload& workload, const Preparation& prepared);

}  // namespace swimsim
