// uswim_linear: second derivative times f, f the scatter of an unverified write at the weight's level over that of the widest level:
// the metric "HSM" of the authors' code (Yan, Hu, Shi, "U-SWIM"; reference formula in docs/selectors.md).

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind uswim_linear_selector() {
  return {"uswim_linear",
          "second derivative times the scatter of the weight's level (U-SWIM)",
          {RankBasis::sensitivity, RankBasis::level_sigma},
          [](const SelectionInput& input) {
            PerWeight scores = sizes_of(*input.sensitivity);
            for (std::size_t layer = 0; layer < scores.size(); ++layer) {
              for (std::size_t i = 0; i < scores[layer].size(); ++i) {
                const double sigma = (*input.level_sigma)[layer][i];
                scores[layer][i] *= sigma;
              }
            }
            return scores;
          }};
}

}  // namespace swimsim
