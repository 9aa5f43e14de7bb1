#pragma once

#include <string>
#include <vector>

#include "models/network/train.h"
#include "sim/engine/checkpoint.h"
#include "sim/engine/preparation.h"
#include "sim/engine/progress.h"

namespace swimsim {

/// The training that a workload with `network.train` asks for. The images that are held out do not train.
TrainingOptions training_options(const Workload& workload, const RunInputs& inputs, int threads);

/// How a training is kept; nothing of this changes a result.
struct TrainingKeep {
  Checkpoint checkpoint{"", ""};
  double every_s = 20;        ///< wall time between two checkpoints
  bool must_be_kept = false;  ///< a checkpoint that cannot be written is an error
};

/// Trains `network`, from the checkpoint on if there is one. The checkpoint stays until the caller has kept the
/// result. Interrupted, it leaves a checkpoint and throws Interrupted. Throws RangeError, ResourceError.
std::vector<EpochRecord> run_training(Network& network, const TrainingOptions& options, const RunInputs& inputs, const TrainingKeep& keep,
                                      Progress& progress);

/// The trained network of a workload with `network.train`: out of the cache, or trained and put there.
void train_or_load(const Workload& workload, const RunOptions& options, Progress& progress, RunInputs& inputs);

}  // namespace swimsim
