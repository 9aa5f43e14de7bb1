// Whatever a selector looks at, its ranking is a permutation, larger scores come first, and no weight is lost.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "models/common/random.h"
#include "models/selection/selector.h"
#include "tests/support/plain_rows.h"

namespace swimsim {
namespace {

double uniform(std::uint32_t stream, std::uint32_t i) {
  DrawId id;
  id.seed = 99;
  id.purpose = Purpose::random_selector;
  id.event = stream;
  id.weight = i;
  return random_uniform(id);
}

/// Values of which a third are equal, so that there are ties.
PerWeight drawn(std::uint32_t stream, const std::vector<std::size_t>& sizes, bool signed_values) {
  PerWeight values;
  std::uint32_t i = 0;
  for (const std::size_t size : sizes) {
    values.emplace_back(size);
    for (double& value : values.back()) {
      value = uniform(stream, i++);
      if (value < 0.33) value = 0.25;
      if (signed_values) value -= 0.5;
    }
  }
  return values;
}

TEST(Ranking, IsAPermutationInOrderOfTheScores) {
  for (std::uint32_t round = 0; round < 20; ++round) {
    const std::vector<std::size_t> sizes{1 + round, 17, 64 - round};
    const PerWeight magnitude = drawn(10 * round, sizes, false), positive = drawn(10 * round + 1, sizes, false),
                    any = drawn(10 * round + 2, sizes, true);
    const std::vector<std::vector<double>> share(3, {1.0 / 16, 1});
    for (const bool by_slice : {false, true}) {
      SelectionInput input;
      input.magnitude = &magnitude;
      input.sensitivity = input.fisher = input.raw_magnitude = input.level_sigma = input.removed_variance = &positive;
      input.gradient = input.hutchinson = &any;
      PerWeight removed = positive;
      if (by_slice) {
        input.slice_share = &share;
        for (auto& layer : removed) layer.insert(layer.end(), layer.begin(), layer.end());
        input.removed_variance = &removed;
      }
      std::vector<std::size_t> things = sizes;
      for (std::size_t& of_layer : things) of_layer *= by_slice ? 2 : 1;
      const RowCosts rows = testing::plain_rows(things, 7);
      input.row_costs = &rows;
      for (const SelectorKind& kind : selector_kinds()) {
        const Ranking ranking = rank_weights(kind, input);
        std::vector<double> in_order((sizes[0] + sizes[1] + sizes[2]) * (by_slice ? 2 : 1));
        std::vector<int> seen(in_order.size());
        for (std::size_t layer = 0; layer < ranking.rank.size(); ++layer) {
          ASSERT_EQ(ranking.rank[layer].size(), sizes[layer] * (by_slice ? 2 : 1)) << kind.name;
          for (std::size_t i = 0; i < ranking.rank[layer].size(); ++i) {
            const auto rank = static_cast<std::size_t>(ranking.rank[layer][i]);
            ASSERT_LT(rank, in_order.size()) << kind.name;
            ++seen[rank];
            in_order[rank] = ranking.score[layer][i];
          }
        }
        EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), static_cast<std::ptrdiff_t>(seen.size())) << kind.name;
        EXPECT_TRUE(std::is_sorted(in_order.rbegin(), in_order.rend())) << kind.name;
      }
    }
  }
}

}  // namespace
}  // namespace swimsim
