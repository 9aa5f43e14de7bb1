#include "models/network/second_derivative.h"

#include <gtest/gtest.h>

#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::size_t kImages = 70;  // one full chunk of 64 and a rest

struct Setting {
  std::vector<LayerSpec> specs;
  Network network;
  ImageSet images;
  Normalization normalization = plain_normalization(2);
  ReferenceNetwork reference;

  explicit Setting(const std::vector<LayerSpec>& layers)
      : specs(layers),
        network(build_network(kSmallInput, layers)),
        images(test_images(kSmallInput, kImages, 4)),
        reference(network, layers) {}

  std::vector<Vector> engine(const SecondDerivativeOptions& options) const {
    return second_derivative(network, network.all_weights(), {}, images, normalization, 0, kImages, options);
  }

  // Mean over the images of the plain recursion, by the weights as they are.
  std::vector<Vector> recursion(Loss loss, int power = 2, const Vector& scales = {}) {
    std::vector<Vector> sum = reference.zeros();
    for (std::size_t n = 0; n < kImages; ++n) {
      const Vector logits = reference.forward(reference.input(images, normalization, n));
      const Vector p = softmax(logits);
      Vector seed;
      for (std::size_t i = 0; i < logits.size(); ++i) {
        const double target = i == images.labels[n] ? 1.0 : 0.0;
        if (loss == Loss::cross_entropy) seed.push_back(power == 2 ? p[i] * (1 - p[i]) : p[i] - target);
        if (loss == Loss::mse) seed.push_back(power == 2 ? 2.0 : 2 * (logits[i] - target));
      }
      reference.backward(seed, power, sum, scales);
    }
    for (Vector& layer : sum) {
      for (double& value : layer) value /= kImages;
    }
    return sum;
  }

  // Mean loss with one weight moved.
  double loss_at(Loss loss, std::size_t layer, std::size_t weight, double step) {
    const double kept = reference.weights[layer][weight];
    reference.weights[layer][weight] += step;
    double sum = 0;
    for (std::size_t n = 0; n < kImages; ++n) {
      const Vector& logits = reference.forward(reference.input(images, normalization, n));
      sum += loss == Loss::cross_entropy ? cross_entropy(logits, images.labels[n]) : squared_error(logits, images.labels[n]);
    }
    reference.weights[layer][weight] = kept;
    return sum / kImages;
  }

  // Second central difference by the max-normalised weight, for every `stride`-th weight; others are left 0 in both vectors.
  double difference_to_finite_differences(Loss loss, std::size_t layer, const Vector& engine_layer, double step, std::size_t stride) {
    const double s = largest(reference.weights[layer]);
    Vector expected(engine_layer.size(), 0.0), actual(engine_layer.size(), 0.0);
    for (std::size_t i = 0; i < engine_layer.size(); i += stride) {
      const double up = loss_at(loss, layer, i, step * s), middle = loss_at(loss, layer, i, 0), down = loss_at(loss, layer, i, -step * s);
      expected[i] = (up - 2 * middle + down) / (step * step);
      actual[i] = engine_layer[i];
    }
    return relative_difference(expected, actual);
  }
};

TEST(SecondDerivative, EqualsThePlainRecursionInEveryLayer) {
  for (const auto& specs : {small_specs(), wide_specs()}) {
    Setting setting(specs);
    for (const Loss loss : {Loss::cross_entropy, Loss::mse}) {
      SecondDerivativeOptions options;
      options.loss = loss;
      const std::vector<Vector> actual = setting.engine(options);
      std::vector<Vector> expected = setting.recursion(loss);
      for (std::size_t layer = 0; layer < expected.size(); ++layer) {
        const double s = largest(setting.reference.weights[layer]);
        for (double& value : expected[layer]) value *= s * s;  // h by w / s is s^2 times h by w
        EXPECT_LT(relative_difference(expected[layer], actual[layer]), 1e-5) << "layer " << layer;
      }
    }
  }
}

TEST(SecondDerivative, ComparatorSeesAWrongScale) {
  Setting setting(small_specs());
  const std::vector<Vector> actual = setting.engine({});
  const std::vector<Vector> unscaled = setting.recursion(Loss::cross_entropy);
  for (std::size_t layer = 0; layer < actual.size(); ++layer) EXPECT_GT(relative_difference(unscaled[layer], actual[layer]), 1e-2);
}

