#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/common/random.h"
#include "models/inference/tile_matrix.h"

namespace swimsim {

/// Most units that the noise of one column sum can reach; beyond, it is held there.
constexpr float kMostNoise = static_cast<float>(kSumLimit);

/// Who draws the noise of the columns of a tile: identities of random numbers without plane and event.
struct ColumnDraws {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0, layer = 0;
  std::uint32_t first_column = 0;  ///< see `ArrayLayer::draw_column`
};

/// Noise of one column sum in whole units: a standard normal times the root of the summed variance, which is a whole number of units.
inline std::int32_t noise_of(float normal, float variance, float noise_scale) {
  const float noise = normal * (std::sqrt(variance) * noise_scale);
  const float above = noise > -kMostNoise ? noise : -kMostNoise;
  return static_cast<std::int32_t>(std::nearbyint(above < kMostNoise ? above : kMostNoise));
}

/// Adds the read noise of one read of all columns of a tile to their sums: one draw a column, with the variance of all its cells. `event`
/// is image * positions + position, `plane` the index of the input plane.
void add_read_noise(const ColumnDraws& draws, std::uint32_t plane, std::uint32_t event, const std::int32_t* variances, float noise_scale,
                    std::size_t cols, std::int32_t* sums);

}  // namespace swimsim
