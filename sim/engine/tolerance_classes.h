#pragma once

#include <cstdint>
#include <vector>

#include "models/array/mapping.h"
#include "models/programming/chip_job.h"
#include "models/selection/selector.h"

namespace swimsim {

/// The tolerance class of every slice of every weight, per layer [weight][slice]. A cell whose error costs as much as the chip's mean cell
/// (`score`, see worth_of_slices) may have `looseness` times the variance of class 0, any other in inverse proportion to its cost, and that
/// is never taken as less than a hundredth of the mean. What would have a window as wide as the range of conductances, of which class 0 has
/// the share `tolerance`, is never verified.
std::vector<std::vector<std::uint8_t>> tolerance_classes(const PerWeight& score, const Mapping& mapping, double looseness,
                                                         double tolerance);

/// Has the controllers verify every cell by its class, the scheme's tolerance being that of class 0, in one group and blindly those that
/// are never verified.
void ask_tolerances(const std::vector<std::vector<std::uint8_t>>& tolerance_class, double tolerance_S, ChipJob& job);

}  // namespace swimsim
