#include "models/network/second_derivative.h"

#include <gtest/gtest.h>

#include "models/network/evaluator.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::size_t kImages = 70;  // one full chunk of 64 and a rest
constexpr Engine kEngines[] = {Engine::lanes, Engine::batches};
const char* name_of(Engine engine) { return engine == Engine::lanes ? "lanes" : "batches"; }

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

  std::vector<Vector> second(Engine engine, SecondDerivativeOptions options = {}) const {
    options.engine = engine;
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

  // Second central difference by the max-normalised weight, for every `stride`-th weight.
  Vector second_differences(Loss loss, std::size_t layer, double step, std::size_t stride) {
    const double s = largest(reference.weights[layer]);
    Vector differences;
    for (std::size_t i = 0; i < reference.weights[layer].size(); i += stride) {
      const double up = loss_at(loss, layer, i, step * s), middle = loss_at(loss, layer, i, 0), down = loss_at(loss, layer, i, -step * s);
      differences.push_back((up - 2 * middle + down) / (step * step));
    }
    return differences;
  }
};

Vector every(std::size_t stride, const Vector& values) {
  Vector some;
  for (std::size_t i = 0; i < values.size(); i += stride) some.push_back(values[i]);
  return some;
}

TEST(SecondDerivative, EqualsThePlainRecursionInEveryLayer) {
  for (const auto& specs : {small_specs(), wide_specs()}) {
    Setting setting(specs);
    for (const Loss loss : {Loss::cross_entropy, Loss::mse}) {
      SecondDerivativeOptions options;
      options.loss = loss;
      std::vector<Vector> expected = setting.recursion(loss);
      for (std::size_t layer = 0; layer < expected.size(); ++layer) {
        const double s = largest(setting.reference.weights[layer]);
        for (double& value : expected[layer]) value *= s * s;  // h by w / s is s^2 times h by w
      }
      for (const Engine engine : kEngines) {
        const std::vector<Vector> actual = setting.second(engine, options);
        for (std::size_t layer = 0; layer < expected.size(); ++layer) {
          EXPECT_LT(relative_difference(expected[layer], actual[layer]), 1e-5) << "layer " << layer << ", " << name_of(engine);
        }
      }
    }
  }
}

TEST(SecondDerivative, ComparatorSeesAWrongScale) {
  Setting setting(small_specs());
  const std::vector<Vector> actual = setting.second(Engine::automatic);
  const std::vector<Vector> unscaled = setting.recursion(Loss::cross_entropy);
  for (std::size_t layer = 0; layer < actual.size(); ++layer) EXPECT_GT(relative_difference(unscaled[layer], actual[layer]), 1e-2);
}

TEST(SecondDerivative, IsExactForTheLastLayerWithCrossEntropy) {
  Setting setting(small_specs());
  const Vector expected = setting.second_differences(Loss::cross_entropy, 3, 1e-3, 1);
  for (const Engine engine : kEngines) EXPECT_LT(relative_difference(expected, setting.second(engine)[3]), 1e-4) << name_of(engine);
}

TEST(SecondDerivative, IsAnApproximationBeforeTheLastLayer) {
  // Off-diagonal terms are dropped there, so a comparison that passed would compare nothing.
  Setting setting(small_specs());
  const Vector expected = setting.second_differences(Loss::cross_entropy, 2, 1e-3, 7);
  EXPECT_GT(relative_difference(expected, every(7, setting.second(Engine::automatic)[2])), 1e-2);
}

TEST(SecondDerivative, IsExactForTheLastTwoLayersWithMse) {
  Setting setting(small_specs());
  SecondDerivativeOptions options;
  options.loss = Loss::mse;
  // Small steps stay away from the kinks of the ReLU between the two layers; the loss is quadratic elsewhere.
  const Vector last = setting.second_differences(Loss::mse, 3, 1e-2, 1), before = setting.second_differences(Loss::mse, 2, 1e-5, 3);
  for (const Engine engine : kEngines) {
    const std::vector<Vector> actual = setting.second(engine, options);
    EXPECT_LT(relative_difference(last, actual[3]), 1e-5) << name_of(engine);
    EXPECT_LT(relative_difference(before, every(3, actual[2])), 1e-3) << name_of(engine);
  }
}

TEST(SecondDerivative, ReferenceQuirksScaleBySAndAddTheFirstOrderTerm) {
  Setting setting(small_specs());
  SecondDerivativeOptions options;
  options.reference_quirks = true;
  Vector scales;
  for (const Vector& layer : setting.reference.weights) scales.push_back(1 / largest(layer));
  const std::vector<Vector> second = setting.recursion(Loss::cross_entropy, 2, scales), first = setting.recursion(Loss::cross_entropy, 1);
  for (const Engine engine : kEngines) {
    const std::vector<Vector> actual = setting.second(engine, options);
    for (std::size_t layer = 0; layer < actual.size(); ++layer) {
      const double s = largest(setting.reference.weights[layer]);
      Vector expected(second[layer].size());
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = std::fabs(s * s * second[layer][i] + 2 * s * first[layer][i] / 128);
      EXPECT_LT(relative_difference(expected, actual[layer]), 1e-5) << "layer " << layer << ", " << name_of(engine);
    }
  }
}

TEST(SecondDerivative, SameBitsForAnyThreadCount) {
  Setting setting(small_specs());
  setting.images = test_images(kSmallInput, 300, 4);
  for (const Engine engine : kEngines) {
    std::vector<std::vector<Vector>> results;
    for (const int threads : {1, 2, 5}) {
      SecondDerivativeOptions options;
      options.threads = threads;
      options.engine = engine;
      results.push_back(
          second_derivative(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 5, 290, options));
    }
    EXPECT_EQ(results[0], results[1]) << name_of(engine);
    EXPECT_EQ(results[0], results[2]) << name_of(engine);
  }
}

