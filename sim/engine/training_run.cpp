#include "sim/engine/training_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "models/common/errors.h"
#include "sim/engine/interrupt.h"
#include "sim/engine/network_cache.h"

namespace swimsim {

namespace {

/// Writes checkpoints now and then.
class Keeper {
 public:
  Keeper(const Trainer& trainer, const TrainingKeep& keep) : trainer_(trainer), keep_(keep), last_(Clock::now()) {}

  void now_and_then() {
    if (std::chrono::duration<double>(Clock::now() - last_).count() < keep_.every_s) return;
    now();
    last_ = Clock::now();
  }

  void now() const {
    try {
      keep_.checkpoint.store(trainer_.state());
    } catch (const ResourceError&) {
      if (keep_.must_be_kept) throw;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  const Trainer& trainer_;
  const TrainingKeep& keep_;
  Clock::time_point last_;
};

/// Goes on where a checkpoint is; one that does not fit any more is left aside.
void restore_checkpoint(Trainer& trainer, const Checkpoint& checkpoint) {
  std::string state;
  if (checkpoint.load(state) != Checkpoint::Found::state) return;
  try {
    trainer.restore(state);
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

TrainingOptions training_options(const Workload& workload, const RunInputs& inputs, int threads) {
  const Workload::Training& training = *workload.network.train;
  TrainingOptions options;
  options.epochs = training.epochs;
  options.batch = training.batch;
  options.optimizer = training.optimizer;
  options.optimizer_options = {training.momentum, training.weight_decay};
  options.learning_rate = training.learning_rate;
  options.schedule = training.schedule;
  options.schedule_options = {training.steps, training.step_factor};
  options.augmentation.flip = training.augment == "flip" || training.augment == "flip_and_crop";
  options.augmentation.crop_padding = training.augment == "crop" || training.augment == "flip_and_crop" ? training.crop_padding : 0;
  options.noise_sigma = training.noise_sigma;
  options.freeze_batch_norms = training.batch_norm == "frozen";
  options.images = static_cast<std::int64_t>(inputs.held_out_first);
  if (training.images > 0) options.images = std::min<std::int64_t>(options.images, training.images);
  options.weight_layers = inputs.quantization.weights;
  options.activation_bits = inputs.quantization.activations.bits;
  options.activation_layer_bits = inputs.quantization.activations.layer_bits;
  options.activation_range = inputs.quantization.activations.range;
  options.seed = workload.seed;
  options.threads = threads;
  return options;
}

std::vector<EpochRecord> run_training(Network& network, const TrainingOptions& options, const RunInputs& inputs, const TrainingKeep& keep,
                                      Progress& progress) {
  Trainer trainer(network, options, inputs.data.train, inputs.normalization);
  restore_checkpoint(trainer, keep.checkpoint);
  const std::size_t known = trainer.epochs().size();
  Keeper keeper(trainer, keep);
  std::int64_t first = -1;  // images that an earlier run has already shown to the network
  while (!trainer.finished()) {
    if (interrupt_requested()) {
      if (first >= 0) keeper.now();
      throw Interrupted();
    }
    const TrainingPoint point = trainer.step();
    if (first < 0) {
      const std::int64_t batch = std::min<std::int64_t>(options.batch, options.images);
      first = std::max<std::int64_t>(0, point.images - batch);
      progress.begin(known > 0 ? fmt::format("training the network from epoch {} on", known + 1) : "training the network",
                     point.all_images - first);
    }
    progress.advance(point.images - first,
                     fmt::format("epoch {} of {}, loss {:.3f}, accuracy {:.1f} %", std::min(point.epoch + 1, options.epochs),
                                 options.epochs, point.loss, point.accuracy * 100));
    keeper.now_and_then();
  }
  if (first >= 0) progress.end();
  return trainer.epochs();
}

void train_or_load(const Workload& workload, const RunOptions& options, Progress& progress, RunInputs& inputs) {
  if (!workload.network.train) return;
  const TrainingOptions training = training_options(workload, inputs, options.threads);
  const std::string key = training_key(workload, training, inputs.data, inputs.network);
  const NetworkCache cache(options.cache_folder, key);
  if (cache.load(inputs.network)) return;
  TrainingKeep keep;
  if (!options.cache_folder.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(options.cache_folder, ignored);
    keep.checkpoint = Checkpoint(options.cache_folder + "/" + key + ".checkpoint", key);
  }
  run_training(inputs.network, training, inputs, keep, progress);
  cache.store(inputs.network);
  keep.checkpoint.remove();
}

}  // namespace swimsim
