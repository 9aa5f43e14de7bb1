#include <algorithm>
#include <stdexcept>

#include "models/device/device.h"
#include "models/device/kernels/kernels.h"

namespace swimsim {

const std::vector<DeviceKernel>& device_kernels() {
  static const std::vector<DeviceKernel> kernels{
      swim_gaussian_kernel(),
      swim_pulse_kernel(),
      neurosim_kernel(),
      soft_bound_kernel(),
  };
  return kernels;
}

const DeviceKernel* find_kernel(std::string_view name) {
  for (const DeviceKernel& kernel : device_kernels()) {
    if (kernel.name == name) return &kernel;
  }
  return nullptr;
}

void Device::initialize(const CellRow& row) const { std::fill_n(row.g_S, row.columns, static_cast<float>(g_min_S())); }

void Device::read_sigmas_S(std::size_t cells, const float* g_S, float* sigma_S) const {
  for (std::size_t i = 0; i < cells; ++i) sigma_S[i] = read_sigma_S(g_S[i]);
}

std::uint32_t Device::cycles_needed(double) const { throw std::logic_error("this device counts no cycles"); }

void Device::counted_cycle(const CellRow&, const CountedCycles&) const { throw std::logic_error("this device counts no cycles"); }

}  // namespace swimsim
