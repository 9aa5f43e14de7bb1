#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

/// A number for every weight: per layer, in the order [output][input].
using PerWeight = std::vector<std::vector<double>>;

struct RowCosts;

/// What a selector may rank by besides the magnitude. Some cost passes over many images: each is computed only if a selector of the
/// workload needs it.
enum class RankBasis : std::uint8_t { sensitivity, gradient, fisher, hutchinson, raw_magnitude, level_sigma, removed_variance, row_costs };

/// What a selector may look at. Quantities that it does not need may be null.
struct SelectionInput {
  /// |w| / the largest weight that its scale reaches, before quantisation: the weights of one code differ, and ties are rare.
  const PerWeight* magnitude = nullptr;
  const PerWeight* sensitivity = nullptr;  ///< second derivative by w / the largest weight that its scale reaches
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;

  const PerWeight* gradient = nullptr;       ///< mean gradient by the same, signed
  const PerWeight* fisher = nullptr;         ///< mean of the squared gradient of each image, likewise
  const PerWeight* hutchinson = nullptr;     ///< stochastic estimate of the Hessian's diagonal, likewise; signed
  const PerWeight* raw_magnitude = nullptr;  ///< |w|
  /// Scatter of an unverified write at the level of the weight's most significant cell, over that of the widest level: 0 to 1.
  const PerWeight* level_sigma = nullptr;
  /// Mean squared error that verifying removes from the weight, over the largest such: at most 1. At device granularity for each slice of
  /// each weight, [weight][slice].
  const PerWeight* removed_variance = nullptr;
  const RowCosts* row_costs = nullptr;  ///< see row_costs.h

  /// Per layer and slice, least significant first: the variance that a slice adds to the weight, over that of the top slice (4^(K (k -
  /// top))). Null, or one entry a layer: a weight is verified as a whole.
  const std::vector<std::vector<double>>* slice_share = nullptr;
  std::size_t slices(std::size_t layer) const { return slice_share == nullptr ? 1 : (*slice_share)[layer].size(); }
};

/// A selector gives every weight a score; the highest are verified first. One that returns a score for every slice ranks devices itself;
/// the others' scores are multiplied by the share of the slice.
struct SelectorKind {
  std::string_view name;
  std::string_view title;
  std::vector<RankBasis> needs;
  PerWeight (*score)(const SelectionInput&) = nullptr;
  bool per_trial = false;  ///< draws anew in every trial
  bool trains = false;     ///< ranks nothing: the weights are trained in the cells instead (in_situ)
  /// Its points are prices of time instead of fractions: the score is what a weight is worth, and the controllers write while it pays.
  bool pays = false;
  /// Its points are values of looseness instead of fractions: the score says how closely the cells of a weight are verified.
  bool loosens = false;
};

/// All selectors, in a fixed order. A new selector is one file in selectors/ and one line in selector.cpp.
const std::vector<SelectorKind>& selector_kinds();
const SelectorKind* find_selector(std::string_view name);
/// What a workload may write for the best selector that we know, and which that is.
constexpr std::string_view kBestSelectorWord = "auto";
extern const std::string_view kBestSelector;
bool needs(const SelectorKind& selector, RankBasis quantity);

/// The order in which weights (or, at device granularity, their slices, [weight][slice]) are verified.
struct Ranking {
  PerWeight score;                              ///< per layer and weight
  std::vector<std::vector<std::int64_t>> rank;  ///< per layer and weight; 0 is verified first; global over the layers
};

/// Ranks all weights of all layers together: by score, ties by |w| / the largest weight that its scale reaches, then most significant
/// slice first, then by layer and index.
Ranking rank_weights(const SelectorKind& selector, const SelectionInput& input);

/// Number of weights (or devices) of a fraction: round(p N), halves up.
std::int64_t selected_count(double fraction, std::int64_t weights);

}  // namespace swimsim
