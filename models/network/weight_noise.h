#pragma once

#include <cstdint>
#include <vector>

namespace swimsim {

/// Adds noise of a device to the weights of one layer: sigma * 0.57735 * range * N(0, 1) for each weight, SWIM's unit of eight one-bit
/// devices a weight (the authors' code; docs/training.md). `ranges` holds the largest weight that each scale of the layer reaches: one for
/// all, or one for each output channel. The draws are a function of (seed, step, layer, weight).
void add_weight_noise(double sigma, const std::vector<float>& ranges, std::uint64_t seed, std::uint32_t step, std::uint32_t layer,
                      std::vector<float>& weights);

}  // namespace swimsim