TEST(SecondDerivative, ALayerOfZerosHasNone) {
  Setting setting(small_specs());
  std::vector<std::vector<float>> weights = setting.network.all_weights();
  weights[1].assign(weights[1].size(), 0.0f);
  for (const Engine engine : kEngines) {
    for (const bool quirks : {false, true}) {
      SecondDerivativeOptions options;
      options.reference_quirks = quirks;
      options.engine = engine;
      const auto h = second_derivative(setting.network, weights, {}, setting.images, setting.normalization, 0, kImages, options);
      EXPECT_EQ(largest(h[0]), 0.0);
      EXPECT_EQ(largest(h[1]), 0.0);
      EXPECT_GT(largest(h[3]), 0.0);
    }
  }
}

TEST(LossGradient, EqualsFiniteDifferencesOfTheLoss) {
  Setting setting(small_specs());
  std::vector<LossGradient> gradients;
  for (const Engine engine : kEngines) {
    SecondDerivativeOptions options;
    options.engine = engine;
    gradients.push_back(
        loss_gradient(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages, options));
    EXPECT_NEAR(gradients.back().loss, setting.loss_at(Loss::cross_entropy, 0, 0, 0), 1e-5);
  }
  constexpr double kStep = 1e-5;
  constexpr std::size_t kStride = 11;
  for (std::size_t layer = 0; layer < setting.reference.weights.size(); ++layer) {
    Vector expected;
    for (std::size_t i = 0; i < setting.reference.weights[layer].size(); i += kStride) {
      expected.push_back((setting.loss_at(Loss::cross_entropy, layer, i, kStep) - setting.loss_at(Loss::cross_entropy, layer, i, -kStep)) /
                         (2 * kStep));
    }
    for (std::size_t e = 0; e < gradients.size(); ++e) {
      EXPECT_LT(relative_difference(expected, every(kStride, gradients[e].weights[layer])), 1e-3)
          << "layer " << layer << ", " << name_of(kEngines[e]);
    }
  }
}

TEST(LossGradient, OfTheLastBiasesIsTheMeanOfWhatTheLossSays) {
  // d loss / d logit is p - y, and a logit's bias adds to it directly.
  Setting setting(small_specs());
  Vector expected(4, 0.0);
  for (std::size_t n = 0; n < kImages; ++n) {
    const Vector p = softmax(setting.reference.forward(setting.reference.input(setting.images, setting.normalization, n)));
    for (std::size_t i = 0; i < p.size(); ++i) expected[i] += (p[i] - (i == setting.images.labels[n] ? 1.0 : 0.0)) / kImages;
  }
  std::vector<std::vector<Vector>> biases;
  for (const Engine engine : kEngines) {
    SecondDerivativeOptions options;
    options.engine = engine;
    biases.push_back(
        loss_gradient(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages, options)
            .biases);
    EXPECT_LT(relative_difference(expected, biases.back()[3]), 1e-5) << name_of(engine);
  }
  for (std::size_t layer = 0; layer < 3; ++layer) EXPECT_LT(relative_difference(biases[0][layer], biases[1][layer]), 1e-5) << layer;
}

TEST(SquaredGradient, IsTheMeanSquareOfEachImagesOwn) {
  for (const auto& specs : {small_specs(), wide_specs()}) {
    Setting setting(specs);
    std::vector<Vector> expected = setting.reference.zeros();
    for (std::size_t n = 0; n < kImages; ++n) {
      Vector seed = softmax(setting.reference.forward(setting.reference.input(setting.images, setting.normalization, n)));
      seed[setting.images.labels[n]] -= 1;
      std::vector<Vector> own = setting.reference.zeros();
      setting.reference.backward(seed, 1, own);
      for (std::size_t layer = 0; layer < own.size(); ++layer) {
        const double s = largest(setting.reference.weights[layer]);
        for (std::size_t i = 0; i < own[layer].size(); ++i) expected[layer][i] += s * s * own[layer][i] * own[layer][i] / kImages;
      }
    }
    for (const Engine engine : kEngines) {
      SecondDerivativeOptions options;
      options.engine = engine;
      options.threads = 2;
      const std::vector<Vector> actual =
          squared_gradient(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages, options);
      for (std::size_t layer = 0; layer < expected.size(); ++layer) {
        EXPECT_LT(relative_difference(expected[layer], actual[layer]), 1e-5) << "layer " << layer << ", " << name_of(engine);
      }
    }
  }
}

TEST(GradientAndSecondDerivative, HasTheBitsOfEachAlone) {
  Setting setting(small_specs());
  const ActivationRanges ranges =
      calibrate_activations(setting.network, setting.network.all_weights(), setting.images, setting.normalization, 0, 4);
  const auto ask = [&](const auto& function, const SecondDerivativeOptions& options) {
    return function(setting.network, setting.network.all_weights(), ranges, setting.images, setting.normalization, 3, 66, options);
  };
  for (const Engine engine : kEngines) {
    for (const bool quirks : {false, true}) {
      SecondDerivativeOptions options;
      options.engine = engine;
      options.reference_quirks = quirks;
      const auto both = ask([](const auto&... arguments) { return gradient_and_second_derivative(arguments...); }, options);
      const auto gradient = ask([](const auto&... arguments) { return loss_gradient(arguments...); }, options);
      EXPECT_EQ(both.second, ask([](const auto&... arguments) { return second_derivative(arguments...); }, options));
      EXPECT_EQ(both.gradient.weights, gradient.weights);
      EXPECT_EQ(both.gradient.biases, gradient.biases);
      EXPECT_EQ(both.gradient.loss, gradient.loss);
    }
  }
}

}  // namespace
}  // namespace swimsim
