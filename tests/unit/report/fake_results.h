#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/engine/results.h"
#include "sim/report/manifest.h"

namespace swimsim::testing {

/// Results that no simulation made: smooth formulas with the shape of a LeNet run, for the tests of the report.
class FakeRun {
 public:
  static constexpr int kTrials = 10;

  RunResults results;

  FakeRun() {
    results.name = "FAKE DATA, made by a test";
    results.synthetic_images = true;
    results.notes = {"Every number in this report is invented by tests/unit/report/fake_results.h.",
                     "Volts, widths and conductances of the card swim_pulse are illustrative [memory], not measured.",
                     "12 of 105918 weights were clipped to the largest code."};
    for (const char* selector : {"swim", "magnitude", "random"}) add_selector(selector);
    add_summary();
    add_schedule();
    add_cells();
    add_modules();
    for (int k = 0; k <= 40; ++k) {
      results.pulse_histogram.count.push_back(k == 0 ? 1200
                                                     : static_cast<std::int64_t>(4e5 * std::exp(-0.5 * std::pow((k - 9.6) / 4.1, 2))));
    }
    for (const bool verified : {false, true}) {
      for (int level = 0; level < 16; ++level) {
        const double spread = verified ? 0.02 : 0.1, bias = verified ? 0 : 0.004 * (8 - level);
        results.levels.push_back({verified, level, 2.0 + level, 13000, 15 * bias, 15 * spread, bias, spread});
      }
    }
    results.quantization = {{"conv1.weight", 54, 6, 6, 0.91f, 2, 29.5, 8, 3.25, 0.001}, {"fc3.weight", 840, 4, 1, 0.5, 0, 21.25, 0, 0, 0}};
    results.card_curve = {"fake", 1.5, 1.5, 1e-7, true, {{0, 0, 2e-6, 2e-6}, {1, 1, 9e-6, 9e-6}, {2, -1, 3e-6, 3.1e-6}}};
    using Kind = PulseTrain::Kind;
    results.pulse_train.target_uS = 10;
    results.pulse_train.tolerance_uS = 1;
    results.pulse_train.scheme = "ispp";
    results.pulse_train.pulses = 2;
    results.pulse_train.events = {{Kind::blind, 2, 1e-7, 13, 0}, {Kind::read, 0, 0, 13, 12.5},      {Kind::pulse, -1.5, 1e-7, 9, 0},
                                  {Kind::read, 0, 0, 9, 8.5},    {Kind::pulse, 1.5, 1e-7, 10.5, 0}, {Kind::read, 0, 0, 10.5, 10.5}};
    results.resolved_workload =
        "schema: swimsim-workload/1\nseed: 1\nnetwork: {builtin: lenet, train: {epochs: 8, batch: 128, learning_rate: 0.001, images: 0}}\n"
        "dataset: {name: glyphs, mean: [0], std: [1], train_images: 20000, test_images: 4000}\n"
        "quantize: {weight_bits: 4, activation_bits: 4, quantizer: clamp, calibration_images: 1024}\n"
        "programming: {driver: cycle, scheme: incremental, blind: median_curve, tolerance: 6 %, max_attempts: 60}\n"
        "selection: {selectors: [swim, magnitude, random], fractions: [0, 0.1, 0.3, 0.5, 1], images: 2000}\n"
        "evaluate: {fidelity: weights, images: 4000, trials: 10}\n";
  }

  static ManifestInfo info() {
    ManifestInfo info;
    info.status = "complete";
    info.version = "0.1.0";
    info.seed = 1;
    info.inputs = {{"fake.yaml", std::string(64, 'a')}};
    info.instruction_set = "x86-64-v3";
    info.compiler = "GCC 12.2.0";
    info.wall_seconds = {{"train", 12.5}, {"program", 3.25}};
    info.threads = 2;
    info.host_time = "2025-01-01T00:00:00Z";
    info.host = "nowhere";
    return info;
  }

