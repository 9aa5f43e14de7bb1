#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/augmentation.h"
#include "models/network/network.h"
#include "models/network/optimizers/optimizer.h"
#include "models/network/quantize.h"
#include "models/network/schedules/schedule.h"

namespace swimsim {

struct TrainingOptions {
  int epochs = 8;
  int batch = 128;
  std::string optimizer = "adam";
  OptimizerOptions optimizer_options;
  double learning_rate = 0.002;  ///< the largest; the schedule says the rest
  std::string schedule = "cosine";
  ScheduleOptions schedule_options;
  Augmentation augmentation;
  double noise_sigma = 0;   ///< noise on the weights of each step (weight_noise.h); 0: none
  std::int64_t images = 0;  ///< first so many of the training images; 0: all
  int weight_bits = 4;      ///< 0: float weights
  Quantizer quantizer = Quantizer::clamp;
  int activation_bits = 4;                        ///< 0: float activations
  std::vector<WeightQuantization> weight_layers;  ///< per weight layer, in place of weight_bits and quantizer; empty: those for all
  std::vector<int> activation_layer_bits;         ///< per weight layer, in place of activation_bits; empty: those for all
  RangeRule activation_range;                     ///< of each batch, as the deployed network's calibration will have it
  bool freeze_batch_norms = false;  ///< running statistics, gamma and beta stay; otherwise the images' own, and all of them follow
  std::uint64_t seed = 1;           ///< orders the images and draws noise; the initial weights are the network's own
  int threads = 1;                  ///< changes no bit of the result
};

/// How far a training is. Loss and accuracy (0..1) are a running mean over the last batches.
struct TrainingPoint {
  int epoch = 0;                            ///< epochs that are complete
  std::int64_t images = 0, all_images = 0;  ///< over all epochs
  double loss = 0, accuracy = 0;
};

/// Means over one epoch, taken while the weights change.
struct EpochRecord {
  double loss = 0, accuracy = 0;
  double learning_rate = 0;  ///< of its last step
};

/// Quantisation-aware training with cross-entropy, in place, a step at a time. Each step runs on weights quantised afresh (and with fresh
/// noise); gradients pass straight through. An activation range follows the range of the batches by a moving average (0.9, as the authors'
/// later code). Batch norms work with the statistics of each part of the batch, and their running statistics follow (0.1 of each step, as
/// PyTorch), or they are frozen. Weight decay spares biases and batch norms. A batch is cut into 4 fixed chunks whose gradients are summed
/// in order: the same bytes for any number of threads.
class Trainer {
 public:
  /// Keeps references to network and images. Throws InputError if the images do not fit or an option is out of range.
  Trainer(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  bool finished() const;
  /// One batch. Throws RangeError if the loss is not finite any more.
  TrainingPoint step();
  const std::vector<EpochRecord>& epochs() const;

  /// Everything that the rest of the training depends on, beside options and images: a trainer that restores it ends in the same bytes.
  std::string state() const;
  /// Throws std::runtime_error, and changes nothing, if the bytes are not the state of such a training.
  void restore(std::string_view state);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

/// done and total images over all epochs; loss and accuracy as in TrainingPoint.
using TrainingProgress = std::function<void(std::int64_t done, std::int64_t total, double loss, double accuracy)>;

/// A whole training. No thread outlives the call.
void train(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization,
           const TrainingProgress& progress = {});

}  // namespace swimsim
