#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/inference/array_evaluator.h"
#include "models/inference/inference_options.h"
#include "models/network/evaluator.h"
#include "sim/engine/preparation.h"

namespace swimsim {

/// The section `inference` of a workload.
InferenceOptions inference_options(const Workload& workload);

/// The network on its arrays for `evaluate.fidelity: array`; nullptr for `weights`. Keeps pointers to the mapping and the device.
std::unique_ptr<ArrayNetwork> make_array_network(const Workload& workload, const Preparation& prepared);

/// A programmed chip as its arrays compute: what every evaluation and the SystemC chip take their cells from.
ProgrammedArray programmed_array(const Workload& workload, const Preparation& prepared, const std::vector<std::vector<float>>& final_S,
                                 std::uint32_t trial);

/// Evaluates programmed chips as `evaluate.fidelity` asks. Construct once and call often; one thread at a time.
class ChipScore {
 public:
  ChipScore(const Workload& workload, const Preparation& prepared);

  /// Share (0..1) of images [first, first + count) that a chip with these conductances (per tile, `TileArray::final_S`) gets right.
  double accuracy(const std::vector<std::vector<float>>& final_S, std::uint32_t trial, const ImageSet& images, std::size_t first,
                  std::size_t count);

 private:
  const Workload* workload_;
  const Preparation* prepared_;
  std::unique_ptr<Evaluator> by_weights_;
  std::unique_ptr<ArrayEvaluator> by_reads_;  ///< the one that the fidelity asks for
};

}  // namespace swimsim
