#include "models/array/cell_effects.h"

#include <cmath>

#include "models/common/fast_math.h"

namespace swimsim {

CellEffects::CellEffects(const EffectParameters& parameters, const EffectTile& tile, CellColumns& cells)
    : parameters_(parameters), tile_(tile), stuck_(tile, parameters.p_stuck_lrs, parameters.p_stuck_hrs) {
  if (parameters.rtn.share > 0) telegraph_.emplace(parameters.rtn, tile, cells);
  if (parameters.endurance.median > 0) endurance_.emplace(parameters.endurance, tile, stuck_);
  if (parameters.disturb != "off") disturb_.emplace(parameters.disturb == "half" ? HalfSelect::Bias::half : HalfSelect::Bias::third, tile);
  stuck_.pin(0, cells.g_S.size(), cells.g_S.data());
}

void CellEffects::before_open(CellColumns& cells, int row) {
  if (!disturb_) return;
  disturb_->settle(cells, row);
  const auto columns = static_cast<std::size_t>(tile_.cols), first = static_cast<std::size_t>(row) * columns;
  stuck_.pin(first, columns, &cells.g_S[first]);
}

void CellEffects::after_write(OpenRow& open, const RowWrite& write) {
  if (endurance_) endurance_->wear(open, write.on, write.amplitude_V, stuck_);
  stuck_.pin(open, open.cells().g_S.data());
  if (disturb_ && write.polarity != 0)
    disturb_->add(open, write.polarity, write.on, write.amplitude_V, write.relative_width, write.width_s / tile_.device->pulse_width_s());
}

void CellEffects::alter_reading(const OpenRow& open, const std::uint8_t* active, std::int64_t now_ps, float* seen_S) {
  if (telegraph_) telegraph_->read(open, active, now_ps, stuck_, seen_S);
  stuck_.pin(open, seen_S);
}

void CellEffects::widen_read_noise(std::size_t cells, const float* g_S, float* sigma_S) const {
  const float share = static_cast<float>(parameters_.read_noise);
  if (share == 0) return;
  for (std::size_t i = 0; i < cells; ++i) sigma_S[i] = std::sqrt(sigma_S[i] * sigma_S[i] + share * share * (g_S[i] * g_S[i]));
}

std::vector<float> CellEffects::settled_S(const CellColumns& cells) const {
  if (!disturb_) return cells.g_S;
  CellColumns copy = cells;
  disturb_->settle_copy(copy);
  return copy.g_S;
}

void CellEffects::drift(const CellColumns& cells, std::vector<float>& g_S) const {
  const EffectParameters::Drift& d = parameters_.drift;
  if (!(d.time_s > d.t0_s)) return;
  const float efolds = log_clipped(static_cast<float>(d.time_s / d.t0_s)), nu = static_cast<float>(d.nu),
              sigma = static_cast<float>(d.sigma);
  std::vector<float> z(g_S.size());
  fill_normals({tile_.seed, tile_.trial, Purpose::drift_exponent, 0}, z.size(), cells.weight_id.data(), cells.cell_id.data(), z.data());
  for (std::size_t i = 0; i < g_S.size(); ++i) g_S[i] *= exp_clipped(-(nu + sigma * z[i]) * efolds);
}

void CellEffects::age(const CellColumns& cells, std::vector<float>& g_S) const {
  drift(cells, g_S);
  if (telegraph_) telegraph_->read_long_after(cells, g_S);
  stuck_.pin(0, g_S.size(), g_S.data());
}

}  // namespace swimsim
