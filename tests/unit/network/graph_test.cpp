// Every operator in small graphs: logits, gradient and second derivative against the plain reference; gradient against finite differences.

#include <gtest/gtest.h>

#include "models/network/evaluator.h"
#include "models/network/fold_batch_norm.h"
#include "models/network/second_derivative.h"
#include "tests/support/graph_reference.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::size_t kImages = 66;  // a full chunk of 64 and a rest

Window window(std::int64_t size, std::int64_t stride, std::int64_t pad, std::int64_t dilation = 1, std::int64_t extra = 0) {
  Window w = window_of(size, stride, pad);
  w.dilation_y = w.dilation_x = dilation;
  w.extra_y = w.extra_x = extra;
  return w;
}

struct Example {
  std::string name;
  Shape input;
  std::vector<GraphNode> nodes;
};

// A head that ends every example: global average, flatten, two dense layers.
void close(Example& example) {
  const auto last = [&] { return static_cast<int>(example.nodes.size()); };
  example.nodes.push_back({Op::flatten, {last()}, 0, {}, 1, false});
  example.nodes.push_back({Op::linear, {last()}, 9, {}, 1, false});
  example.nodes.push_back({Op::relu, {last()}, 0, {}, 1, false});
  example.nodes.push_back({Op::linear, {last()}, 4, {}, 1, false});
}

// conv, batch norm, activation, conv: once in few channels and once in whole blocks.
Example activation_example(const std::string& name, Op activation, std::int64_t channels) {
  Example example{name, Shape{3, 8, 8}, {}};
  example.nodes = {
      {Op::conv, {0}, channels, window(3, 1, 1), 1, false}, {Op::batch_norm, {1}, 0, {}, 1, false}, {activation, {2}, 0, {}, 1, false},
      {Op::conv, {3}, channels, window(3, 2, 1), 1, false}, {activation, {4}, 0, {}, 1, false},     {Op::batch_norm, {5}, 0, {}, 1, false}};
  close(example);
  return example;
}

// Two residual blocks; the second has a convolution in its shortcut.
Example residual_example(std::int64_t channels) {
  Example e{"residual", Shape{3, 8, 8}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1), 1, false},
             {Op::batch_norm, {1}, 0, {}, 1, false},
             {Op::relu, {2}, 0, {}, 1, false},
             {Op::conv, {3}, channels, window(3, 1, 1), 1, false},
             {Op::batch_norm, {4}, 0, {}, 1, false},
             {Op::add, {5, 3}, 0, {}, 1, false},
             {Op::relu, {6}, 0, {}, 1, false},
             {Op::conv, {7}, 2 * channels, window(3, 2, 1), 1, false},
             {Op::batch_norm, {8}, 0, {}, 1, false},
             {Op::conv, {7}, 2 * channels, window(1, 2, 0), 1, false},
             {Op::batch_norm, {10}, 0, {}, 1, false},
             {Op::add, {9, 11}, 0, {}, 1, false},
             {Op::relu, {12}, 0, {}, 1, false},
             {Op::add, {13, 13}, 0, {}, 1, false},
             {Op::global_average_pool, {14}, 0, {}, 1, false}};
  close(e);
  return e;
}

Example pool_example(std::int64_t channels) {
  Example e{"pools", Shape{3, 13, 11}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1), 1, false},    {Op::relu, {1}, 0, {}, 1, false},
             {Op::average_pool, {2}, 0, window(3, 2, 1), 1, false},   {Op::average_pool, {2}, 0, window(3, 2, 1), 1, true},
             {Op::max_pool, {2}, 0, window(3, 2, 1), 1, false},       {Op::concat, {3, 4, 5}, 0, {}, 1, false},
             {Op::max_pool, {6}, 0, window(2, 2, 0, 1, 1), 1, false}, {Op::conv, {7}, channels, window(3, 1, 1), 1, false},
             {Op::average_pool, {8}, 0, window(2, 2, 0), 1, false}};
  close(e);
  return e;
}

// Grouped, depthwise, dilated, with more padding on one side; a value read in both layouts.
Example conv_example(std::int64_t channels, std::int64_t groups) {
  Example e{"convolutions", Shape{3, 9, 11}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1, 1, 1), 1, false},
             {Op::relu, {1}, 0, {}, 1, false},
             {Op::conv, {2}, channels, window(3, 1, 1), channels, false},
             {Op::relu, {3}, 0, {}, 1, false},
             {Op::conv, {4}, 2 * channels, window(3, 1, 2, 2), groups, false},
             {Op::tanh, {5}, 0, {}, 1, false},
             {Op::conv, {6}, channels, window(3, 2, 0, 1, 1), 1, false},
             {Op::conv, {6}, 5, window(1, 2, 0), 1, false},
             {Op::concat, {7, 8}, 0, {}, 1, false}};
  close(e);
  return e;
}

// A block is 16 channels, or 8 without AVX-512: 16 is whole blocks either way, 5 and 6 never, and 24 now and then.
std::vector<Example> examples() {
  std::vector<Example> all;
  for (const std::int64_t channels : {6, 16}) {
    all.push_back(activation_example("relu", Op::relu, channels));
    all.push_back(activation_example("leaky_relu", Op::leaky_relu, channels));
    all.push_back(activation_example("clip", Op::clip, channels));
    all.push_back(activation_example("sigmoid", Op::sigmoid, channels));
    all.push_back(activation_example("tanh", Op::tanh, channels));
    all.push_back(residual_example(channels));
    all.push_back(pool_example(channels));
    all.push_back(conv_example(channels, 2));
  }
  all.push_back(conv_example(32, 2));
  all.push_back(residual_example(24));
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name += " number " + std::to_string(i);
  return all;
}

struct Setting {
  Network network;
  ImageSet images;
  Normalization normalization = plain_normalization(3);
  ReferenceGraph reference;

  explicit Setting(const Example& example)
      : network(build_graph(example.input, example.nodes)),
        images(test_images(example.input, kImages, 4)),
        reference(network, example.nodes) {}

  Vector image(std::size_t n) const {
    Vector x(images.image_size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (images.pixels[n * x.size() + i] / 255.0 - 0.25) / 0.5;
    return x;
  }

  // Mean over the images, by the weights as they are.
  std::vector<Vector> recursion(int power, bool quirks = false) {
    std::vector<Vector> sum = reference.zeros();
    for (std::size_t n = 0; n < kImages; ++n) {
      const Vector p = softmax(reference.forward(image(n)));
      Vector seed;
      for (std::size_t i = 0; i < p.size(); ++i) seed.push_back(power == 2 ? p[i] * (1 - p[i]) : p[i] - (i == images.labels[n] ? 1 : 0));
      reference.backward(seed, power, sum, quirks);
    }
    for (Vector& layer : sum) {
      for (double& value : layer) value /= kImages;
    }
    return sum;
  }

  double loss_at(Loss loss, std::size_t layer, std::size_t weight, double step) {
    const double kept = reference.weights[layer][weight];
    reference.weights[layer][weight] += step;
    double sum = 0;
    for (std::size_t n = 0; n < kImages; ++n) {
      const Vector& logits = reference.forward(image(n));
      sum += loss == Loss::cross_entropy ? cross_entropy(logits, images.labels[n]) : squared_error(logits, images.labels[n]);
    }
    reference.weights[layer][weight] = kept;
    return sum / kImages;
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
    Setting setting(example);
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
  Setting setting(residual_example(16));
  SecondDerivativeOptions options;
  options.loss = Loss::mse;
  const auto actual =
      second_derivative(setting.network, setting.network.all_weights(), {}, setting.images, setting.normalization, 0, kImages, options);
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
