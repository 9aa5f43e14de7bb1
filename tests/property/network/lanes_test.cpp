// The engine with the images in the lanes, on random small networks: against the plain reference and against oneDNN's batches.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "models/network/evaluator.h"
#include "models/network/second_derivative.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr int kClasses = 4;

struct Example {
  Shape input;
  std::vector<LayerSpec> specs;
};

Window random_window(std::int64_t size, bool may_halve) {
  if (may_halve && *rc::gen::inRange(0, 2) == 0) return window_of(2, 2, 0);
  Window window;
  window.height = *rc::gen::inRange<std::int64_t>(1, std::min<std::int64_t>(size, 4) + 1);
  window.width = *rc::gen::inRange<std::int64_t>(1, std::min<std::int64_t>(size, 4) + 1);
  window.stride_y = *rc::gen::inRange(1, 4);
  window.stride_x = *rc::gen::inRange(1, 4);
  window.pad_y = *rc::gen::inRange<std::int64_t>(0, window.height);
  window.pad_x = *rc::gen::inRange<std::int64_t>(0, window.width);
  return window;
}

// Convolutions, pools and ReLUs in any order that the shapes allow, then one or two linear layers.
Example random_example() {
  Example example;
  example.input = {*rc::gen::inRange(1, 4), *rc::gen::inRange(6, 13), *rc::gen::inRange(6, 13)};
  std::int64_t height = example.input.height, width = example.input.width;
  const int depth = *rc::gen::inRange(0, 6);
  for (int i = 0; i < depth; ++i) {
    const int what = i == 0 ? 0 : *rc::gen::inRange(0, 3);
    if (what == 2) {
      example.specs.push_back({Kind::relu, 0, {}});
      continue;
    }
    if (std::min(height, width) < 2) continue;
    const Window window = random_window(std::min(height, width), what == 1);
    height = window.out_height(height);
    width = window.out_width(width);
    if (what == 0) example.specs.push_back({Kind::conv, *rc::gen::inRange(1, 28), window});
    if (what == 1) example.specs.push_back({Kind::max_pool, 0, window});
  }
  example.specs.push_back({Kind::flatten, 0, {}});
  if (*rc::gen::arbitrary<bool>()) {
    example.specs.push_back({Kind::linear, *rc::gen::inRange(1, 60), {}});
    example.specs.push_back({Kind::relu, 0, {}});
  }
  example.specs.push_back({Kind::linear, kClasses, {}});
  return example;
}

std::vector<float> logits(const Network& network, const ActivationRanges& ranges, const ImageSet& images, std::size_t first,
                          std::size_t count, Engine engine) {
  Evaluator evaluator(network, ranges, plain_normalization(static_cast<std::size_t>(images.channels)), engine);
  return evaluator.logits(network.all_weights(), images, first, count);
}

RC_GTEST_PROP(Lanes, LogitsEqualThePlainNetworkAndTheBatches, ()) {
  const Example example = random_example();
  const Network network = build_network(example.input, example.specs, 2.0, *rc::gen::arbitrary<bool>());
  constexpr std::size_t kImages = 37;
  const ImageSet images = test_images(example.input, kImages, kClasses);
  const std::vector<float> lanes = logits(network, {}, images, 0, kImages, Engine::lanes);
  const std::vector<float> batches = logits(network, {}, images, 0, kImages, Engine::batches);

  ReferenceNetwork reference(network, example.specs);
  Vector expected;
  for (std::size_t n = 0; n < kImages; ++n) {
    const Vector& one =
        reference.forward(reference.input(images, plain_normalization(static_cast<std::size_t>(example.input.channels)), n));
    expected.insert(expected.end(), one.begin(), one.end());
  }
  RC_ASSERT(relative_difference(expected, Vector(lanes.begin(), lanes.end())) < 1e-5);
  RC_ASSERT(relative_difference(Vector(batches.begin(), batches.end()), Vector(lanes.begin(), lanes.end())) < 1e-5);
}

RC_GTEST_PROP(Lanes, AnImagesBitsDoNotDependOnItsPlace, ()) {
  const Example example = random_example();
  const Network network = build_network(example.input, example.specs);
  const ImageSet images = test_images(example.input, 50, kClasses);
  ActivationRanges ranges;
  if (*rc::gen::arbitrary<bool>()) {
    ranges = calibrate_activations(network, network.all_weights(), images, plain_normalization(static_cast<std::size_t>(images.channels)),
                                   50, 4);
  }
  const std::vector<float> all = logits(network, ranges, images, 0, 50, Engine::lanes);
  const std::size_t first = *rc::gen::inRange<std::size_t>(0, 50), count = *rc::gen::inRange<std::size_t>(0, 50 - first + 1);
  const std::vector<float> some = logits(network, ranges, images, first, count, Engine::lanes);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first * kClasses);
  RC_ASSERT(some == std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(count * kClasses)));
}

