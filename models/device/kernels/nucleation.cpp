#include "models/device/kernels/nucleation.h"

#include <cmath>

#include "models/common/fast_math.h"

namespace swimsim {

namespace {

/// How many sigma the fields reach below and above the mean: 8 of them then keep the share that has switched within 0.0013 RMS, 0.007 at
/// worst, over pulses and ramps of 1.8 to 5 V; far down, because disturb begins with the easiest domains.
constexpr double kReachDown = 3.2, kReachUp = 2.8;
/// Less than this has survived: nothing is left to switch.
constexpr float kNone = 1e-30f;

}  // namespace

Nucleation::Nucleation(const NucleationLaw& law) : law_(law) {
  const double lowest = std::pow(std::max(0.05 * law.ea_mean_V, law.ea_mean_V - kReachDown * law.sigma_ea_V), law.alpha);
  const double highest = std::pow(law.ea_mean_V + kReachUp * law.sigma_ea_V, law.alpha);
  double weight[kPoints], sum = 0;
  for (int point = 0; point < kPoints; ++point) {
    const double power = lowest + (highest - lowest) * point / (kPoints - 1), field_V = std::pow(power, 1 / law.alpha);
    const double z = (field_V - law.ea_mean_V) / law.sigma_ea_V;
    weight[point] = std::exp(-z * z / 2) * field_V / power;  // the normal's density in the power
    sum += weight[point];
  }
  for (int point = 0; point < kPoints; ++point) weight_[point] = static_cast<float>(weight[point] / sum);
  lowest_ = static_cast<float>(lowest);
  step_ = static_cast<float>((highest - lowest) / (kNodes - 1));
}

void Nucleation::start(const CellRow& row) const {
  DomainBatch batch;
  batch.size = 1;
  for (int which = 0; which < DomainBatch::kStates; ++which) {
    batch.state[which][0] = which == DomainBatch::kDirection || which >= DomainBatch::kShare ? 1.0f : 0.0f;
  }
  survivors(batch, batch.state[DomainBatch::kSurvival]);
  for (int which = 0; which < DomainBatch::kStates; ++which) std::fill_n(row.state[which], row.columns, batch.state[which][0]);
}

double Nucleation::switched_share(double volts, double width_s) const {
  double stay = 0;
  for (int point = 0; point < kPoints; ++point) {
    const double h = width_s / law_.tau_0_s * std::exp(-(lowest_ + 0.5 * step_ * point) / std::pow(volts, law_.alpha));
    stay += weight_[point] * std::exp(-h * h);
  }
  return 1 - stay;
}

void Nucleation::strike(const CellRow& row, const float* strength, DomainBatch& batch) const {
  batch.load(row);
  turn(batch);
  add_history(strength, batch);
  DomainBatch::Lanes after;
  survivors(batch, after);
  float* survival = batch.state[DomainBatch::kSurvival].data();
  for (std::size_t i = 0; i < batch.size; ++i) {
    const float before = survival[i], stay = after[i] < before ? after[i] / before : 1.0f;
    batch.chance[i] = before > kNone ? 1.0f - stay : 0.0f;
    survival[i] = after[i];
  }
}

/// Cells that were last pushed the other way: what has switched may switch back.
void Nucleation::turn(DomainBatch& batch) const {
  float* direction = batch.state[DomainBatch::kDirection].data();
  DomainBatch::Lanes turns;
  float any = 0;
  for (std::size_t i = 0; i < batch.size; ++i) {
    turns[i] = batch.sign[i] == direction[i] ? 0.0f : 1.0f;
    any += turns[i];
  }
  if (any == 0) return;
  for (int node = 0; node < kNodes; ++node) {
    float *h = batch.state[DomainBatch::kHistory + node].data(), *share = batch.state[DomainBatch::kShare + node].data();
    for (std::size_t i = 0; i < batch.size; ++i) {
      const float other = 1.0f - share[i] * exp_clipped(-h[i] * h[i]);
      share[i] = turns[i] > 0 ? other : share[i];
      h[i] = turns[i] > 0 ? 0.0f : h[i];
    }
  }
  std::copy_n(batch.sign.begin(), batch.size, direction);
  survivors(batch, batch.state[DomainBatch::kSurvival]);
}

void Nucleation::add_history(const float* strength, DomainBatch& batch) const {
  const float alpha = static_cast<float>(law_.alpha), per_tau = static_cast<float>(1 / law_.tau_0_s);
  const float lowest = lowest_, step = step_;
  DomainBatch::Lanes rate, ratio;
  for (std::size_t i = 0; i < batch.size; ++i) {
    const float inverse = exp_clipped(strength[batch.first + i] - alpha * log_clipped(batch.volts[i]));  // (factor / V)^alpha
    rate[i] = batch.width_s[i] * per_tau * exp_clipped(-lowest * inverse);
    ratio[i] = exp_clipped(-step * inverse);
  }
  for (int node = 0; node < kNodes; ++node) {
    float* h = batch.state[DomainBatch::kHistory + node].data();
    for (std::size_t i = 0; i < batch.size; ++i) {
      h[i] += rate[i];
      rate[i] *= ratio[i];
    }
  }
}

/// The mean over the fields of share exp(-h^2). Between two fields ln h is linear, so that h^2 is the product of the neighbours.
void Nucleation::survivors(const DomainBatch& batch, DomainBatch::Lanes& mean) const {
  for (int node = 0; node < kNodes; ++node) {
    const float *h = batch.state[DomainBatch::kHistory + node].data(), *share = batch.state[DomainBatch::kShare + node].data();
    const float here = weight_[2 * node];
    if (node == 0) {
      for (std::size_t i = 0; i < batch.size; ++i) mean[i] = here * share[i] * exp_clipped(-h[i] * h[i]);
      continue;
    }
    const float *h_below = batch.state[DomainBatch::kHistory + node - 1].data(),
                *share_below = batch.state[DomainBatch::kShare + node - 1].data();
    const float between = 0.5f * weight_[2 * node - 1];
    for (std::size_t i = 0; i < batch.size; ++i) {
      mean[i] += between * (share_below[i] + share[i]) * exp_clipped(-h_below[i] * h[i]) + here * share[i] * exp_clipped(-h[i] * h[i]);
    }
  }
}

}  // namespace swimsim
