#include "sim/engine/pilot_chip.h"

#include <algorithm>

#include "sim/engine/batched_driver.h"

namespace swimsim {

namespace {

constexpr std::uint32_t kPilotTrial = (1u << 24) - 1;  // beyond evaluate.trials: the pilot sees the noise of no trial
constexpr std::int64_t kWeightsPerLevel = 512, kFewestWeights = 4096, kMostWeights = 65'536, kOutputs = 64;

MappingOptions options_like(const Mapping& mapping, std::size_t layer) {
  MappingOptions options = mapping.options();
  options.weight_bits = mapping.layers()[layer].weight_bits;
  options.code_max = mapping.layers()[layer].code_max;
  return options;
}

Mapping pilot_mapping(const MappingOptions& options) {
  const std::int64_t weights = std::clamp((options.code_max + 1) * kWeightsPerLevel, kFewestWeights, kMostWeights);
  return Mapping({{"pilot", kOutputs, weights / kOutputs}}, options);
}

PilotChip::Verify so_far(const ChipProgram& chip) {
  PilotChip::Verify sum;
  for (const ChipProgram::Tile& tile : chip.tiles()) {
    for (const std::int64_t cycles : tile.controller->row_cycles()) sum.cycles += cycles;
    for (const ControllerState state : {ControllerState::set_pulse, ControllerState::polarity_switch, ControllerState::reset_pulse})
      sum.pulses_ps += tile.controller->state_ps()[static_cast<std::size_t>(state)];
  }
  return sum;
}

}  // namespace

PilotChip::PilotChip(const Preparation& prepared, std::size_t layer)
    : device_(prepared.device_of_layer.empty() ? prepared.device.get() : prepared.device_of_layer[layer].get()),
      mapping_(pilot_mapping(options_like(*prepared.mapping, layer))),
      codes_(1) {
  const std::int64_t code_max = mapping_.layers()[0].code_max, different = 2 * code_max + 1;
  for (std::int64_t i = 0; i < mapping_.weights(); ++i) codes_[0].push_back(static_cast<std::int32_t>(i % different - code_max));
}

PilotChip::Verify PilotChip::program(const Workload& workload, const Preparation& prepared, bool verified, const Visit& visit) const {
  ChipJob job = make_chip_job(workload, prepared, kPilotTrial);
  job.mapping = &mapping_;
  job.codes = &codes_;
  job.device = device_;
  job.device_of_layer.clear();
  job.group_of_weight = {std::vector<std::int16_t>(codes_[0].size(), static_cast<std::int16_t>(verified ? 0 : -1))};
  job.groups = verified ? 1 : 0;
  Verify blind, all;
  const auto after_phase = [&](int phase, const ChipTimes&, const ChipProgram& chip) {
    (chip.is_blind(phase) ? blind : all) = so_far(chip);
    return true;
  };
  make_batched_driver()(job, {}, after_phase, [&](const ChipProgram& chip, const ChipTimes&) {
    for (std::size_t tile = 0; tile < chip.tiles().size(); ++tile) {
      const TileArray& array = *chip.tiles()[tile].array;
      const std::vector<float> final_S = array.final_S();
      Cell cell;
      for (int row = 0; row < array.rows(); ++row) {
        for (int col = 0; col < array.cols(); ++col, ++cell.index) {
          const CellAddress address = mapping_.address({static_cast<std::int64_t>(tile), row, col});
          cell.slice = address.slice;
          cell.digit = mapping_.digit(0, codes_[0][static_cast<std::size_t>(address.weight)], address.slice, address.arm);
          visit(array, final_S, cell);
        }
      }
    }
  });
  return {all.cycles - blind.cycles, all.pulses_ps - blind.pulses_ps};
}

std::size_t first_alike(const Mapping& mapping, std::size_t layer) {
  const std::vector<MatrixShape>& layers = mapping.layers();
  const auto alike = std::find_if(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(layer), [&](const MatrixShape& other) {
    return other.weight_bits == layers[layer].weight_bits && other.code_max == layers[layer].code_max;
  });
  return static_cast<std::size_t>(alike - layers.begin());
}

}  // namespace swimsim