// A sum near the middle of two levels may fall to either side, and what follows with it: most logits are equal, not all.
RC_GTEST_PROP(Lanes, QuantisedLogitsNearlyAlwaysEqualTheBatches, ()) {
  const Example example = random_example();
  const Network network = build_network(example.input, example.specs);
  constexpr std::size_t kImages = 100;
  const ImageSet images = test_images(example.input, kImages, kClasses);
  const ActivationRanges ranges = calibrate_activations(network, network.all_weights(), images,
                                                        plain_normalization(static_cast<std::size_t>(images.channels)), kImages, 4);
  const std::vector<float> lanes = logits(network, ranges, images, 0, kImages, Engine::lanes);
  const std::vector<float> batches = logits(network, ranges, images, 0, kImages, Engine::batches);
  std::size_t equal = 0;
  const float step = ranges.range.back() / 15;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const float level = lanes[i] / step;
    RC_ASSERT(std::fabs(level - std::nearbyint(level)) < 1e-4f);
    RC_ASSERT(std::fabs(level) < 15.001f);
    equal += std::fabs(lanes[i] - batches[i]) < step / 2 ? 1 : 0;
  }
  RC_ASSERT(equal >= lanes.size() * 98 / 100);
}

RC_GTEST_PROP(Lanes, DerivativesEqualTheBatches, ()) {
  const Example example = random_example();
  const Network network = build_network(example.input, example.specs, 2.0, *rc::gen::arbitrary<bool>());
  const ImageSet images = test_images(example.input, 70, kClasses);
  const Normalization normalization = plain_normalization(static_cast<std::size_t>(images.channels));
  SecondDerivativeOptions options;
  options.loss = *rc::gen::element(Loss::cross_entropy, Loss::mse);
  std::vector<std::vector<std::vector<double>>> results[2];
  for (const Engine engine : {Engine::lanes, Engine::batches}) {
    options.engine = engine;
    auto& result = results[engine == Engine::lanes ? 0 : 1];
    auto both = gradient_and_second_derivative(network, network.all_weights(), {}, images, normalization, 0, 70, options);
    result = {both.second, both.gradient.weights, both.gradient.biases,
              squared_gradient(network, network.all_weights(), {}, images, normalization, 0, 70, options)};
  }
  for (std::size_t kind = 0; kind < results[0].size(); ++kind) {
    for (std::size_t layer = 0; layer < results[0][kind].size(); ++layer) {
      RC_LOG() << "derivative " << kind << ", layer " << layer << "\n";
      RC_ASSERT(relative_difference(results[1][kind][layer], results[0][kind][layer]) < 1e-4);
    }
  }
}

TEST(Lanes, ChangedImagesAreConvertedAgain) {
  const Network network = build_network(kSmallInput, small_specs());
  ImageSet images = test_images(kSmallInput, 40, kClasses);
  Evaluator evaluator(network, {}, plain_normalization(2), Engine::lanes);
  const std::vector<float> before = evaluator.logits(network.all_weights(), images, 0, 40);
  images.pixels[images.image_size() * 20 + 50] ^= 0xFF;
  const std::vector<float> after = evaluator.logits(network.all_weights(), images, 0, 40);
  EXPECT_EQ(after, logits(network, {}, images, 0, 40, Engine::lanes));
  EXPECT_NE(after, before);
  EXPECT_EQ(evaluator.logits(network.all_weights(), images, 20, 7), std::vector<float>(after.begin() + 80, after.begin() + 108));
}

TEST(Lanes, ChosenForSmallChainsOnly) {
  EXPECT_EQ(engine_for(build_network(kSmallInput, small_specs())), Engine::lanes);
  const std::vector<LayerSpec> large = {{Kind::flatten, 0, {}}, {Kind::linear, 1500, {}}, {Kind::linear, kClasses, {}}};
  const Network too_large = build_network(kSmallInput, large);
  EXPECT_EQ(engine_for(too_large), Engine::batches);
  EXPECT_EQ(engine_for(too_large, Engine::batches), Engine::batches);
  EXPECT_THROW(engine_for(too_large, Engine::lanes), std::logic_error);
}

}  // namespace
}  // namespace swimsim
