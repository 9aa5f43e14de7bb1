// Every operator in small graphs: logits, gradient and second derivative against the plain reference; gradient against finite differences.

#include <gtest/gtest.h>

#include "models/network/evaluator.h"
#include "models/network/fold_batch_norm.h"
#include "models/network/second_derivative.h"
#include "tests/support/graph_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::size_t kImages = 10;
constexpr std::size_t kFew = 3;  // for what the plain reference does many times

struct Setting {
  Network network;
  ImageSet images;
  Normalization normalization = plain_normalization(3);
  ReferenceGraph reference;

  explicit Setting(const Example& example, std::size_t count = kImages)
      : network(build_graph(example.input, example.nodes)),
        images(test_images(example.input, count, 4)),
        reference(network, example.nodes) {}

  Vector image(std::size_t n) const {
    Vector x(images.image_size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (images.pixels[n * x.size() + i] / 255.0 - 0.25) / 0.5;
    return x;
  }

  // Mean over the images, by the weights as they are.
  std::vector<Vector> recursion(int power, bool quirks = false) {
    std::vector<Vector> sum = reference.zeros();
    for (std::size_t n = 0; n < images.count(); ++n) {
      const Vector p = softmax(reference.forward(image(n)));
      Vector seed;
      for (std::size_t i = 0; i < p.size(); ++i) seed.push_back(power == 2 ? p[i] * (1 - p[i]) : p[i] - (i == images.labels[n] ? 1 : 0));
      reference.backward(seed, power, sum, quirks);
    }
    for (Vector& layer : sum) {
      for (double& value : layer) value /= static_cast<double>(images.count());
    }
    return sum;
  }

  double loss_at(Loss loss, std::size_t layer, std::size_t weight, double step) {
    const double kept = reference.weights[layer][weight];
    reference.weights[layer][weight] += step;
    double sum = 0;
    for (std::size_t n = 0; n < images.count(); ++n) {
      const Vector& logits = reference.forward(image(n));
      sum += loss == Loss::cross_entropy ? cross_entropy(logits, images.labels[n]) : squared_error(logits, images.labels[n]);
    }
    reference.weights[layer][weight] = kept;
    return sum / static_cast<double>(images.count());
  }
};

TEST(Operators, LogitsEqualThePlainReference) {
  for (const Example& example : examples()) {
    Setting setting(example);
    const std::vector<float> logits =
        Evaluator(setting.network, {}, setting.normalization).logits(setting.network.all_weights(), setting.images, 0, kImages);
    Vector expected, actual(logits.begin(), logits.end());
    for (std::size_t n = 0; n < kImages; ++n) {
      const Vector& one = setting.reference.forward(setting.image(n));
      expected.insert(expected.end(), one.begin(), one.end());
    }
    EXPECT_LT(relative_difference(expected, actual), 1e-5) << example.name;
  }
}

TEST(Operators, GradientEqualsThePlainReference) {
  for (const Example& example : examples()) {
    Setting setting(example);
    const LossGradient gradient =
        loss_gradient(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages);
    const std::vector<Vector> expected = setting.recursion(1);
    for (std::size_t layer = 0; layer < expected.size(); ++layer) {
      EXPECT_LT(relative_difference(expected[layer], gradient.weights[layer]), 2e-5) << example.name << " layer " << layer;
    }
  }
}

TEST(Operators, TheReferenceGradientIsTheSlopeOfItsLoss) {
  for (const Example& example : examples()) {
    Setting setting(example, kFew);
    const std::vector<Vector> gradient = setting.recursion(1);
    for (std::size_t layer = 0; layer < gradient.size(); ++layer) {
      const std::size_t middle = gradient[layer].size() / 2;
      constexpr double kStep = 1e-6;  // small: away from the kinks
      const double slope =
          (setting.loss_at(Loss::cross_entropy, layer, middle, kStep) - setting.loss_at(Loss::cross_entropy, layer, middle, -kStep)) /
          (2 * kStep);
      EXPECT_NEAR(gradient[layer][middle], slope, 1e-6) << example.name << " layer " << layer;
    }
  }
}

TEST(Operators, SecondDerivativeEqualsThePlainRecursion) {
  for (const Example& example : examples()) {
    Setting setting(example);
    const auto actual =
        second_derivative(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages);
    std::vector<Vector> expected = setting.recursion(2);
    for (std::size_t layer = 0; layer < expected.size(); ++layer) {
      const double s = largest(setting.reference.weights[layer]);
      for (double& value : expected[layer]) value *= s * s;
      EXPECT_LT(relative_difference(expected[layer], actual[layer]), 2e-5) << example.name << " layer " << layer;
    }
  }
}

TEST(Operators, SecondDerivativeIsExactForTheLastTwoLayersWithMse) {
  Setting setting(residual_example(16), kFew);
  SecondDerivativeOptions options;
  options.loss = Loss::mse;
  const auto actual =
      second_derivative(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kFew, options);
  const std::size_t layers = actual.size();
  for (const std::size_t layer : {layers - 2, layers - 1}) {
    const double s = largest(setting.reference.weights[layer]);
    for (std::size_t i = 0; i < actual[layer].size(); i += 37) {
      const double step = 1e-4;
      const double up = setting.loss_at(Loss::mse, layer, i, step * s), down = setting.loss_at(Loss::mse, layer, i, -step * s);
      const double middle = setting.loss_at(Loss::mse, layer, i, 0);
      EXPECT_NEAR(actual[layer][i], (up - 2 * middle + down) / (step * step), 1e-3 * largest(actual[layer])) << layer << ", " << i;
    }
  }
}

TEST(Operators, ReferenceQuirksAverageByK) {
  Example example{"average", Shape{3, 8, 8}, {}};
  example.nodes = {{Op::conv, {0}, 6, window(3, 1, 1), 1, false}, {Op::average_pool, {1}, 0, window(2, 2, 0), 1, false}};
  close(example);
  Setting setting(example);
  SecondDerivativeOptions options;
  options.reference_quirks = true;
  const auto actual =
      second_derivative(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages, options);
  // Later layers have s once instead of s^2; the conv's own rule is unchanged, so its h is 1 / (s2 s3) times the recursion's.
  const std::vector<Vector> second = setting.recursion(2, true), first = setting.recursion(1);
  const double s = largest(setting.reference.weights[0]);
  const double later = largest(setting.reference.weights[1]) * largest(setting.reference.weights[2]);
  Vector expected;
  for (std::size_t i = 0; i < second[0].size(); ++i)
    expected.push_back(std::fabs(s * s * second[0][i] / later + 2 * s * first[0][i] / 128));
  EXPECT_LT(relative_difference(expected, actual[0]), 2e-5);
  EXPECT_NEAR(setting.recursion(2, true)[0][0] / setting.recursion(2, false)[0][0], 4, 1e-9) << "2x2: k instead of k^2";
}

TEST(FoldBatchNorm, LeavesTheLogitsEqual) {
  for (const std::int64_t channels : {6, 16}) {
    Setting setting(residual_example(channels));
    const Network folded = fold_batch_norms(setting.network);
    EXPECT_TRUE(folded.batch_norms().empty());
    EXPECT_EQ(folded.nodes().size(), setting.network.nodes().size() - 4);
    ASSERT_EQ(folded.weight_layers().size(), setting.network.weight_layers().size());
    EXPECT_NE(folded.weights(0), setting.network.weights(0));
    const auto logits = [&](const Network& network) {
      const std::vector<float> all =
          Evaluator(network, {}, setting.normalization).logits(network.all_weights(), setting.images, 0, kImages);
      return Vector(all.begin(), all.end());
    };
    EXPECT_LT(relative_difference(logits(setting.network), logits(folded)), 1e-5);
  }
}

TEST(FoldBatchNorm, KeepsOneThatFollowsNoWeights) {
  // In this example the second batch norm follows an activation.
  Setting setting(activation_example("tanh", Op::tanh, 16));
  const Network folded = fold_batch_norms(setting.network);
  ASSERT_EQ(folded.batch_norms().size(), 1u);
  const auto logits = [&](const Network& network) {
    const std::vector<float> all = Evaluator(network, {}, setting.normalization).logits(network.all_weights(), setting.images, 0, kImages);
    return Vector(all.begin(), all.end());
  };
  EXPECT_LT(relative_difference(logits(setting.network), logits(folded)), 1e-5);
}

}  // namespace
}  // namespace swimsim
