#include "sim/engine/write_errors.h"

#include <algorithm>

#include "sim/engine/pilot_chip.h"

namespace swimsim {

namespace {

/// Cells of one digit.
struct ErrorSums {
  double cells = 0, sum = 0, squares = 0;
  WriteError error() const {
    if (cells == 0) return {};
    const double mean = sum / cells;
    return {mean, std::max(0.0, squares / cells - mean * mean)};
  }
};

LayerErrors empty_errors(const Mapping& mapping) {
  LayerErrors errors(static_cast<std::size_t>(mapping.slices(0)));
  for (int slice = 0; slice < mapping.slices(0); ++slice) {
    const auto digits = static_cast<std::size_t>(mapping.digit_max(0, slice)) + 1;
    errors[static_cast<std::size_t>(slice)].unverified.resize(digits);
    errors[static_cast<std::size_t>(slice)].verified.resize(digits);
  }
  return errors;
}

bool known_in_closed_form(const Mapping& mapping, const Device& device, LayerErrors& errors) {
  const double range_S = device.g_max_S() - device.g_min_S();
  for (int slice = 0; slice < mapping.slices(0); ++slice) {
    SliceErrors& of_slice = errors[static_cast<std::size_t>(slice)];
    for (std::size_t digit = 0; digit < of_slice.verified.size(); ++digit) {
      const double level = static_cast<double>(digit) / mapping.digit_max(0, slice);
      const auto sigmas = device.write_sigmas(static_cast<float>(device.g_min_S() + level * range_S));
      if (!sigmas) return false;
      const double before = sigmas->unverified_S / range_S, after = sigmas->verified_S / range_S;
      of_slice.unverified[digit] = {0, before * before};
      of_slice.verified[digit] = {0, after * after};
    }
  }
  return true;
}

/// Errors of the pilot's cells by slice and digit.
std::vector<std::vector<WriteError>> errors_of_pilot(const PilotChip& pilot, const Workload& workload, const Preparation& prepared,
                                                     bool verified) {
  const Mapping& mapping = pilot.mapping();
  std::vector<std::vector<ErrorSums>> sums(static_cast<std::size_t>(mapping.slices(0)));
  for (int slice = 0; slice < mapping.slices(0); ++slice)
    sums[static_cast<std::size_t>(slice)].resize(static_cast<std::size_t>(mapping.digit_max(0, slice)) + 1);
  const auto add = [&](const TileArray& array, const std::vector<float>& final_S, const PilotChip::Cell& cell) {
    const double range_S = array.device().g_max_S() - array.device().g_min_S();
    const double error = (static_cast<double>(final_S[cell.index]) - array.targets()[cell.index]) / range_S;
    ErrorSums& sum = sums[static_cast<std::size_t>(cell.slice)][static_cast<std::size_t>(cell.digit)];
    sum.cells += 1;
    sum.sum += error;
    sum.squares += error * error;
  };
  pilot.program(workload, prepared, verified, add);
  std::vector<std::vector<WriteError>> errors;
  for (const auto& slice : sums) {
    errors.emplace_back();
    for (const ErrorSums& digit : slice) errors.back().push_back(digit.error());
  }
  return errors;
}

LayerErrors errors_of(const Workload& workload, const Preparation& prepared, std::size_t layer) {
  const Device& device = prepared.device_of_layer.empty() ? *prepared.device : *prepared.device_of_layer[layer];
  const PilotChip pilot(prepared, layer);
  LayerErrors errors = empty_errors(pilot.mapping());
  if (workload.programming.blind == "median_curve" && known_in_closed_form(pilot.mapping(), device, errors)) return errors;
  const auto unverified = errors_of_pilot(pilot, workload, prepared, false), verified = errors_of_pilot(pilot, workload, prepared, true);
  for (std::size_t slice = 0; slice < errors.size(); ++slice) errors[slice] = {unverified[slice], verified[slice]};
  return errors;
}

}  // namespace

std::vector<LayerErrors> write_errors(const Workload& workload, const Preparation& prepared) {
  std::vector<LayerErrors> errors;
  for (std::size_t layer = 0; layer < prepared.mapping->layers().size(); ++layer) {
    const std::size_t known = first_alike(*prepared.mapping, layer);
    errors.push_back(known < layer ? errors[known] : errors_of(workload, prepared, layer));
  }
  return errors;
}

}  // namespace swimsim
