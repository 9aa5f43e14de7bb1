#include "sim/engine/worth_classes.h"

#include <algorithm>

#include "models/programming/worth_class.h"
#include "sim/engine/row_times.h"

namespace swimsim {

namespace {

double mean_worth(const std::vector<std::vector<std::uint8_t>>& worth_class) {
  double worth = 0, slices = 0;  // whole numbers below 2^53
  for (const auto& layer : worth_class) {
    for (const std::uint8_t of_slice : layer) worth += worth_of_class(of_slice);
    slices += static_cast<double>(layer.size());
  }
  return worth / slices;
}

}  // namespace

PerWeight worth_of_slices(const PerWeight& score, const Mapping& mapping) {
  PerWeight worth;
  for (std::size_t layer = 0; layer < score.size(); ++layer) {
    const auto slices = static_cast<std::size_t>(mapping.slices(layer));
    const MatrixShape& shape = mapping.layers()[layer];
    const bool of_slices = score[layer].size() != static_cast<std::size_t>(shape.outputs * shape.inputs);
    worth.emplace_back();
    for (const double of_thing : score[layer]) {
      for (std::size_t slice = 0; slice < (of_slices ? 1 : slices); ++slice) {
        const double part = mapping.cell_weight(layer, static_cast<int>(slice), 0) / shape.code_max;
        worth.back().push_back(of_slices ? of_thing : of_thing * part * part);
      }
    }
  }
  return worth;
}

std::vector<std::vector<std::uint8_t>> worth_classes(const PerWeight& score, const Mapping& mapping) {
  const PerWeight worth = worth_of_slices(score, mapping);
  double most = 0;
  for (const auto& layer : worth) {
    for (const double of_slice : layer) most = std::max(most, of_slice);
  }
  std::vector<std::vector<std::uint8_t>> classes;
  for (const auto& layer : worth) {
    classes.emplace_back();
    for (const double of_slice : layer) classes.back().push_back(most > 0 ? class_of_worth(of_slice / most) : std::uint8_t{0});
  }
  return classes;
}

void ask_a_price(const std::vector<std::vector<std::uint8_t>>& worth_class, double price, ChipJob& job) {
  const double mean = mean_worth(worth_class);
  if (mean == 0) return;  // nothing is worth anything: there is no unit
  job.worth_class = worth_class;
  job.controller.price.per_ps = price * mean / static_cast<double>(row_times(job).full_cycle_ps(job.controller.column_mux));
}

}  // namespace swimsim
