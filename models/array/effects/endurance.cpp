// Endurance: log-normal budgets of pulses, each pulse weighted by exp((V - V_nominal) / V_E), V_E of 0.1 V to 0.2 V recalled. Published
// ranges: ReRAM 1e4 to 1e9 cycles, FeFET 1e4 to 1e11 (NVMExplorer's survey). A budget belongs to the place on the chip.

#include "models/array/effects/endurance.h"

#include <algorithm>

#include "models/common/fast_math.h"

namespace swimsim {

Endurance::Endurance(const EffectParameters::Endurance& parameters, const EffectTile& tile, StuckCells& stuck)
    : parameters_(parameters), g_max_S_(tile.device->g_max_S()) {
  const std::size_t cells = static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.cols);
  taken_.assign(cells, parameters.pulses_before);
  budget_.resize(cells);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const float z = random_normal(tile.of_place(Purpose::endurance_budget, cell));
    budget_[cell] = parameters.median * static_cast<double>(exp_clipped(static_cast<float>(parameters.sigma_ln) * z));
    check(cell, stuck);
  }
}

double Endurance::wear_of(float amplitude_V) const {
  if (parameters_.stress_V == 0) return 1;
  return static_cast<double>(
      exp_clipped(static_cast<float>((static_cast<double>(amplitude_V) - parameters_.nominal_V) / parameters_.stress_V)));
}

void Endurance::check(std::size_t cell, StuckCells& stuck) const {
  if (taken_[cell] > budget_[cell] && !stuck.is_stuck(cell)) stuck.stick(cell, g_max_S_);
}

void Endurance::wear(const OpenRow& open, const std::uint8_t* on, const float* amplitude_V, StuckCells& stuck) {
  for (std::size_t i = 0; i < open.count(); ++i) {
    if (!on[i]) continue;
    taken_[open.cell(i)] += wear_of(amplitude_V[i]);
    check(open.cell(i), stuck);
  }
}

double Endurance::used() const { return taken_.empty() ? 0 : *std::max_element(taken_.begin(), taken_.end()) / parameters_.median; }

}  // namespace swimsim
