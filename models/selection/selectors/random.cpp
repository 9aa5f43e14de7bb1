// random: weights (or devices) in an order drawn anew in every trial (the baseline of Yan, Hu, Shi, DAC 2022).

#include "models/common/random.h"
#include "models/selection/selectors/selectors.h"

namespace swimsim {

namespace {

PerWeight random_scores(const SelectionInput& input) {
  PerWeight scores;
  DrawId id;
  id.seed = input.seed;
  id.trial = input.trial;
  id.purpose = Purpose::random_selector;
  for (std::size_t layer = 0; layer < input.magnitude->size(); ++layer) {
    const std::size_t slices = input.slices(layer);
    id.layer = static_cast<std::uint32_t>(layer);
    scores.emplace_back((*input.magnitude)[layer].size() * slices);
    for (std::size_t i = 0; i < scores[layer].size(); ++i) {
      id.weight = static_cast<std::uint32_t>(i / slices);
      id.slice = static_cast<std::uint32_t>(i % slices);
      scores[layer][i] = random_uniform(id);
    }
  }
  return scores;
}

}  // namespace

SelectorKind random_selector() { return {"random", "random order, drawn anew in every trial", {}, random_scores, true}; }

}  // namespace swimsim
