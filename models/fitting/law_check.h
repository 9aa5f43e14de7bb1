#pragma once

#include "models/fitting/response_fit.h"

namespace swimsim {

/// Whether the errors of single steps hang on where the cell stood, or on the error before. If the kernel's law is that of the data, they
/// do not.
struct LawCheck {
  double systematic_share = 0;  ///< of the errors' variance, beyond what chance makes of it
  bool fails = false;
};
LawCheck check_law(const ResponseFit& fit, const MeasuredPulses& data);

}  // namespace swimsim
