#include "models/network/batch_runner.h"
#include "models/network/derivative_pass.h"

namespace swimsim {

namespace {

// Derivatives by oneDNN's batches. Squared gradients need each image's own, so those run with a batch of one.
class BatchDerivativePass final : public DerivativePass {
 public:
  explicit BatchDerivativePass(const DerivativeRequest& request)
      : ranges_(request.ranges),
        weights_(request.weights),
        squares_(request.squares),
        kinds_(request.kinds),
        loss_(request.loss),
        reference_quirks_(request.reference_quirks) {
    if (kinds_.gradient || kinds_.second) together_ = make_runner(request, static_cast<std::int64_t>(kDerivativeChunk));
    if (kinds_.squared_gradient) single_ = make_runner(request, 1);
  }

  void run(const ImageSet& images, std::size_t first, std::size_t count, DerivativeSums& sums) override {
    sums = {};
    if (together_) carry_together(images, first, static_cast<std::int64_t>(count), sums);
    if (single_) square_each(images, first, count, sums);
  }

 private:
  static std::unique_ptr<BatchRunner> make_runner(const DerivativeRequest& request, std::int64_t batch) {
    auto runner = std::make_unique<BatchRunner>(request.network, request.normalization, batch, true);
    for (std::size_t layer = 0; layer < request.weights.size(); ++layer) {
      const std::vector<float>& bias = request.network.biases(layer);
      runner->set_weights(layer, request.weights[layer].data(), bias.empty() ? nullptr : bias.data());
    }
    return runner;
  }

  void carry_together(const ImageSet& images, std::size_t first, std::int64_t count, DerivativeSums& sums) {
    BatchRunner& runner = *together_;
    runner.load_images(images, first, count);
    runner.forward({&ranges_, nullptr, false});
    if (kinds_.second) {
      sums.loss = seed(runner, nullptr, runner.diff_logits());
      give_backward_weights(runner, *squares_);
      runner.backward(Order::second, false, reference_quirks_);
      for (std::size_t layer = 0; layer < weights_.size(); ++layer) sums.second.push_back(runner.diff_weights(layer));
    }
    if (!kinds_.gradient) return;
    sums.loss = seed(runner, runner.diff_logits(), nullptr);
    give_backward_weights(runner, weights_);
    runner.backward(Order::first, true);
    for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
      sums.gradient.push_back(runner.diff_weights(layer));
      sums.bias_gradient.push_back(runner.diff_bias(layer));
    }
  }

  void square_each(const ImageSet& images, std::size_t first, std::size_t count, DerivativeSums& sums) {
    BatchRunner& runner = *single_;
    give_backward_weights(runner, weights_);
    sums.loss = 0;
    for (const auto& layer : weights_) sums.squared_gradient.emplace_back(layer.size(), 0.0f);
    for (std::size_t image = 0; image < count; ++image) {
      runner.load_images(images, first + image, 1);
      runner.forward({&ranges_, nullptr, false});
      sums.loss += seed(runner, runner.diff_logits(), nullptr);
      runner.backward(Order::first, false);
      for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
        const float* gradient = runner.diff_weights(layer).data();
        std::vector<float>& sum = sums.squared_gradient[layer];
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += gradient[i] * gradient[i];
      }
    }
  }

  double seed(BatchRunner& runner, float* gradient, float* second) const {
    return loss_of_batch(loss_, runner.logits(), runner.labels().data(), runner.loaded(), runner.classes(), gradient, second);
  }

  static void give_backward_weights(BatchRunner& runner, const std::vector<std::vector<float>>& weights) {
    for (std::size_t layer = 0; layer < weights.size(); ++layer) runner.set_backward_weights(layer, weights[layer].data());
  }

  ActivationRanges ranges_;
  const std::vector<std::vector<float>>& weights_;
  const std::vector<std::vector<float>>* squares_;
  DerivativeKinds kinds_;
  Loss loss_;
  bool reference_quirks_;
  std::unique_ptr<BatchRunner> together_, single_;
};

}  // namespace

std::unique_ptr<DerivativePass> make_batch_derivative_pass(const DerivativeRequest& request) {
  return std::make_unique<BatchDerivativePass>(request);
}

}  // namespace swimsim
