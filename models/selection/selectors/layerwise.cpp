// layerwise: whole layers, that of the largest mean second derivative a weight first; within a layer by second derivative. What a
// controller can do that has one switch a layer.
// Score: number of layers that come after this one, and half of |S| / max|S| of the layer (times the share of the slice).

#include <algorithm>
#include <numeric>

#include "models/selection/selectors/selectors.h"

namespace swimsim {

namespace {

double mean_of(const std::vector<double>& values) {
  return values.empty() ? 0.0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

PerWeight layer_by_layer(const SelectionInput& input) {
  const PerWeight sensitivity = sizes_of(*input.sensitivity);
  PerWeight scores;
  std::vector<double> mean;
  for (const std::vector<double>& layer : sensitivity) mean.push_back(mean_of(layer));
  for (std::size_t layer = 0; layer < sensitivity.size(); ++layer) {
    std::size_t after = 0;
    for (std::size_t other = 0; other < mean.size(); ++other)
      after += mean[other] < mean[layer] || (mean[other] == mean[layer] && other > layer);
    const std::size_t slices = input.slices(layer);
    const double largest = sensitivity[layer].empty() ? 0.0 : *std::max_element(sensitivity[layer].begin(), sensitivity[layer].end());
    scores.emplace_back(sensitivity[layer].size() * slices);
    for (std::size_t i = 0; i < scores[layer].size(); ++i) {
      const double share = slices == 1 ? 1.0 : (*input.slice_share)[layer][i % slices];
      const double within = largest > 0 ? sensitivity[layer][i / slices] / largest : 0.0;
      scores[layer][i] = static_cast<double>(after) + 0.5 * within * share;
    }
  }
  return scores;
}

}  // namespace

SelectorKind layerwise_selector() {
  return {"layerwise",
          "whole layers by their mean second derivative, within a layer by second derivative",
          {RankBasis::sensitivity},
          layer_by_layer};
}

}  // namespace swimsim
