#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/network/derivative_pass.h"
#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/forward.h"
#include "models/network/lanes/packed_matrix.h"
#include "models/network/lanes/plan.h"
#include "models/network/lanes/taps.h"
#include "models/network/lanes/weight_sums.h"
#include "models/network/layers/layer.h"

namespace swimsim::lanes {

/// Carries derivatives back through a plan over kLanes images at a time, and sums up those by the weights over the images of a chunk.
class Backward {
 public:
  Backward(const Network& network, const Plan& plan, const DerivativeKinds& kinds);

  /// Per weight layer [outputs][inputs]: what the gradient and the second derivative propagate through (null: not wanted).
  void set_weights(const std::vector<std::vector<float>>& weights, const std::vector<std::vector<float>>* squares);

  /// Follows a forward pass on the same input. The seeds are derivatives by the logits [class][lane], 0 for lanes without an image; one
  /// that is not wanted may be null.
  void add(const Forward& forward, const float* input, const float* gradient_seed, const float* second_seed);

  /// Writes the sums since the last call, without the loss.
  void finish(DerivativeSums& sums);

 private:
  struct Work {
    Layout routed;                        ///< of the derivative by the sums of a weight layer; outputs at multiples of the stride
    AlignedBuffer routed_diff, diff;      ///< by the sums; by the stage's input, without padding
    TapFinder taps;                       ///< in `routed`: the sums that one input went into, from the first of them
    PackedMatrix by_weights, by_squares;  ///< transposed: outputs are the inputs of the stage
    std::unique_ptr<WeightSums> gradient, second, squared_gradient;
    AlignedBuffer bias_sums;  ///< [output][lane]
    bool has_bias = false;
  };

  Work make_work(const Network& network, std::size_t s) const;
  void carry(Order order, const Forward& forward, const float* input, const float* seed);
  void add_bias_gradient(Work& work);
  void propagate(const Stage& stage, Work& work, const PackedMatrix& matrix);

  Plan plan_;
  DerivativeKinds kinds_;
  std::vector<Work> work_;  ///< per stage
  AlignedBuffer sums_;
};

}  // namespace swimsim::lanes
