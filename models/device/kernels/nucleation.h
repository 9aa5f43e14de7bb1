#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "models/device/device.h"

namespace swimsim {

/// Figures of nucleation-limited switching: a domain of field Ea has switched with 1 - exp(-h^2) after h = sum t / tau(Ea, V),
/// tau = tau_0 exp((Ea / V)^alpha), and Ea is normal over the domains.
struct NucleationLaw {
  double tau_0_s = 0, alpha = 0, ea_mean_V = 0, sigma_ea_V = 0;
};

/// Some columns of a row, copied out of it, and what is applied to them.
struct DomainBatch {
  /// Fields at which a cell carries its history.
  static constexpr int kNodes = 8;
  /// What the floats of a cell's state mean.
  static constexpr int kSwitched = 0;        ///< number of domains on the programmed side; a fraction after a disturb, which has no noise
  static constexpr int kDirection = 1;       ///< +1 or -1: polarity of the last pulse
  static constexpr int kSurvival = 2;        ///< mean over the domains of share exp(-h^2)
  static constexpr int kHistory = 3;         ///< h at each field since the direction began
  static constexpr int kShare = 3 + kNodes;  ///< which share of the domains of each field could switch when the direction began
  static constexpr int kStates = 3 + 2 * kNodes;
  static_assert(kStates <= kMaxStates);

  static constexpr std::size_t kLanes = 64;
  using Lanes = std::array<float, kLanes>;

  std::size_t first = 0, size = 0;  ///< which columns
  Lanes volts, width_s, sign;       ///< magnitude; +1 program, -1 erase
  Lanes chance;                     ///< out: of a domain that can switch, to do so
  std::array<Lanes, kStates> state;

  void load(const CellRow& row) {
    for (int which = 0; which < kStates; ++which) std::copy_n(row.state[which] + first, size, state[which].begin());
  }
  /// Puts back the columns whose `kept` is above 0.
  void store(const CellRow& row, const Lanes& kept) const {
    const float* __restrict keep = kept.data();
    for (int which = 0; which < kStates; ++which) {
      float* __restrict to = row.state[which] + first;
      const float* __restrict from = state[which].data();
      for (std::size_t i = 0; i < size; ++i) to[i] = keep[i] > 0 ? from[i] : to[i];
    }
  }
};

/// The distribution of a cell's domains over their fields, and what pulses of any sequence do to it. Domains are independent: given the
/// pulses, of those that can still switch a pulse switches a binomial number, each with `chance`. Carries h at a few fields; in between
/// ln h is interpolated, exact for pulses of one amplitude. A pulse of the other polarity starts a new history, h = 0, for the domains that
/// the old polarity has left on its side, field by field.
class Nucleation {
 public:
  explicit Nucleation(const NucleationLaw& law);

  /// State of erased cells.
  void start(const CellRow& row) const;
  /// Mean share of an erased device's domains that one pulse switches.
  double switched_share(double volts, double width_s) const;
  /// Loads the batch's columns and applies its pulses: all of the state but the number of switched domains, and `chance`.
  /// `strength` is ln of a device's factor on its fields, times alpha.
  void strike(const CellRow& row, const float* strength, DomainBatch& batch) const;

 private:
  static constexpr int kNodes = DomainBatch::kNodes, kPoints = 2 * kNodes - 1;  ///< points of the mean: the fields and the middles

  void turn(DomainBatch& batch) const;
  void add_history(const float* strength, DomainBatch& batch) const;
  void survivors(const DomainBatch& batch, DomainBatch::Lanes& mean) const;

  NucleationLaw law_;
  float weight_[kPoints];
  float lowest_, step_;  ///< alpha-th powers of the fields: evenly spaced, so that their rates are a geometric series
};

}  // namespace swimsim
