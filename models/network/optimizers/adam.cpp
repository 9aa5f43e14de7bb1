#include <cmath>

#include "models/network/optimizers/optimizers.h"

namespace swimsim {

namespace {

/// Adam (Kingma and Ba, 2015): beta 0.9 and 0.999, epsilon 1e-8; weight decay apart from the gradient.
class Adam final : public Optimizer {
 public:
  Adam(std::size_t parameters, double weight_decay) : weight_decay_(weight_decay), mean_(parameters, 0.0f), square_(parameters, 0.0f) {}

  void step(std::int64_t step, double learning_rate, const std::vector<float>& gradient, std::vector<float>& parameters) override {
    constexpr float kBeta1 = 0.9f, kBeta2 = 0.999f, kEpsilon = 1e-8f;
    const auto steps = static_cast<double>(step);
    const auto rate = static_cast<float>(learning_rate / (1 - std::pow(0.9, steps)));
    const auto square_factor = static_cast<float>(1 / (1 - std::pow(0.999, steps)));
    const auto kept = static_cast<float>(1 - learning_rate * weight_decay_);
    const float* g = gradient.data();
    float* mean = mean_.data();
    float* square = square_.data();
    float* parameter = parameters.data();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      mean[i] = kBeta1 * mean[i] + (1 - kBeta1) * g[i];
      square[i] = kBeta2 * square[i] + (1 - kBeta2) * g[i] * g[i];
      parameter[i] = kept * parameter[i] - rate * mean[i] / (std::sqrt(square[i] * square_factor) + kEpsilon);
    }
  }

  std::vector<std::vector<float>*> memory() override { return {&mean_, &square_}; }

 private:
  double weight_decay_;
  std::vector<float> mean_, square_;
};

}  // namespace

std::unique_ptr<Optimizer> make_adam(std::size_t parameters, const OptimizerOptions& options) {
  return std::make_unique<Adam>(parameters, options.weight_decay);
}

}  // namespace swimsim
