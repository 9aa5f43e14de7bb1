#pragma once

#include "models/programming/scheme.h"

namespace swimsim {

// One function a scheme file; the list that calls them is models/programming/scheme.cpp.
SchemeKind incremental_scheme();
SchemeKind counted_scheme();

}  // namespace swimsim
