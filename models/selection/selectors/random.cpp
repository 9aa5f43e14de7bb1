// random: weights in an order drawn anew in every trial (the baseline of Yan, Hu, Shi, DAC 2022).

#include "models/common/random.h"
#include "models/selection/selectors/selectors.h"

namespace swimsim {

SelectorKind random_selector() {
  return {"random", "random order, drawn anew in every trial", false, true, [](const SelectionInput& input) {
            std::vector<std::vector<double>> scores = zero_scores(input);
            for (std::size_t layer = 0; layer < scores.size(); ++layer) {
              for (std::size_t i = 0; i < scores[layer].size(); ++i) {
                DrawId id;
                id.seed = input.seed;
                id.trial = input.trial;
                id.purpose = Purpose::random_selector;
                id.layer = static_cast<std::uint32_t>(layer);
                id.weight = static_cast<std::uint32_t>(i);
                scores[layer][i] = random_uniform(id);
              }
            }
            return scores;
          }};
}

}  // namespace swimsim
