#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

struct TrainingOptions {
  int epochs = 8;
  int batch = 128;
  double learning_rate = 0.002;  ///< Adam (0.9, 0.999, 1e-8) at the start; falls to 0 by a cosine over all steps
  std::int64_t images = 0;       ///< first so many of the training images; 0: all
  int weight_bits = 4;           ///< 0: float weights
  Quantizer quantizer = Quantizer::clamp;
  int activation_bits = 4;                        ///< 0: float activations
  std::vector<WeightQuantization> weight_layers;  ///< per weight layer, in place of weight_bits and quantizer; empty: those for all
  std::vector<int> activation_layer_bits;         ///< per weight layer, in place of activation_bits; empty: those for all
  RangeRule activation_range;                     ///< of each batch, as the deployed network's calibration will have it
  std::uint64_t seed = 1;                         ///< orders the images; the initial weights are the network's own
  int threads = 1;                                ///< changes no bit of the result
};

/// done and total images over all epochs; loss and accuracy (0..1) are a running mean over the last batches.
using TrainingProgress = std::function<void(std::int64_t done, std::int64_t total, double loss, double accuracy)>;

/// Quantisation-aware training with cross-entropy, in place. Each step runs on weights quantised afresh, ranges found anew; gradients pass
/// straight through the quantisers, clipped weights included. An activation range follows the range
/// of the batches by a moving average (0.9, as the authors' later code does with the maximum). A batch is cut into 4 fixed chunks whose
/// gradients are summed in order: the same bytes for any number of threads. No thread outlives the call. Throws InputError if the images do
/// not fit or an option is out of range.
void train(Network& network, const TrainingOptions& options, const ImageSet& images, const Normalization& normalization,
           const TrainingProgress& progress = {});

}  // namespace swimsim
