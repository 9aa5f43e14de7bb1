#include "sim/engine/tolerance_classes.h"

#include <limits>

#include "models/programming/tolerance_class.h"
#include "sim/engine/worth_classes.h"

namespace swimsim {

namespace {

double mean_of(const PerWeight& values) {
  double sum = 0, count = 0;
  for (const auto& layer : values) {
    for (const double value : layer) sum += value;
    count += static_cast<double>(layer.size());
  }
  return sum / count;
}

/// Second derivatives hold near the weights where they were taken. A weight that costs nothing there does cost something once all others
/// are off: this share of the mean, by trial (docs/results/hardware.md).
constexpr double kLeastCost = 0.01;

std::uint8_t class_of(double worth, double mean, double looseness, double tolerance) {
  if (looseness == 0) return 0;
  const double cost = worth + kLeastCost * mean;
  const double variance = cost > 0 ? looseness * mean / cost : std::numeric_limits<double>::infinity();
  const std::uint8_t nearest = class_of_variance(variance);
  return tolerance * tolerance_of_class(nearest) >= 1 ? kNeverVerified : nearest;
}

}  // namespace

std::vector<std::vector<std::uint8_t>> tolerance_classes(const PerWeight& score, const Mapping& mapping, double looseness,
                                                         double tolerance) {
  const PerWeight worth = worth_of_slices(score, mapping);
  const double mean = mean_of(worth);
  std::vector<std::vector<std::uint8_t>> classes;
  for (const auto& layer : worth) {
    classes.emplace_back();
    for (const double of_slice : layer) classes.back().push_back(class_of(of_slice, mean, looseness, tolerance));
  }
  return classes;
}

void ask_tolerances(const std::vector<std::vector<std::uint8_t>>& tolerance_class, double tolerance_S, ChipJob& job) {
  job.controller.class_tolerance_S = tolerance_S;
  job.tolerance_class = tolerance_class;
  job.groups = 1;
  job.groups_by_slice = true;
  job.group_of_weight.clear();
  for (const auto& layer : tolerance_class) {
    job.group_of_weight.emplace_back();
    for (const std::uint8_t of_slice : layer)
      job.group_of_weight.back().push_back(static_cast<std::int16_t>(of_slice == kNeverVerified ? -1 : 0));
  }
}

}  // namespace swimsim
