#pragma once

#include <cstdint>
#include <vector>

#include "models/array/mapping.h"
#include "models/programming/chip_job.h"
#include "models/selection/selector.h"

namespace swimsim {

/// What an error of a cell adds to the loss, for every slice of every weight, per layer [weight][slice]: `score`, of whole weights or
/// already of slices, times the square of what a cell of the slice weighs in the largest code.
PerWeight worth_of_slices(const PerWeight& score, const Mapping& mapping);

/// The worth class of every slice of every weight, per layer [weight][slice]: what its cells are worth over the most valuable slice of the
/// chip.
std::vector<std::vector<std::uint8_t>> worth_classes(const PerWeight& score, const Mapping& mapping);

/// Has the controllers write while it pays. A price of 1 asks of a full cycle of a row (a SET pulse and the verify of all groups of the
/// column mux) that it works on cells worth as much as the mean cell of the chip; of a shorter step in proportion.
void ask_a_price(const std::vector<std::vector<std::uint8_t>>& worth_class, double price, ChipJob& job);

}  // namespace swimsim
