#include <algorithm>
#include <stdexcept>

#include "models/device/device.h"
#include "models/device/kernels/kernels.h"

namespace swimsim {

const std::vector<DeviceKernel>& device_kernels() {
  static const std::vector<DeviceKernel> kernels{
      swim_gaussian_kernel(), swim_pulse_kernel(), neurosim_kernel(), soft_bound_kernel(), fefet_nls_kernel(),
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

void Device::pulse_energy_J(const CellRow& row, const float* before_S, const float* amplitude_V, double width_s, double* energy_J) const {
  for (std::size_t i = 0; i < row.columns; ++i) {
    energy_J[i] = row.active[i] ? resistor_energy(amplitude_V[i], before_S[i], row.g_S[i], 0.5 * width_s) : 0;
  }
}

void Device::erase(const CellRow&, const float*) const { throw std::logic_error("this device is not erased"); }

double Device::disturb_dose(int, double) const { return 0; }

void Device::disturb(const CellRow&, const float*, const float*) const {}

void Device::apparent_S(const CellRow& row, double, float* seen_S) const { std::copy_n(row.g_S, row.columns, seen_S); }

std::uint32_t Device::cycles_needed(double) const { throw std::logic_error("this device counts no cycles"); }

void Device::counted_cycle(const CellRow&, const CountedCycles&) const { throw std::logic_error("this device counts no cycles"); }

}  // namespace swimsim
