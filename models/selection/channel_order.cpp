#include "models/selection/channel_order.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace swimsim {

std::vector<std::int64_t> outputs_by_score(const std::vector<double>& score, const OutputColumns& columns) {
  std::vector<std::int64_t> outputs(score.size()), places(score.size());
  std::iota(outputs.begin(), outputs.end(), 0);
  std::iota(places.begin(), places.end(), 0);
  std::stable_sort(outputs.begin(), outputs.end(),
                   [&](std::int64_t a, std::int64_t b) { return score[static_cast<std::size_t>(a)] > score[static_cast<std::size_t>(b)]; });
  const auto wanted = [&](std::int64_t place) {
    const std::int64_t column = place * columns.columns_per_output;
    const std::int64_t tile = column / columns.tile_columns, group = column % columns.tile_columns % columns.column_mux;
    return std::tuple(columns.spread ? 0 : tile, group, column % columns.tile_columns, tile);
  };
  std::sort(places.begin(), places.end(), [&](std::int64_t a, std::int64_t b) { return wanted(a) < wanted(b); });
  std::vector<std::int64_t> by_place(score.size());
  for (std::size_t i = 0; i < places.size(); ++i) by_place[static_cast<std::size_t>(places[i])] = outputs[i];
  return by_place;
}

}  // namespace swimsim
