#pragma once

#include <vector>

#include "models/array/mapping.h"
#include "models/device/device.h"

namespace swimsim {

/// Collects the cells back into weights: w = scale * sum over arms and slices of cell_weight * (g - g_min) / (g_max - g_min).
class WeightRebuilder {
 public:
  /// `scale` is per layer, one or one per output channel: weight of one code unit.
  WeightRebuilder(const Mapping& mapping, const std::vector<std::vector<float>>& scale, double g_min_S, double g_max_S);

  /// Adds the cells of a tile, row by row over its used extent. Each tile once; cells of a weight may sit in several tiles.
  void add_tile(std::size_t tile, const std::vector<float>& g_S);

  /// Per layer [output][input].
  std::vector<std::vector<float>> weights() const;

 private:
  const Mapping* mapping_;
  std::vector<std::vector<float>> scale_;
  double g_min_S_, range_S_;
  std::vector<std::vector<double>> code_;
};

/// The weights that cells with these conductances hold, tile by tile.
std::vector<std::vector<float>> rebuilt_weights(const Mapping& mapping, const std::vector<std::vector<float>>& scale, const Device& device,
                                                const std::vector<std::vector<float>>& g_S);

}  // namespace swimsim
