// uswim: the loss that verifying is expected to save. With independent errors E[dL] = 1/2 sum h E[error^2], so a weight is worth its
// second derivative times the mean squared error that verifying removes from its cells at their levels (after Yan, Hu, Shi, "U-SWIM").

#include "models/selection/selectors/selectors.h"

namespace swimsim {

PerWeight removed_loss(const SelectionInput& input) {
  PerWeight scores = *input.removed_variance;
  for (std::size_t layer = 0; layer < scores.size(); ++layer) {
    const std::vector<double> sensitivity = sizes_of({(*input.sensitivity)[layer]}).front();
    const std::size_t slices = input.slices(layer);
    for (std::size_t i = 0; i < scores[layer].size(); ++i) scores[layer][i] *= sensitivity[i / slices];
  }
  return scores;
}

SelectorKind uswim_selector() {
  return {"uswim",
          "second derivative times the squared error that verifying removes from the cells (after U-SWIM)",
          {RankBasis::sensitivity, RankBasis::removed_variance},
          removed_loss};
}

}  // namespace swimsim
