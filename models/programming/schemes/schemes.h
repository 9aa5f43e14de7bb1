#pragma once

#include "models/programming/scheme.h"

namespace swimsim {

// One function a scheme file; the list that calls them is models/programming/scheme.cpp.
SchemeKind incremental_scheme();
SchemeKind counted_scheme();
SchemeKind fixed_scheme();
SchemeKind ispp_scheme();
SchemeKind set_reset_scheme();
SchemeKind reset_on_overshoot_scheme();
SchemeKind incremental_width_scheme();
SchemeKind two_step_scheme();
SchemeKind predictive_scheme();
SchemeKind erase_then_program_scheme();

}  // namespace swimsim
