#include "sim/engine/in_situ.h"

#include <algorithm>
#include <cmath>

#include "models/common/checked.h"
#include "models/common/random.h"
#include "models/network/batch_runner.h"
#include "models/network/loss.h"
#include "sim/engine/batched_driver.h"
#include "sim/engine/chip_score.h"
#include "sim/engine/in_situ_chip.h"

namespace swimsim {

namespace {

using Codes = std::vector<std::vector<std::int32_t>>;

ChipJob job_for(const Workload& workload, const Preparation& prepared, std::uint32_t trial, bool verify_all) {
  ChipJob job = make_chip_job(workload, prepared, trial);
  for (const auto& layer : prepared.quantized.codes)
    job.group_of_weight.emplace_back(layer.size(), static_cast<std::int16_t>(verify_all ? 0 : -1));
  job.groups = verify_all ? 1 : 0;
  return job;
}

/// Pulses of the verify phase when everything is verified: what NWC is measured by.
std::int64_t full_pulses(const Workload& workload, const Preparation& prepared, std::uint32_t trial) {
  const ChipJob job = job_for(workload, prepared, trial, true);
  std::int64_t pulses = 0;
  make_batched_driver()(job, {}, {}, [&](const ChipProgram& chip, const ChipTimes&) {
    for (const ChipProgram::Tile& tile : chip.tiles()) pulses += tile.controller->counts().pulses;
  });
  return pulses;
}

/// The digital side: float weights in units of the code, moved by stochastic gradient descent.
class Descent {
 public:
  Descent(const Workload& workload, const Preparation& prepared, std::uint32_t trial)
      : options_(workload.selection.in_situ),
        prepared_(prepared),
        runner_(prepared.network, prepared.normalization, options_.batch, true),
        batch_(static_cast<std::size_t>(options_.batch)),
        codes_(prepared.quantized.codes) {
    draw_.seed = workload.seed;
    draw_.trial = trial;
    draw_.purpose = Purpose::in_situ_batch;
    for (std::size_t layer = 0; layer < codes_.size(); ++layer) {
      master_.emplace_back(codes_[layer].size(), 0.0);
      for (std::size_t i = 0; i < codes_[layer].size(); ++i) {
        const double scale = scale_of(layer, i);
        if (scale != 0) master_[layer][i] = in_range(layer, prepared.network.weights(layer)[i] / scale);
      }
    }
  }

  /// One step down the mean gradient of a batch at `weights`, what the cells hold; returns the codes that are wanted then.
  const Codes& step(const std::vector<std::vector<float>>& weights) {
    pass(weights);
    const double rate = options_.learning_rate / static_cast<double>(batch_.size());
    for (std::size_t layer = 0; layer < codes_.size(); ++layer) {
      const std::vector<float>& gradient = runner_.diff_weights(layer);
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const double scale = scale_of(layer, i);
        if (scale == 0) continue;  // a layer or channel of zeros stays one
        master_[layer][i] = in_range(layer, master_[layer][i] - rate * static_cast<double>(gradient[i]) / scale);
        codes_[layer][i] = static_cast<std::int32_t>(std::nearbyint(master_[layer][i]));
      }
    }
    return codes_;
  }

 private:
  double scale_of(std::size_t layer, std::size_t weight) const {
    const std::vector<float>& scale = prepared_.quantized.scale[layer];
    return static_cast<double>(scale[weight / (codes_[layer].size() / scale.size())]);
  }

  double in_range(std::size_t layer, double code) const {
    const double most = prepared_.quantized.code_max[layer];
    return std::clamp(code, -most, most);
  }

  void pass(const std::vector<std::vector<float>>& weights) {
    for (std::size_t k = 0; k < batch_.size(); ++k) {
      draw_.weight = static_cast<std::uint32_t>(k);
      batch_[k] = static_cast<std::uint32_t>(random_below(draw_, prepared_.held_out_first));
    }
    ++draw_.event;
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
      const std::vector<float>& bias = prepared_.network.biases(layer);
      runner_.set_weights(layer, weights[layer].data(), bias.empty() ? nullptr : bias.data());
      runner_.set_backward_weights(layer, weights[layer].data());
    }
    runner_.load_images(prepared_.data.train, batch_.data(), options_.batch);
    runner_.forward({&prepared_.ranges, nullptr, false});
    loss_of_batch(Loss::cross_entropy, runner_.logits(), runner_.labels().data(), runner_.loaded(), runner_.classes(),
                  runner_.diff_logits(), nullptr);
    runner_.backward(Order::first, false);
  }

  const Workload::InSitu& options_;
  const Preparation& prepared_;
  BatchRunner runner_;
  std::vector<std::uint32_t> batch_;
  Codes codes_;
  std::vector<std::vector<double>> master_;
  DrawId draw_;
};

/// Adds what the updates have cost to what the blind write has.
void add_writes(const InSituChip& chip, ProgrammingOutcome& outcome) {
  const InSituChip::Writes& writes = chip.writes();
  const ChipJob& job = chip.program().job();
  outcome.pulses += writes.pulses;
  const ChipProgram& program = chip.program();
  const std::int64_t blind_ps = outcome.time_ps;
  add_checked(outcome.time_ps, writes.time_ps, "simulated time (ps)");
  outcome.energy.leakage_aJ += program.leakage_aJ(outcome.time_ps) - program.leakage_aJ(blind_ps);
  const std::int64_t tile_leakage_aJ = program.tile_leakage_aJ(outcome.time_ps) - program.tile_leakage_aJ(blind_ps);
  for (std::size_t tile = 0; tile < writes.pulses_of_tile.size(); ++tile) {
    LayerOutcome& layer = outcome.layers[static_cast<std::size_t>(job.mapping->tiles()[tile].layer)];
    layer.pulses += writes.pulses_of_tile[tile];
    layer.busy_ps += writes.busy_ps_of_tile[tile];
    const double controller_aJ = job.controller_power_W * static_cast<double>(writes.busy_ps_of_tile[tile]) * 1e6;  // W ps = 1e-12 J
    const std::int64_t energy_aJ = round_checked(controller_aJ, 9e18, "the energy of a controller");
    add_checked(outcome.energy.controller_aJ, energy_aJ, "energy (aJ)");
    add_checked(layer.energy.controller_aJ, energy_aJ, "energy (aJ)");
    add_checked(layer.energy.leakage_aJ, tile_leakage_aJ, "energy (aJ)");
    layer.max_cell_pulses = std::max(layer.max_cell_pulses, chip.most_writes(tile));
  }
}

}  // namespace

ProgrammingOutcome run_in_situ(const Workload& workload, const Preparation& prepared, std::uint32_t trial, double share, bool keep_cells) {
  const auto budget = static_cast<std::int64_t>(share * static_cast<double>(full_pulses(workload, prepared, trial)));
  const ChipJob job = job_for(workload, prepared, trial, false);
  InSituChip chip(job, prepared);
  Descent descent(workload, prepared, trial);
  for (int update = 0; update < workload.selection.in_situ.max_updates && chip.writes().pulses < budget; ++update) {
    if (!chip.update(descent.step(chip.weights()), budget)) break;
  }

  ProgrammingOutcome outcome;
  ChipTimes times;
  times.phase_end_ps.push_back(chip.blind_time_ps());
  collect_outcome(chip.program(), times, keep_cells, outcome);
  add_writes(chip, outcome);
  outcome.accuracy = ChipScore(workload, prepared).accuracy(chip.final_S(), trial, prepared.data.test, 0, prepared.test_images);
  return outcome;
}

}  // namespace swimsim
