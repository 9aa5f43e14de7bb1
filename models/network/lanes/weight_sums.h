#pragma once

#include <memory>
#include <vector>

#include "models/network/lanes/plan.h"

namespace swimsim::lanes {

/// What is summed over the images for each weight, from the derivative d by the output of its layer and the input x.
enum class WeightRule {
  gradient,          ///< d x
  second,            ///< d x^2, with d the second derivative
  squared_gradient,  ///< (d x)^2, the square of each image's own sum over the places
};

/// Sums for the weights of one layer over the images of a chunk, in a fixed order.
class WeightSums {
 public:
  virtual ~WeightSums() = default;
  /// Adds kLanes images, the next of the chunk; lanes without an image have d = 0. `input` is in the layout of the stage's input.
  virtual void add(const float* diff, const float* input) = 0;
  /// Writes [outputs][inputs] and starts from zero.
  virtual void finish(std::vector<float>& sums) = 0;
};

/// `diff` is a layout whose places at multiples of the stride are the outputs.
std::unique_ptr<WeightSums> make_conv_sums(const Stage& stage, const Layout& diff, std::int64_t outputs, WeightRule rule);
/// For at most `images` images a chunk.
std::unique_ptr<WeightSums> make_linear_sums(const Stage& stage, std::int64_t outputs, std::size_t images, WeightRule rule);

/// to[i] = from[i]^2.
void square(const float* from, std::int64_t count, float* to);

}  // namespace swimsim::lanes
