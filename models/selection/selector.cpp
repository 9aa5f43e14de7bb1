#include "models/selection/selector.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/selection/selectors/selectors.h"

namespace swimsim {

const std::vector<SelectorKind>& selector_kinds() {
  static const std::vector<SelectorKind> kinds{
      swim_selector(), magnitude_selector(), random_selector(), all_selector(), none_selector(),
  };
  return kinds;
}

const SelectorKind* find_selector(std::string_view name) {
  for (const SelectorKind& kind : selector_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::vector<std::vector<double>> zero_scores(const SelectionInput& input) {
  std::vector<std::vector<double>> scores;
  for (const auto& layer : *input.magnitude) scores.emplace_back(layer.size(), 0.0);
  return scores;
}

Ranking rank_weights(const SelectorKind& selector, const SelectionInput& input) {
  Ranking ranking;
  ranking.score = selector.score(input);

  struct Candidate {
    double score;
    double magnitude;
    std::uint32_t layer;
    std::int64_t index;
  };
  std::vector<Candidate> candidates;
  for (std::size_t layer = 0; layer < ranking.score.size(); ++layer) {
    for (std::size_t i = 0; i < ranking.score[layer].size(); ++i) {
      const double score = ranking.score[layer][i];
      if (!std::isfinite(score)) throw std::logic_error("selector: a score is not finite");
      candidates.push_back({score, (*input.magnitude)[layer][i], static_cast<std::uint32_t>(layer), static_cast<std::int64_t>(i)});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.magnitude != b.magnitude) return a.magnitude > b.magnitude;
    if (a.layer != b.layer) return a.layer < b.layer;
    return a.index < b.index;
  });

  for (const auto& layer : ranking.score) ranking.rank.emplace_back(layer.size());
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    ranking.rank[candidates[rank].layer][candidates[rank].index] = static_cast<std::int64_t>(rank);
  }
  return ranking;
}

std::int64_t selected_count(double fraction, std::int64_t weights) {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(fraction * static_cast<double>(weights) + 0.5)), 0, weights);
}

}  // namespace swimsim
