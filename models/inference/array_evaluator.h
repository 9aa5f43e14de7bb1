#pragma once

#include <cstddef>
#include <vector>

#include "models/dataset/image_set.h"
#include "models/inference/array_network.h"
#include "models/inference/array_runner.h"
#include "models/inference/batched_reads.h"
#include "models/inference/programmed_array.h"

namespace swimsim {

/// Evaluates a network on programmed arrays: `array` fidelity. One thread: the same call gives the same bits, and no image's bits depend on
/// the others. Construct once and call often.
class ArrayEvaluator {
 public:
  /// Keeps the pointer. `batch` 0: `evaluation_batch`.
  explicit ArrayEvaluator(const ArrayNetwork& network, std::int64_t batch = 0);

  /// Share (0..1) of images [first, first + count) whose largest logit (the first of equals) is their label.
  double accuracy(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count);
  /// Logits [image][class]. `observe` sees the codes of every read.
  std::vector<float> logits(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count,
                            const ObserveCodes& observe = {});

 private:
  template <typename Use>
  void run(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count, const ObserveCodes& observe,
           const Use& use);

  const ArrayNetwork* network_;
  ArrayRunner runner_;
};

}  // namespace swimsim
