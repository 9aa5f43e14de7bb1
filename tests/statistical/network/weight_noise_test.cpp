// Noise on the weights: its size, and that training with it pays.

#include "models/network/weight_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/dataset/glyphs.h"
#include "models/network/builtin.h"
#include "models/network/calibrate.h"
#include "models/network/evaluator.h"
#include "models/network/train.h"

namespace swimsim {
namespace {

TEST(WeightNoise, HasSwimsStandardDeviation) {
  constexpr std::size_t kWeights = 400'000;
  std::vector<float> noise(kWeights, 0.0f), again(kWeights, 0.0f), next(kWeights, 0.0f), other_layer(kWeights, 0.0f);
  add_weight_noise(0.1, {2.5f}, 1, 7, 3, noise);
  add_weight_noise(0.1, {2.5f}, 1, 7, 3, again);
  add_weight_noise(0.1, {2.5f}, 1, 8, 3, next);
  add_weight_noise(0.1, {2.5f}, 1, 7, 4, other_layer);
  EXPECT_EQ(noise, again);
  const auto mean_product = [&](const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < kWeights; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum / kWeights;
  };
  const double expected = 0.1 * 0.57735 * 2.5;
  EXPECT_NEAR(std::sqrt(mean_product(noise, noise)), expected, 0.006 * expected);
  EXPECT_NEAR(mean_product(noise, next), 0, 5 * expected * expected / std::sqrt(kWeights));
  EXPECT_NEAR(mean_product(noise, other_layer), 0, 5 * expected * expected / std::sqrt(kWeights));
}

TEST(WeightNoise, FollowsTheScaleOfEachChannel) {
  constexpr std::size_t kChannel = 100'000;
  std::vector<float> noise(2 * kChannel, 0.0f);
  add_weight_noise(0.2, {3.0f, 0.5f}, 1, 0, 0, noise);
  for (std::size_t channel = 0; channel < 2; ++channel) {
    double squares = 0;
    for (std::size_t i = 0; i < kChannel; ++i) squares += std::pow(static_cast<double>(noise[channel * kChannel + i]), 2);
    const double expected = 0.2 * 0.57735 * (channel == 0 ? 3.0 : 0.5);
    EXPECT_NEAR(std::sqrt(squares / kChannel), expected, 0.012 * expected);  // five standard errors
  }
}

// Mean accuracy of 30 programmings without verification at `sigma`.
double noisy_accuracy(double trained_with, double sigma, const ImageSet& train_images, const ImageSet& test_images) {
  const Normalization normalization{{0.0f}, {1.0f}};
  Network network = make_builtin_network("lenet", 1);
  TrainingOptions options;
  options.epochs = 6;
  options.noise_sigma = trained_with;
  options.threads = 2;
  train(network, options, train_images, normalization);
  const auto weights = dequantize(quantize_weights(network, 4, Quantizer::clamp));
  const ActivationRanges ranges = calibrate_activations(network, weights, train_images, normalization, 512, 4);
  Evaluator evaluator(network, ranges, normalization);
  constexpr std::uint32_t kProgrammings = 30;
  double sum = 0;
  for (std::uint32_t programming = 0; programming < kProgrammings; ++programming) {
    auto written = weights;
    for (std::size_t layer = 0; layer < written.size(); ++layer) {
      const float largest = largest_magnitude(weights[layer].data(), static_cast<std::int64_t>(weights[layer].size()));
      add_weight_noise(sigma, {largest}, 99, programming, static_cast<std::uint32_t>(layer), written[layer]);
    }
    sum += evaluator.accuracy(written, test_images, 0, test_images.count());
  }
  return sum / kProgrammings;
}

TEST(NoiseInjection, PaysWhereNothingIsVerified) {
  const ImageSet train_images = draw_glyphs(1, GlyphHalf::train, 8000), test_images = draw_glyphs(1, GlyphHalf::test, 500);
  const double plain = noisy_accuracy(0, 0.2, train_images, test_images), with_noise = noisy_accuracy(0.2, 0.2, train_images, test_images);
  std::printf("sigma 0.2, nothing verified: %.1f %% trained without noise, %.1f %% with\n", 100 * plain, 100 * with_noise);
  EXPECT_GT(with_noise, plain + 0.01);
}

}  // namespace
}  // namespace swimsim