 private:
  void add_selector(const std::string& selector) {
    const double skill = selector == "swim" ? 9 : selector == "magnitude" ? 5 : 1.2;
    for (double fraction : {0.0, 0.1, 0.3, 0.5, 1.0}) {
      ProgrammingRow mean;
      mean.selector = selector;
      mean.fraction = fraction;
      mean.trials = kTrials;
      mean.accuracy_min = 1;
      const double gain = (1 - std::exp(-skill * fraction)) / (1 - std::exp(-skill));
      for (std::uint32_t t = 0; t < kTrials; ++t) {
        const double luck = std::sin(12.9898 * (t + 1)) * 0.012 * (1 - 0.8 * gain);
        TrialRow row;
        row.selector = selector;
        row.fraction = fraction;
        row.trial = t;
        row.accuracy = 0.912 + 0.065 * gain + luck + 0.001 * std::sin(7.0 * (t + 1) * skill) * fraction * (1 - fraction);
        row.nwc = fraction;
        row.pulses = static_cast<std::int64_t>(2.1e6 * fraction);
        row.blind_pulses = 211836;
        row.nwc_total = (2.1e6 * fraction + 211836) / (2.1e6 + 211836);
        row.verify_reads = static_cast<std::int64_t>(2.3e6 * fraction);
        row.verified_cells = static_cast<std::int64_t>(211836 * fraction);
        row.failed_cells = static_cast<std::int64_t>(30 * fraction);
        row.time_ps = static_cast<std::int64_t>(1e12 * (0.004 + 0.046 * std::pow(fraction, 0.55)));
        row.blind_time_ps = 4'000'000'000;
        row.energy_aJ = static_cast<std::int64_t>(1e18 * (1.1e-6 + 9.4e-6 * fraction));
        results.trials.push_back(row);
        mean.nwc += row.nwc / kTrials;
        mean.nwc_total += row.nwc_total / kTrials;
        mean.pulses += static_cast<double>(row.pulses) / kTrials;
        mean.verify_reads += static_cast<double>(row.verify_reads) / kTrials;
        mean.time_s += 1e-12 * static_cast<double>(row.time_ps) / kTrials;
        mean.energy_J += 1e-18 * static_cast<double>(row.energy_aJ) / kTrials;
        mean.accuracy_mean += row.accuracy / kTrials;
        mean.accuracy_min = std::min(mean.accuracy_min, row.accuracy);
      }
      mean.accuracy_p01 = mean.accuracy_min;
      mean.accuracy_std = 0.009 * (1 - 0.8 * gain);
      mean.accuracy_ci95_low = mean.accuracy_mean - 0.715 * mean.accuracy_std;
      mean.accuracy_ci95_high = mean.accuracy_mean + 0.715 * mean.accuracy_std;
      results.programming.push_back(mean);
      add_layers(mean);
    }
  }

  void add_layers(const ProgrammingRow& mean) {
    struct Layer {
      const char* name;
      std::int64_t weights, tiles;
    };
    for (const Layer& layer : {Layer{"conv1.weight", 54, 1}, Layer{"conv2.weight", 864, 2}, Layer{"fc1.weight", 94080, 12},
                               Layer{"fc2.weight", 10080, 2}, Layer{"features/classifier.0/out.weight", 840, 1}}) {
      const double share = static_cast<double>(layer.weights) / 105918;
      LayerRow row;
      row.layer = layer.name;
      row.selector = mean.selector;
      row.fraction = mean.fraction;
      row.weights = layer.weights;
      row.cells = 2 * layer.weights;
      row.tiles = layer.tiles;
      row.pulses = mean.pulses * share;
      row.verify_reads = mean.verify_reads * share;
      row.failed_cells = 30 * mean.fraction * share;
      row.time_s = 3 * mean.time_s * share;
      row.energy_J = mean.energy_J * share;
      row.energy_by_component = {{"array", row.energy_J / 4}, {"adc", row.energy_J / 4 * 3}};
      row.max_cell_pulses = mean.fraction > 0 ? 37 : 0;
      results.layers.push_back(row);
    }
  }

