// swim: the second derivative of the loss by the max-normalised weight, one forward and one backward pass (Yan, Hu, Shi, DAC 2022).

#include <cmath>

#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind swim_selector() {
  return {"swim", "second derivative of the loss (SWIM)", true, false, [](const SelectionInput& input) {
            std::vector<std::vector<double>> scores = *input.sensitivity;
            for (auto& layer : scores) {
              for (double& score : layer) score = std::fabs(score);
            }
            return scores;
          }};
}

}  // namespace swimsim
