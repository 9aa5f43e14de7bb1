// Batch norms in training: statistics of the batch, and the gradient through them.

#include "models/network/layers/batch_statistics.h"

#include <gtest/gtest.h>

#include "models/network/batch_runner.h"
#include "models/network/loss.h"
#include "tests/support/graph_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::int64_t kImages = 5;

// conv, batch norm, sigmoid, conv, batch norm, sum with the first, dense.
Network small_network(std::int64_t channels) {
  std::vector<GraphNode> nodes = {{Op::conv, {0}, channels, window(3, 1, 1), 1, false},
                                  {Op::batch_norm, {1}, 0, {}, 1, false},
                                  {Op::sigmoid, {2}, 0, {}, 1, false},
                                  {Op::conv, {3}, channels, window(3, 1, 1), 1, false},
                                  {Op::batch_norm, {4}, 0, {}, 1, false},
                                  {Op::add, {5, 3}, 0, {}, 1, false},
                                  {Op::tanh, {6}, 0, {}, 1, false},
                                  {Op::flatten, {7}, 0, {}, 1, false},
                                  {Op::linear, {8}, 4, {}, 1, false}};
  return build_graph(Shape{3, 6, 5}, nodes);
}

struct Trainer {
  BatchRunner runner;
  ImageSet images;

  Trainer(const Network& network, std::int64_t batch)
      : runner(network, plain_normalization(3), batch, true, true), images(test_images(network.input_shape(), kImages, 4)) {
    for (std::size_t index = 0; index < network.batch_norms().size(); ++index) runner.set_batch_norm(index, network.batch_norms()[index]);
  }

  double loss(const Network& network) {
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
      runner.set_weights(layer, network.weights(layer).data(), network.biases(layer).data());
      runner.set_backward_weights(layer, network.weights(layer).data());
    }
    runner.load_images(images, std::size_t{0}, kImages);
    runner.forward({});
    return loss_of_batch(Loss::cross_entropy, runner.logits(), runner.labels().data(), kImages, 4, runner.diff_logits(), nullptr);
  }
};

TEST(BatchStatistics, AreThoseOfTheLoadedImages) {
  for (const std::int64_t channels : {6, 16}) {
    const Network network = small_network(channels);
    Trainer exact(network, kImages), roomy(network, kImages + 3);
    EXPECT_NEAR(exact.loss(network), roomy.loss(network), 1e-6) << "images that are not loaded do not count";
    // The first convolution by hand.
    ReferenceGraph reference(network, {{Op::conv, {0}, channels, window(3, 1, 1), 1, false}});
    double sum = 0, squares = 0;
    for (std::size_t n = 0; n < kImages; ++n) {
      Vector image(exact.images.image_size());
      for (std::size_t i = 0; i < image.size(); ++i) image[i] = (exact.images.pixels[n * image.size() + i] / 255.0 - 0.25) / 0.5;
      const Vector& out = reference.forward(image);
      for (std::size_t i = 30; i < 60; ++i) sum += out[i], squares += out[i] * out[i];
    }
    const double count = 30 * kImages, mean = sum / count;
    EXPECT_NEAR(exact.runner.batch_statistics(0).mean[1], mean, 1e-5);
    EXPECT_NEAR(exact.runner.batch_statistics(0).variance[1], squares / count - mean * mean, 1e-5);
  }
}

TEST(BatchStatistics, TheGradientGoesThroughThem) {
  for (const std::int64_t channels : {6, 16}) {
    Network network = small_network(channels);
    Trainer trainer(network, kImages + 1);
    trainer.loss(network);
    trainer.runner.backward(Order::first, true);
    const std::vector<float> by_weights = trainer.runner.diff_weights(0), by_gamma = trainer.runner.diff_gamma(0),
                             by_beta = trainer.runner.diff_beta(1);
    constexpr float kStep = 3e-3f;  // no kinks in this network
    const auto slope = [&](float& parameter) {
      const float kept = parameter;
      parameter = kept + kStep;
      const double up = Trainer(network, kImages + 1).loss(network);
      parameter = kept - kStep;
      const double down = Trainer(network, kImages + 1).loss(network);
      parameter = kept;
      return (up - down) / (2 * static_cast<double>(kStep));
    };
    for (const std::size_t i : {0, 40, 100}) EXPECT_NEAR(by_weights[i], slope(network.weights(0)[i]), 2e-2) << "weight " << i;
    for (const std::size_t c : {0, 3, 5}) {
      EXPECT_NEAR(by_gamma[c], slope(network.batch_norm(0).gamma[c]), 2e-2) << "gamma " << c;
      EXPECT_NEAR(by_beta[c], slope(network.batch_norm(1).beta[c]), 2e-2) << "beta " << c;
    }
    EXPECT_GT(largest(Vector(by_gamma.begin(), by_gamma.end())), 0.2) << "or the tolerance would prove nothing";
  }
}

}  // namespace
}  // namespace swimsim
