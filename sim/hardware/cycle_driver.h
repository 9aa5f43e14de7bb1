#pragma once

#include "models/programming/chip_job.h"

namespace swimsim {

/// The driver that is the SystemC chip. One process carries one simulation: call it once a process (fork before).
/// Throws ResourceError when the trace cannot be written.
ChipDriver make_cycle_driver();

}  // namespace swimsim
