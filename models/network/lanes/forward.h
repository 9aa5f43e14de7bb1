#pragma once

#include <cstdint>
#include <vector>

#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/packed_matrix.h"
#include "models/network/lanes/plan.h"
#include "models/network/lanes/taps.h"
#include "models/network/quantize.h"

namespace swimsim::lanes {

/// The quantiser and the activation behind a sum.
struct Finish {
  bool quantize = false;
  float steps_per_unit = 0, step = 0, lowest = 0, highest = 0;
};

/// The forward pass of a plan over kLanes images at a time. What an image gets depends on nothing but that image and the weights, which are
/// finite: each output is a sum of its own, in the order of the weights, every step rounded once, then bias, quantiser, activation and
/// pool.
class Forward {
 public:
  /// keep_winners: notes which input of every pool was the largest, for a backward pass.
  Forward(const Network& network, const Plan& plan, const ActivationRanges& ranges, bool keep_winners);

  /// Per weight layer [outputs][inputs]; copied into the engine's own order.
  void set_weights(const std::vector<std::vector<float>>& weights);

  /// `input` is in the layout of the first stage. Returns the logits [class][lane], valid until the next call.
  const float* run(const float* input);

  /// What stage `stage` wrote in the last run, in the layout of its output.
  const float* output(std::size_t stage) const { return outputs_[stage].data(); }
  /// For each output of a stage with a pool the number of the winner within its window, in scan order; the first of equals. Same layout.
  const float* winners(std::size_t stage) const { return winners_[stage].data(); }

 private:
  // A weight layer ready to run.
  struct Ready {
    PackedMatrix matrix;
    TapFinder taps;           ///< of the inputs of one output
    bool quads = false;       ///< four places at once, pooled in registers; else one place, zeros left out
    std::vector<float> bias;  ///< per output
    Finish finish;
  };

  Ready make_ready(const Network& network, const Stage& stage, const ActivationRanges& ranges) const;
  void run_linear(const Stage& stage, Ready& ready, const float* input, float* output);
  void run_conv(const Stage& stage, Ready& ready, const float* input, float* output);
  void run_halving_conv(const Stage& stage, Ready& ready, const float* input, float* output);
  void run_halving_conv_by_quads(const Stage& stage, Ready& ready, const float* input, float* output);
  void run_halving_conv_with_winners(const Stage& stage, Ready& ready, const float* input, float* output, float* winners);
  void multiply_place(Ready& ready, const float* input, std::int64_t place, float* sums);

  bool keep_winners_;
  Plan plan_;
  std::vector<Ready> ready_;                      ///< per stage
  std::vector<AlignedBuffer> outputs_, winners_;  ///< per stage
  AlignedBuffer sums_, largest_;                  ///< of all outputs at one place
};

}  // namespace swimsim::lanes
