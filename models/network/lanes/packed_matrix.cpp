#include "models/network/lanes/packed_matrix.h"

#include <algorithm>

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

PackedMatrix::PackedMatrix(std::int64_t outputs, std::int64_t inputs, bool quads) : outputs_(outputs), inputs_(inputs) {
  for (std::int64_t first = 0; first < outputs;) {
    Block block;
    const std::int64_t left = outputs - first;
    block.size = quads ? quad_block(left) : one_pixel_block(left);
    block.dot = quads ? quad_dot(block.size) : one_pixel_dot(block.size);
    block.first = first;
    block.outputs = std::min<std::int64_t>(left, block.size);
    block.weights = AlignedBuffer(static_cast<std::size_t>(inputs * block.size));
    first += block.outputs;
    blocks_.push_back(std::move(block));
  }
}

std::int64_t PackedMatrix::sums_floats() const { return blocks_.empty() ? 0 : (blocks_.back().first + blocks_.back().size) * kLanes; }

void PackedMatrix::multiply(const float* const* pixels, const Taps& taps, float* sums) const {
  for (const Block& block : blocks_) block.dot(pixels, taps, block.weights.data(), sums + block.first * kLanes);
}

}  // namespace swimsim::lanes
