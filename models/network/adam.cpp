#include "models/network/adam.h"

#include <cmath>

namespace swimsim {

void Adam::step(std::int64_t step, double learning_rate, const std::vector<float>& gradient, std::vector<float>& parameters) {
  constexpr float kBeta1 = 0.9f, kBeta2 = 0.999f, kEpsilon = 1e-8f;
  const auto steps = static_cast<double>(step);
  const auto rate = static_cast<float>(learning_rate / (1 - std::pow(0.9, steps)));
  const auto square_factor = static_cast<float>(1 / (1 - std::pow(0.999, steps)));
  const float* g = gradient.data();
  float* mean = mean_.data();
  float* square = square_.data();
  float* parameter = parameters.data();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    mean[i] = kBeta1 * mean[i] + (1 - kBeta1) * g[i];
    square[i] = kBeta2 * square[i] + (1 - kBeta2) * g[i] * g[i];
    parameter[i] -= rate * mean[i] / (std::sqrt(square[i] * square_factor) + kEpsilon);
  }
}

}  // namespace swimsim
