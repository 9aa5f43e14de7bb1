#include "models/network/weight_noise.h"

#include <algorithm>
#include <numeric>

#include "models/common/random.h"

namespace swimsim {

void add_weight_noise(double sigma, const std::vector<float>& ranges, std::uint64_t seed, std::uint32_t step, std::uint32_t layer,
                      std::vector<float>& weights) {
  constexpr double kEightOneBitDevices = 0.57735;  // sqrt(sum of 4^-i, i = 1..8)
  constexpr std::size_t kPiece = 1024;
  const std::size_t part = weights.size() / ranges.size();
  std::uint32_t index[kPiece], cell[kPiece];
  float normal[kPiece];
  std::fill_n(cell, kPiece, pack_cell(layer, 0, 0));
  RowDraw draw;
  draw.seed = seed;
  draw.purpose = Purpose::training_noise;
  draw.event = step;
  for (std::size_t first = 0; first < weights.size(); first += kPiece) {
    const std::size_t count = std::min(kPiece, weights.size() - first);
    std::iota(index, index + count, static_cast<std::uint32_t>(first));
    fill_normals(draw, count, index, cell, normal);
    for (std::size_t i = 0; i < count; ++i) {
      const auto deviation = static_cast<float>(sigma * kEightOneBitDevices * ranges[(first + i) / part]);
      weights[first + i] += deviation * normal[i];
    }
  }
}

}  // namespace swimsim
