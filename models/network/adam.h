#pragma once

#include <cstdint>
#include <vector>

namespace swimsim {

/// Adam (Kingma and Ba, 2015) for one parameter tensor: beta 0.9 and 0.999, epsilon 1e-8.
class Adam {
 public:
  explicit Adam(std::size_t count) : mean_(count, 0.0f), square_(count, 0.0f) {}
  /// Step number `step` counts from 1.
  void step(std::int64_t step, double learning_rate, const std::vector<float>& gradient, std::vector<float>& parameters);

 private:
  std::vector<float> mean_, square_;
};

}  // namespace swimsim
