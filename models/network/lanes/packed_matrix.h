#pragma once

#include <cstdint>
#include <vector>

#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/dot.h"

namespace swimsim::lanes {

/// A matrix in the order in which the kernels read it: its outputs in blocks whose sums stay in registers.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  /// quads: every product is wanted at four places, and of each output the largest.
  PackedMatrix(std::int64_t outputs, std::int64_t inputs, bool quads);

  /// Sets every entry to entry(output, input).
  template <typename Entry>
  void set(Entry entry) {
    for (Block& block : blocks_) {
      for (std::int64_t input = 0; input < inputs_; ++input) {
        float* row = block.weights.data() + input * block.size;
        for (std::int64_t o = 0; o < block.outputs; ++o) row[o] = entry(block.first + o, input);
      }
    }
  }

  std::int64_t outputs() const { return outputs_; }
  /// Floats that `multiply` may write: the last block is a little larger than the outputs.
  std::int64_t sums_floats() const;

  /// sums[output][lane] of the inputs that the taps name; a tap's row is the input.
  void multiply(const float* const* pixels, const Taps& taps, float* sums) const;

 private:
  struct Block {
    DotFunction dot = nullptr;
    std::int64_t first = 0, outputs = 0;
    int size = 0;           ///< outputs that the kernel computes; weights beyond `outputs` are 0
    AlignedBuffer weights;  ///< [input][size]
  };
  std::int64_t outputs_ = 0, inputs_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace swimsim::lanes
