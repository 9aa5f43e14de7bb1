#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/common/random.h"
#include "models/device/card_reader.h"
#include "models/programming/chip_job.h"
#include "models/programming/direct_datapath.h"
#include "models/programming/tile_statistics.h"

namespace swimsim::testing {

/// The swim_pulse card's figures, set by hand so that tests of the state machine do not depend on the card file.
inline Card pulse_card() {
  Card card;
  card.name = card.kernel = "swim_pulse";
  const auto set = [&](const char* name, double value) {
    CardParameter parameter;
    parameter.name = name;
    parameter.value = value;
    card.parameters.push_back(parameter);
  };
  set("g_min", 20e-6);
  set("g_max", 60e-6);
  set("step", 0.0075);
  set("sigma_d2d", 0.16);
  set("sigma_c2c", 0.3);
  set("sigma_blind", 0.0968);
  set("sigma_read", 0.02);
  set("sigma_relax", 0.025);
  set("v_set", 1.5);
  set("v_reset", 1.5);
  set("pulse_width", 100e-9);
  set("v_blind", 2);
  set("blind_width", 100e-9);
  return card;
}

inline Card gaussian_card(const std::string& law = "poisson", const std::string& unit = "full_scale") {
  Card card;
  card.name = card.kernel = "swim_gaussian";
  const auto set = [&](const char* name, std::variant<double, std::string> value) {
    CardParameter parameter;
    parameter.name = name;
    parameter.value = std::move(value);
    card.parameters.push_back(parameter);
  };
  set("g_min", 20e-6);
  set("g_max", 60e-6);
  set("sigma_before", 0.1);
  set("sigma_after", 0.03);
  set("sigma_unit", unit);
  set("sigma_mid_ratio", 1.0);
  set("mean_cycles", 10.0);
  set("cycle_law", law);
  set("sigma_read", 0.02);
  set("v_set", 1.5);
  set("pulse_width", 100e-9);
  return card;
}

inline Card shipped_card(const std::string& name) {
  const CardOrErrors loaded = load_card(name, "", {});
  if (!loaded.card) throw std::runtime_error("card " + name + " does not load");
  return *loaded.card;
}

/// Cells of 8 bits: 256 targets from g_min to g_max.
inline MappingOptions many_levels() {
  MappingOptions options;
  options.weight_bits = options.bits_per_device = 8;
  options.code_max = 255;
  return options;
}

/// A chip of small layers with weights drawn from a seed, and a job that verifies all of it.
struct SmallChip {
  std::unique_ptr<Mapping> mapping;
  std::vector<std::vector<std::int32_t>> codes;
  std::unique_ptr<Device> device;
  std::unique_ptr<Scheme> scheme, coarse_scheme;
  ChipJob job;

  SmallChip(std::vector<MatrixShape> layers, const Card& card, MappingOptions options = {}, std::uint64_t seed = 1) {
    mapping = std::make_unique<Mapping>(std::move(layers), options);
    std::uint32_t index = 0;
    for (const MatrixShape& layer : mapping->layers()) {
      codes.emplace_back();
      for (std::int64_t i = 0; i < layer.outputs * layer.inputs; ++i) {
        DrawId id;
        id.seed = seed;
        id.purpose = Purpose::weight_init;
        id.weight = index++;
        const double code = std::nearbyint(random_normal(id) * options.code_max / 4.0);
        codes.back().push_back(static_cast<std::int32_t>(std::clamp<double>(code, -options.code_max, options.code_max)));
      }
      job.group_of_weight.emplace_back(codes.back().size(), std::int16_t{0});
    }
    const DeviceKernel& kernel = *find_kernel(card.kernel);
    device = kernel.make(card, {mapping->swim_sigma_per_cell(0)});
    const double range_S = device->g_max_S() - device->g_min_S();
    scheme = find_scheme(kernel.counts_cycles ? "counted" : "incremental")->make({0.06 * range_S});
    job.mapping = mapping.get();
    job.codes = &codes;
    job.device = device.get();
    job.scheme = scheme.get();
    job.array.adc = Adc(6, device->g_min_S() - 0.3 * range_S, device->g_min_S() + 1.3 * range_S);
    job.array.seed = seed;
    job.controller.timing = {10'000, 20'000, 20'000, 100'000, 100'000, 20'000, 20'000, 20'000, 20'000, 20'000};
    job.controller.max_attempts = 100;
    job.array.adc_energy_J = 0.22e-12;
    job.array.sample_hold_energy_J = 1e-15;
    job.array.dac_energy_J = 0.39e-12;
    job.array.line_capacitance_F = 25e-15;
    job.tiles_at_once = 4;
    job.groups = 1;
  }

  /// The same layers with their rows and columns in another order.
  void reorder(std::vector<LayerOrder> orders) {
    mapping = std::make_unique<Mapping>(mapping->layers(), mapping->options(), std::move(orders));
    job.mapping = mapping.get();
  }
};

/// Draws every code uniformly from 0 to the largest: the plus arms' targets spread evenly over the range.
inline void draw_uniform_codes(SmallChip& chip) {
  DrawId id;
  id.seed = chip.job.array.seed;
  id.purpose = Purpose::weight_init;
  id.event = 1;
  for (auto& layer : chip.codes) {
    for (std::int32_t& code : layer) {
      code = static_cast<std::int32_t>(random_below(id, static_cast<std::uint64_t>(chip.mapping->options().code_max) + 1));
      ++id.weight;
    }
  }
}

/// Everything that a run leaves in the cells, as one comparable value.
struct ChipImage {
  std::vector<std::vector<float>> final_S;
  std::vector<std::vector<std::uint32_t>> pulses;
  std::vector<std::int64_t> energy_aJ, busy_ps, phase_end_ps;
  TileCounts counts;
  std::vector<TileStatistics> tiles;
  std::vector<RowStatistics> rows;  ///< of all tiles, one after the other
  bool operator==(const ChipImage& o) const {
    return final_S == o.final_S && pulses == o.pulses && energy_aJ == o.energy_aJ && busy_ps == o.busy_ps && phase_end_ps == o.phase_end_ps;
  }
};

inline ChipImage run_chip(const ChipDriver& driver, const ChipJob& job, const TraceWindow& trace = {}, const AfterPhase& after_phase = {}) {
  ChipImage image;
  driver(job, trace, after_phase, [&](const ChipProgram& chip, const ChipTimes& times) {
    image.phase_end_ps = times.phase_end_ps;
    for (std::size_t i = 0; i < chip.tiles().size(); ++i) {
      const ChipProgram::Tile& tile = chip.tiles()[i];
      image.final_S.push_back(tile.array->final_S());
      image.pulses.push_back(tile.array->all_pulses());
      image.energy_aJ.push_back(chip.tile_energy(i).total_aJ());
      image.busy_ps.push_back(tile.controller->busy_ps());
      image.tiles.push_back(tile_statistics(chip, i));
      const std::vector<RowStatistics> rows = row_statistics(chip, i);
      image.rows.insert(image.rows.end(), rows.begin(), rows.end());
      image.counts += tile.controller->counts();
    }
  });
  return image;
}

}  // namespace swimsim::testing