  void add_summary() {
    results.summary = {{"accuracy_float", 0.9862, "", "test accuracy of the trained network in floating point"},
                       {"accuracy_quantized", 0.9788, "", "test accuracy after quantisation, without programming errors"},
                       {"weights", 105918, "", "weights of the network, biases left out"},
                       {"cells", 211836, "", "memory cells, both arms of each pair"},
                       {"tiles", 18, "", "tiles of the chip"},
                       {"full_time_s", 0.05, "s", "programming and verifying everything, mean over the trials"},
                       {"full_energy_J", 1.05e-5, "J", "the energy of that"},
                       {"full_pulses", 2311836, "", "write pulses of that, blind write included"},
                       {"mean_cycles_per_verified_weight", 9.914, "", "cycles summed over the cells of a weight"},
                       {"sigma_after", 0.0301, "", "standard deviation of verified cells from their target, share of the range"}};
  }

  void add_schedule() {
    LayerSchedule layer;
    layer.layer = "features/0.weight";
    layer.shape = {40, 8, 5, 5};
    for (int i = 0; i < 8000; ++i) layer.sensitivity.push_back(1e-6 * ((i * 7919) % 8000));
    for (const char* name : {"swim", "random"}) {
      LayerSchedule::Ranked ranked;
      ranked.selector = name;
      for (int i = 0; i < 8000; ++i) {
        ranked.score.push_back(0.5 * i);
        ranked.rank.push_back(7999 - i);
      }
      layer.selectors.push_back(ranked);
    }
    results.schedule.push_back(layer);
  }

  /// Two tiles of 64 x 64 with 64 x 48 cells, the second twice as busy; 10 ns a cycle, 3000 cycles in all.
  void add_modules() {
    results.modules.push_back({"chip", "chip", "", 30'000'000, 3000, 0.5, 300, "cell pulses", 3e-6});
    for (int t = 0; t < 2; ++t) {
      const std::string path = "chip.tile_" + std::to_string(t), layer = t == 0 ? "a \"b\", c" : "fc.weight";
      const int n = t + 1;
      const auto add = [&](const std::string& name, const std::string& kind, int cycles, int events, const char* event,
                           std::optional<double> energy_J) {
        results.modules.push_back(
            {path + name, kind, layer, n * cycles * 10'000LL, n * cycles, n * cycles / 3000.0, n * events, event, energy_J});
      };
      add("", "tile", 1000, 100, "cell pulses", n * 1e-6);
      add(".controller", "controller", 1000, 50, "decisions", n * 4e-7);
      add(".controller.convert", "state", 600, 0, "", std::nullopt);
      add(".controller.decide", "state", 400, 0, "", std::nullopt);
      add(".row_decoder", "row_decoder", 10, 64, "row selections", std::nullopt);
      add(".adc_bank", "adc_bank", 600, 200, "conversions", n * 6e-7);
      for (int row = 0; row < 64; ++row) results.rows.push_back({t, row, 1000 * (row % 9 + t), row % 9});
      results.tiles.push_back({layer, 128, 2, 64 * t, 48, 64, 48, 64, 64, {}, {}});
    }
  }

  void add_cells() {
    for (double fraction : {0.1, 1.0}) {
      ChipCellsRecord chip;
      chip.selector = "swim";
      chip.fraction = fraction;
      for (int t = 0; t < 2; ++t) {
        TileCellsRecord tile;
        tile.rows = 64;
        tile.cols = 48;
        for (int i = 0; i < 64 * 48; ++i) {
          tile.target_uS.push_back(2.0f + static_cast<float>(i % 16));
          tile.final_uS.push_back(2.1f + static_cast<float>(i % 16));
          tile.read_back_uS.push_back(2.05f + static_cast<float>(i % 16));
          tile.pulses.push_back(static_cast<std::uint32_t>(i % 23));
          tile.failed.push_back(i % 1000 == 0);
          tile.verified.push_back(fraction == 1 || i % 10 == 0);
        }
        chip.tiles.push_back(tile);
      }
      chip.everything_verified = fraction == 1;
      results.cells.push_back(chip);
    }
  }
};

}  // namespace swimsim::testing
