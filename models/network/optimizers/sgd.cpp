#include "models/network/optimizers/optimizers.h"

namespace swimsim {

namespace {

/// Stochastic gradient descent with momentum as PyTorch has it: v = momentum v + g + weight_decay w, w -= rate v.
class Sgd final : public Optimizer {
 public:
  Sgd(std::size_t parameters, const OptimizerOptions& options)
      : momentum_(static_cast<float>(options.momentum)),
        weight_decay_(static_cast<float>(options.weight_decay)),
        velocity_(parameters, 0.0f) {}

  void step(std::int64_t /*step*/, double learning_rate, const std::vector<float>& gradient, std::vector<float>& parameters) override {
    const auto rate = static_cast<float>(learning_rate);
    const float momentum = momentum_, weight_decay = weight_decay_;
    const float* g = gradient.data();
    float* velocity = velocity_.data();
    float* parameter = parameters.data();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      velocity[i] = momentum * velocity[i] + (g[i] + weight_decay * parameter[i]);
      parameter[i] -= rate * velocity[i];
    }
  }

  std::vector<std::vector<float>*> memory() override { return {&velocity_}; }

 private:
  float momentum_, weight_decay_;
  std::vector<float> velocity_;
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(std::size_t parameters, const OptimizerOptions& options) {
  return std::make_unique<Sgd>(parameters, options);
}

}  // namespace swimsim
