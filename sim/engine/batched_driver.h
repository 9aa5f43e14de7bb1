#pragma once

#include "models/programming/chip_job.h"

namespace swimsim {

/// The driver without SystemC: loops over the same state machine, tile after tile, and adds up the times. Conductances, pulses and
/// energy are the bytes of the cycle driver always; simulated time too, since the tiles of a slot are a static list.
ChipDriver make_batched_driver();

}  // namespace swimsim
