#include "models/network/second_derivative.h"

#include <gtest/gtest.h>

#include "models/common/errors.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::size_t kImages = 70;  // one full chunk of 64 and a rest

TEST(Fisher, IsTheMeanOfTheSquaredGradientsOfSingleImages) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, kImages, 4);
  const Normalization normalization = plain_normalization(2);
  std::vector<Vector> expected;
  for (std::size_t n = 0; n < kImages; ++n) {
    const LossGradient one = loss_gradient(network, network.all_weights(), {}, images, normalization, n, 1);
    if (expected.empty()) {
      for (const auto& layer : one.weights) expected.emplace_back(layer.size(), 0.0);
    }
    for (std::size_t layer = 0; layer < expected.size(); ++layer) {
      for (std::size_t i = 0; i < expected[layer].size(); ++i)
        expected[layer][i] += one.weights[layer][i] * one.weights[layer][i] / kImages;
    }
  }
  const auto fisher = squared_gradient(network, network.all_weights(), {}, images, normalization, 0, kImages);
  for (std::size_t layer = 0; layer < expected.size(); ++layer) {
    const double s = largest_magnitude(network.weights(layer).data(), static_cast<std::int64_t>(network.weights(layer).size()));
    for (double& value : expected[layer]) value *= s * s;
    EXPECT_LT(relative_difference(expected[layer], fisher[layer]), 1e-5) << layer;
  }
}

TEST(Fisher, ThreadsChangeNoBit) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, 200, 4);
  SecondDerivativeOptions three;
  three.threads = 3;
  EXPECT_EQ(squared_gradient(network, network.all_weights(), {}, images, plain_normalization(2), 0, 200),
            squared_gradient(network, network.all_weights(), {}, images, plain_normalization(2), 0, 200, three));
}

TEST(Fisher, MoreImagesThanThereAreIsTheUsersMistake) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, 3, 4);
  EXPECT_THROW(squared_gradient(network, network.all_weights(), {}, images, plain_normalization(2), 1, 3), InputError);
}

}  // namespace
}  // namespace swimsim
