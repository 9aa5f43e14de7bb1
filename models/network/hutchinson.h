#pragma once

#include "models/network/second_derivative.h"

namespace swimsim {

struct HutchinsonOptions {
  Loss loss = Loss::cross_entropy;
  int probes = 16;
  /// Half width of the central difference, in max-normalised weights. Every weight moves by it at once. The difference errs by about
  /// step^2 times the third derivatives along the probe, and by the rounding of the float gradients over 2 step: with 1e-3 both stay
  /// near 1e-4 of the Hessian on networks of SWIM's size, far below the scatter of the probes (docs/selectors.md).
  double step = 1e-3;
  std::uint64_t seed = 1;
  int threads = 1;                                                    ///< changes no bit of the result
  std::function<void(std::size_t done, std::size_t total)> progress;  ///< images over all passes; called by the caller's thread
};

/// Stochastic estimate of the diagonal of the Hessian of the mean loss over images [first, first + count), by the per-layer
/// max-normalised weight: the mean over probes of v * (H v), v of independent signs (Hutchinson, Commun. Stat. 1989; Bekas, Kokiopoulou,
/// Saad, Appl. Numer. Math. 2007). Unbiased; the variance of entry i is sum_{j != i} H_ij^2 / probes. H v is the central difference of two
/// gradients; activations are not quantised, because a staircase has no curvature. Signs are drawn by (seed, layer, weight, probe).
/// Form and errors as for `second_derivative`; InputError too if there is no probe. Two gradient passes a probe.
std::vector<std::vector<double>> hutchinson_diagonal(const Network& network, const std::vector<std::vector<float>>& weights,
                                                     const ImageSet& images, const Normalization& normalization, std::size_t first,
                                                     std::size_t count, const HutchinsonOptions& options = {});

}  // namespace swimsim
