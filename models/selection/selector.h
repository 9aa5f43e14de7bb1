#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

/// What a selector may look at, per layer, in the order [output][input].
struct SelectionInput {
  /// |w| / max|w| of the layer, before quantisation: the weights of one code differ, and ties are rare.
  const std::vector<std::vector<double>>* magnitude = nullptr;
  const std::vector<std::vector<double>>* sensitivity = nullptr;  ///< second derivative by the max-normalised weight
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
};

/// A selector gives every weight a score; the highest are verified first.
struct SelectorKind {
  std::string_view name;
  std::string_view title;
  bool needs_sensitivity = false;
  bool per_trial = false;  ///< draws anew in every trial
  std::vector<std::vector<double>> (*score)(const SelectionInput&);
};

/// All selectors, in a fixed order. A new selector is one file in selectors/ and one line in selector.cpp.
const std::vector<SelectorKind>& selector_kinds();
const SelectorKind* find_selector(std::string_view name);

/// The order in which weights are verified.
struct Ranking {
  std::vector<std::vector<double>> score;       ///< per layer and weight
  std::vector<std::vector<std::int64_t>> rank;  ///< per layer and weight; 0 is verified first; global over the layers
};

/// Ranks all weights of all layers together: by score, ties by magnitude relative to the layer's largest, then by layer and index.
Ranking rank_weights(const SelectorKind& selector, const SelectionInput& input);

/// Number of weights of a fraction: round(p N), halves up.
std::int64_t selected_count(double fraction, std::int64_t weights);

}  // namespace swimsim
