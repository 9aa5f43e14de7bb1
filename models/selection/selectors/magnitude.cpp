// magnitude: large weights first, each relative to the largest of its layer (the baseline of Yan, Hu, Shi, DAC 2022).

#include <cmath>
#include <cstdlib>

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind magnitude_selector() {
  return {"magnitude", "magnitude relative to the layer's largest weight", false, false, [](const SelectionInput& input) {
            std::vector<std::vector<double>> scores = zero_scores(input);
            for (std::size_t layer = 0; layer < scores.size(); ++layer) {
              for (std::size_t i = 0; i < scores[layer].size(); ++i) scores[layer][i] = std::abs((*input.codes)[layer][i]);
            }
            return scores;
          }};
}

}  // namespace swimsim
