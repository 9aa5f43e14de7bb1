#include "models/selection/selector.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/selection/selectors/selectors.h"

namespace swimsim {

namespace {

/// Scores of weights become scores of their slices.
void spread_over_slices(const SelectionInput& input, PerWeight& scores) {
  for (std::size_t layer = 0; layer < scores.size(); ++layer) {
    const std::size_t slices = input.slices(layer), weights = (*input.magnitude)[layer].size();
    if (slices == 1 || scores[layer].size() == weights * slices) continue;
    std::vector<double> spread;
    spread.reserve(weights * slices);
    for (const double score : scores[layer]) {
      // Where a score is negative (hutchinson) a slice of less weight is to come later all the same.
      for (const double share : (*input.slice_share)[layer]) spread.push_back(score >= 0 ? score * share : score / share);
    }
    scores[layer] = std::move(spread);
  }
}

}  // namespace

// docs/results/hardware.md says why.
const std::string_view kBestSelector = "swim_rows";

const std::vector<SelectorKind>& selector_kinds() {
  static const std::vector<SelectorKind> kinds{
      swim_selector(),           uswim_selector(),    uswim_linear_selector(), uswim_squared_selector(), hutchinson_selector(),
      fisher_selector(),         gradient_selector(), magnitude_selector(),    magnitude_raw_selector(), layerwise_selector(),
      random_selector(),         in_situ_selector(),  swim_pays_selector(),    swim_rows_selector(),     swim_groups_selector(),
      swim_tolerance_selector(), all_selector(),      none_selector(),
  };
  return kinds;
}

const SelectorKind* find_selector(std::string_view name) {
  for (const SelectorKind& kind : selector_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

bool needs(const SelectorKind& selector, RankBasis quantity) {
  return std::find(selector.needs.begin(), selector.needs.end(), quantity) != selector.needs.end();
}

PerWeight zero_scores(const SelectionInput& input) {
  PerWeight scores;
  for (const auto& layer : *input.magnitude) scores.emplace_back(layer.size(), 0.0);
  return scores;
}

PerWeight sizes_of(const PerWeight& values) {
  PerWeight sizes = values;
  for (auto& layer : sizes) {
    for (double& value : layer) value = std::fabs(value);
  }
  return sizes;
}

PerWeight sensitivity_times_sigma(const SelectionInput& input, int power) {
  PerWeight scores = sizes_of(*input.sensitivity);
  for (std::size_t layer = 0; layer < scores.size(); ++layer) {
    for (std::size_t i = 0; i < scores[layer].size(); ++i) {
      double factor = 1;
      for (int n = 0; n < power; ++n) factor *= (*input.level_sigma)[layer][i];
      scores[layer][i] *= factor;
    }
  }
  return scores;
}

Ranking rank_weights(const SelectorKind& selector, const SelectionInput& input) {
  Ranking ranking;
  ranking.score = selector.score(input);
  spread_over_slices(input, ranking.score);

  struct Candidate {
    double score;
    double magnitude;
    std::uint32_t slice;
    std::uint32_t layer;
    std::int64_t index;
  };
  std::vector<Candidate> candidates;
  for (std::size_t layer = 0; layer < ranking.score.size(); ++layer) {
    const std::size_t slices = input.slices(layer);
    if (ranking.score[layer].size() != (*input.magnitude)[layer].size() * slices)
      throw std::logic_error("selector: the scores do not have the form of the weights");
    for (std::size_t i = 0; i < ranking.score[layer].size(); ++i) {
      const double score = ranking.score[layer][i];
      if (!std::isfinite(score)) throw std::logic_error("selector: a score is not finite");
      candidates.push_back({score, (*input.magnitude)[layer][i / slices], static_cast<std::uint32_t>(i % slices),
                            static_cast<std::uint32_t>(layer), static_cast<std::int64_t>(i)});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.magnitude != b.magnitude) return a.magnitude > b.magnitude;
    if (a.slice != b.slice) return a.slice > b.slice;
    if (a.layer != b.layer) return a.layer < b.layer;
    return a.index < b.index;
  });

  for (const auto& layer : ranking.score) ranking.rank.emplace_back(layer.size());
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    ranking.rank[candidates[rank].layer][static_cast<std::size_t>(candidates[rank].index)] = static_cast<std::int64_t>(rank);
  }
  return ranking;
}

std::int64_t selected_count(double fraction, std::int64_t weights) {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(fraction * static_cast<double>(weights) + 0.5)), 0, weights);
}

}  // namespace swimsim
