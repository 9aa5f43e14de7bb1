#pragma once

#include "models/device/device.h"

namespace swimsim {

// One function a kernel file; the list that calls them is models/device/kernels.cpp.
DeviceKernel swim_gaussian_kernel();
DeviceKernel swim_pulse_kernel();
DeviceKernel neurosim_kernel();
DeviceKernel soft_bound_kernel();
DeviceKernel fefet_nls_kernel();

}  // namespace swimsim
