#pragma once

#include <cstdint>
#include <vector>

#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/dot.h"
#include "models/network/lanes/plan.h"
#include "models/network/quantize.h"

namespace swimsim::lanes {

/// The forward pass of a plan over kLanes images at a time. What an image gets depends on nothing but that image and the weights: each
/// output is a sum of its own, in the order of the weights, every step rounded once, then bias, quantiser, activation and pool. Inputs that
/// are zero for all images of a register are left out, which changes no sum of finite numbers.
class Forward {
 public:
  Forward(const Network& network, const Plan& plan, const ActivationRanges& ranges);

  /// Per weight layer [outputs][inputs]; copied into the engine's own order.
  void set_weights(const std::vector<std::vector<float>>& weights);

  /// `input` is in the layout of the first stage. Returns the logits [class][lane], valid until the next call.
  const float* run(const float* input);

 private:
  // The quantiser and the activation behind a sum.
  struct Finish {
    bool quantize = false;
    float steps_per_unit = 0, step = 0, lowest = 0, highest = 0;
  };
  // A weight layer ready to run: outputs in blocks of the kernel's size.
  struct Block {
    DotFunction dot = nullptr;
    std::int64_t first = 0, outputs = 0;  ///< of the layer
    int size = 0;                         ///< outputs that the kernel computes; weights beyond `outputs` are 0
    AlignedBuffer weights;                ///< [input][size]
  };
  struct Ready {
    std::vector<Block> blocks;
    bool quads = false;                       ///< four places at once, pooled in registers; else one place, zeros left out
    std::vector<std::int32_t> offsets, rows;  ///< taps of one output
    std::vector<float> bias;                  ///< per output
    Finish finish;
  };

  Ready make_ready(const Network& network, const Stage& stage, const ActivationRanges& ranges) const;
  void run_linear(const Stage& stage, const Ready& ready, const float* input, float* output);
  void run_conv(const Stage& stage, const Ready& ready, const float* input, float* output);
  void run_place(const Ready& ready, const float* const* pixels, const Taps& taps, float* sums) const;
  void finish_place(const Stage& stage, const Ready& ready, const float* sums, float* output) const;
  void note_zeros(const Stage& stage, const float* input);
  Taps nonzero_taps(const Ready& ready, std::int64_t place);

  Plan plan_;
  std::vector<Ready> ready_;                          ///< per stage
  std::vector<AlignedBuffer> outputs_;                ///< per stage
  AlignedBuffer sums_, largest_;                      ///< of all outputs at one place
  std::vector<std::uint8_t> nonzero_;                 ///< per element of the input: some image has another value than 0
  std::vector<std::int32_t> tap_offsets_, tap_rows_;  ///< of nonzero_taps
};

}  // namespace swimsim::lanes
