// Random telegraph noise: a two-level trap a cell. Its amplitude is log-normal and falls with the conductance (after Veksler et al.,
// 2012 and 2013); the figures that EffectParameters starts from, and the log-uniform times, are recalled.

#include "models/array/effects/telegraph_noise.h"

#include <algorithm>
#include <cmath>

#include "models/common/fast_math.h"
#include "models/common/normal.h"

namespace swimsim {

namespace {

constexpr std::uint32_t kLongAfter = ~std::uint32_t{0};  ///< number of the read that nothing precedes

float uniform_of(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1.0p-24f; }

}  // namespace

TelegraphNoise::TelegraphNoise(const EffectParameters::Telegraph& parameters, const EffectTile& tile, const CellColumns& cells)
    : tile_(tile),
      log_g_max_(log_clipped(static_cast<float>(tile.device->g_max_S()))),
      log_amplitude_lrs_(log_clipped(static_cast<float>(parameters.amplitude_lrs))),
      log_amplitude_slope_((log_clipped(static_cast<float>(parameters.amplitude_hrs)) - log_amplitude_lrs_) /
                           (log_g_max_ - log_clipped(static_cast<float>(tile.device->g_min_S())))),
      trap_of_cell_(cells.g_S.size(), kNone) {
  for (std::size_t cell = 0; cell < trap_of_cell_.size(); ++cell) {
    const DrawId id = tile_.of_weight(Purpose::telegraph_trap, cells.weight_id[cell], cells.cell_id[cell], 0);
    if (!(random_uniform(id) < parameters.share)) continue;
    trap_of_cell_[cell] = static_cast<std::int32_t>(traps_.size());
    traps_.push_back(make_trap(parameters, cells.weight_id[cell], cells.cell_id[cell]));
  }
}

TelegraphNoise::Trap TelegraphNoise::make_trap(const EffectParameters::Telegraph& parameters, std::uint32_t weight_id,
                                               std::uint32_t cell_id) const {
  const Block block = random_block(tile_.of_weight(Purpose::telegraph_trap, weight_id, cell_id, 1));
  const float shortest = log_clipped(static_cast<float>(parameters.tau_min_s)),
              longest = log_clipped(static_cast<float>(parameters.tau_max_s));
  const float capture_per_s = exp_clipped(-(shortest + uniform_of(block.word[0]) * (longest - shortest)));
  const float emission_per_s = exp_clipped(-(shortest + uniform_of(block.word[1]) * (longest - shortest)));
  Trap trap;
  trap.rate_per_s = capture_per_s + emission_per_s;
  trap.full = capture_per_s / trap.rate_per_s;
  trap.log_scale = static_cast<float>(parameters.sigma_ln) * normal_from_words(block.word[2], block.word[3]);
  return trap;
}

/// What is left of the conductance while the trap is full.
float TelegraphNoise::without_charge(const Trap& trap, float g_S) const {
  const float below = std::max(0.0f, log_g_max_ - log_clipped(g_S));
  const float amplitude = exp_clipped(log_amplitude_lrs_ + log_amplitude_slope_ * below + trap.log_scale);
  return g_S * (1.0f - std::min(amplitude, 1.0f));
}

void TelegraphNoise::read(const OpenRow& open, const std::uint8_t* active, std::int64_t now_ps, const StuckCells& stuck, float* seen_S) {
  for (std::size_t i = 0; i < open.count(); ++i) {
    const std::int32_t which = trap_of_cell_[open.cell(i)];
    if (which == kNone || !active[i] || stuck.is_stuck(open.cell(i))) continue;
    Trap& trap = traps_[static_cast<std::size_t>(which)];
    const float seconds = static_cast<float>(now_ps - trap.last_ps) * 1e-12f;
    const float memory = trap.reads == 0 ? 0.0f : exp_clipped(-seconds * trap.rate_per_s);
    const float chance = trap.full + ((trap.is_full ? 1.0f : 0.0f) - trap.full) * memory;
    const DrawId id = tile_.of_weight(Purpose::telegraph_state, open.cells().weight_id[i], open.cells().cell_id[i], trap.reads++);
    trap.is_full = uniform_of(random_block(id).word[0]) < chance;
    trap.last_ps = now_ps;
    if (trap.is_full) seen_S[i] = without_charge(trap, seen_S[i]);
  }
}

void TelegraphNoise::read_long_after(const CellColumns& cells, std::vector<float>& seen_S) const {
  for (std::size_t cell = 0; cell < seen_S.size(); ++cell) {
    if (trap_of_cell_[cell] == kNone) continue;
    const Trap& trap = traps_[static_cast<std::size_t>(trap_of_cell_[cell])];
    const DrawId id = tile_.of_weight(Purpose::telegraph_state, cells.weight_id[cell], cells.cell_id[cell], kLongAfter);
    if (uniform_of(random_block(id).word[0]) < trap.full) seen_S[cell] = without_charge(trap, seen_S[cell]);
  }
}

}  // namespace swimsim