TEST(SecondDerivative, IsExactForTheLastLayerWithCrossEntropy) {
  Setting setting(small_specs());
  const std::vector<Vector> actual = setting.engine({});
  EXPECT_LT(setting.difference_to_finite_differences(Loss::cross_entropy, 3, actual[3], 1e-3, 1), 1e-4);
}

TEST(SecondDerivative, IsAnApproximationBeforeTheLastLayer) {
  // Off-diagonal terms are dropped there, so a comparison that passed would compare nothing.
  Setting setting(small_specs());
  const std::vector<Vector> actual = setting.engine({});
  EXPECT_GT(setting.difference_to_finite_differences(Loss::cross_entropy, 2, actual[2], 1e-3, 7), 1e-2);
}

TEST(SecondDerivative, IsExactForTheLastTwoLayersWithMse) {
  Setting setting(small_specs());
  SecondDerivativeOptions options;
  options.loss = Loss::mse;
  const std::vector<Vector> actual = setting.engine(options);
  // Small steps stay away from the kinks of the ReLU between the two layers; the loss is quadratic elsewhere.
  EXPECT_LT(setting.difference_to_finite_differences(Loss::mse, 3, actual[3], 1e-2, 1), 1e-5);
  EXPECT_LT(setting.difference_to_finite_differences(Loss::mse, 2, actual[2], 1e-5, 3), 1e-3);
}

TEST(SecondDerivative, ReferenceQuirksScaleBySAndAddTheFirstOrderTerm) {
  Setting setting(small_specs());
  SecondDerivativeOptions options;
  options.reference_quirks = true;
  const std::vector<Vector> actual = setting.engine(options);
  Vector scales;
  for (const Vector& layer : setting.reference.weights) scales.push_back(1 / largest(layer));
  const std::vector<Vector> second = setting.recursion(Loss::cross_entropy, 2, scales), first = setting.recursion(Loss::cross_entropy, 1);
  for (std::size_t layer = 0; layer < actual.size(); ++layer) {
    const double s = largest(setting.reference.weights[layer]);
    Vector expected(second[layer].size());
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = std::fabs(s * s * second[layer][i] + 2 * s * first[layer][i] / 128);
    EXPECT_LT(relative_difference(expected, actual[layer]), 1e-5) << "layer " << layer;
  }
}

TEST(SecondDerivative, SameBitsForAnyThreadCount) {
  Setting setting(small_specs());
  setting.images = test_images(kSmallInput, 300, 4);
  std::vector<std::vector<Vector>> results;
  for (const int threads : {1, 2, 5}) {
    SecondDerivativeOptions options;
    options.threads = threads;
    results.push_back(
        second_derivative(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 5, 290, options));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(SecondDerivative, ALayerOfZerosHasNone) {
  Setting setting(small_specs());
  std::vector<std::vector<float>> weights = setting.network.all_weights();
  weights[1].assign(weights[1].size(), 0.0f);
  for (const bool quirks : {false, true}) {
    SecondDerivativeOptions options;
    options.reference_quirks = quirks;
    const auto h = second_derivative(setting.network, weights, {}, setting.images, setting.normalization, 0, kImages, options);
    EXPECT_EQ(largest(h[0]), 0.0);
    EXPECT_EQ(largest(h[1]), 0.0);
    EXPECT_GT(largest(h[3]), 0.0);
  }
}

TEST(LossGradient, EqualsFiniteDifferencesOfTheLoss) {
  Setting setting(small_specs());
  const LossGradient gradient =
      loss_gradient(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages);
  EXPECT_NEAR(gradient.loss, setting.loss_at(Loss::cross_entropy, 0, 0, 0), 1e-5);
  for (std::size_t layer = 0; layer < gradient.weights.size(); ++layer) {
    Vector expected, actual;
    for (std::size_t i = 0; i < gradient.weights[layer].size(); i += 11) {
      constexpr double kStep = 1e-5;
      expected.push_back((setting.loss_at(Loss::cross_entropy, layer, i, kStep) - setting.loss_at(Loss::cross_entropy, layer, i, -kStep)) /
                         (2 * kStep));
      actual.push_back(gradient.weights[layer][i]);
    }
    EXPECT_LT(relative_difference(expected, actual), 1e-3) << "layer " << layer;
  }
}

}  // namespace
}  // namespace swimsim
