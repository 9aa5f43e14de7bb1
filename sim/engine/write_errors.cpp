#include "sim/engine/write_errors.h"

#include <algorithm>

#include "sim/engine/batched_driver.h"

namespace swimsim {

namespace {

constexpr std::uint32_t kPilotTrial = (1u << 24) - 1;  // beyond evaluate.trials: the pilot sees the noise of no trial
constexpr std::int64_t kWeightsPerLevel = 512, kFewestWeights = 4096, kMostWeights = 65'536;

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

/// A layer of all codes, as often as is needed.
class Pilot {
 public:
  explicit Pilot(const MappingOptions& options) : mapping_({{"pilot", kOutputs, inputs_for(options.code_max)}}, options), codes_(1) {
    const std::int64_t different = 2 * std::int64_t{options.code_max} + 1;
    for (std::int64_t i = 0; i < mapping_.weights(); ++i) codes_[0].push_back(static_cast<std::int32_t>(i % different - options.code_max));
  }

  const Mapping& mapping() const { return mapping_; }

  /// Programs it and sums up the errors by slice and digit.
  std::vector<std::vector<WriteError>> errors(const Workload& workload, const Preparation& prepared, const Device& device,
                                              bool verified) const {
    ChipJob job = make_chip_job(workload, prepared, kPilotTrial);
    job.mapping = &mapping_;
    job.codes = &codes_;
    job.device = &device;
    job.device_of_layer.clear();
    job.group_of_weight = {std::vector<std::int16_t>(codes_[0].size(), static_cast<std::int16_t>(verified ? 0 : -1))};
    job.groups = verified ? 1 : 0;
    std::vector<std::vector<ErrorSums>> sums(static_cast<std::size_t>(mapping_.slices(0)));
    for (int slice = 0; slice < mapping_.slices(0); ++slice)
      sums[static_cast<std::size_t>(slice)].resize(static_cast<std::size_t>(mapping_.digit_max(0, slice)) + 1);
    const double range_S = device.g_max_S() - device.g_min_S();
    make_batched_driver()(job, {}, {}, [&](const ChipProgram& chip, const ChipTimes&) {
      for (std::size_t tile = 0; tile < chip.tiles().size(); ++tile) add_tile(*chip.tiles()[tile].array, tile, range_S, sums);
    });
    std::vector<std::vector<WriteError>> errors;
    for (const auto& slice : sums) {
      errors.emplace_back();
      for (const ErrorSums& digit : slice) errors.back().push_back(digit.error());
    }
    return errors;
  }

 private:
  static constexpr std::int64_t kOutputs = 64;
  static std::int64_t inputs_for(int code_max) {
    return std::clamp((code_max + 1) * kWeightsPerLevel, kFewestWeights, kMostWeights) / kOutputs;
  }

  void add_tile(const TileArray& array, std::size_t tile, double range_S, std::vector<std::vector<ErrorSums>>& sums) const {
    const std::vector<float> final_S = array.final_S();
    std::size_t at = 0;
    for (int row = 0; row < array.rows(); ++row) {
      for (int col = 0; col < array.cols(); ++col, ++at) {
        const CellAddress cell = mapping_.address({static_cast<std::int64_t>(tile), row, col});
        const int digit = mapping_.digit(0, codes_[0][static_cast<std::size_t>(cell.weight)], cell.slice, cell.arm);
        const double error = (static_cast<double>(final_S[at]) - array.targets()[at]) / range_S;
        ErrorSums& sum = sums[static_cast<std::size_t>(cell.slice)][static_cast<std::size_t>(digit)];
        sum.cells += 1;
        sum.sum += error;
        sum.squares += error * error;
      }
    }
  }

  Mapping mapping_;
  std::vector<std::vector<std::int32_t>> codes_;
};

LayerErrors errors_of(const Workload& workload, const Preparation& prepared, const MatrixShape& layer, const Device& device) {
  MappingOptions options = prepared.mapping->options();
  options.weight_bits = layer.weight_bits;
  options.code_max = layer.code_max;
  const Pilot pilot(options);
  LayerErrors errors = empty_errors(pilot.mapping());
  if (workload.programming.blind == "median_curve" && known_in_closed_form(pilot.mapping(), device, errors)) return errors;
  const auto unverified = pilot.errors(workload, prepared, device, false), verified = pilot.errors(workload, prepared, device, true);
  for (std::size_t slice = 0; slice < errors.size(); ++slice) errors[slice] = {unverified[slice], verified[slice]};
  return errors;
}

}  // namespace

std::vector<LayerErrors> write_errors(const Workload& workload, const Preparation& prepared) {
  const std::vector<MatrixShape>& layers = prepared.mapping->layers();
  std::vector<LayerErrors> errors;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    // Layers of the same bits have the same devices.
    const auto alike = std::find_if(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(layer), [&](const MatrixShape& other) {
      return other.weight_bits == layers[layer].weight_bits && other.code_max == layers[layer].code_max;
    });
    const auto known = static_cast<std::size_t>(alike - layers.begin());
    const Device& device = prepared.device_of_layer.empty() ? *prepared.device : *prepared.device_of_layer[layer];
    errors.push_back(known < layer ? errors[known] : errors_of(workload, prepared, layers[layer], device));
  }
  return errors;
}

}  // namespace swimsim
