// An order of rows and columns costs nothing: it is that of a network whose channels have changed places, which computes the same.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "models/array/tile_words.h"
#include "models/network/evaluator.h"
#include "tests/support/array_example.h"
#include "tests/support/graph_examples.h"
#include "tests/support/permuted_network.h"

namespace swimsim {
namespace {

using testing::ChannelOrders;

Network graph(const testing::Example& example) { return testing::build_graph(example.input, example.nodes); }

/// A chain with a flattened value between convolutions and linear layers, additions, concatenations, groups.
std::vector<Network> networks() {
  return {testing::small_network(), graph(testing::residual_example(6)), graph(testing::pool_example(5)),
          graph(testing::conv_example(6, 2))};
}

/// Weights -1, 0, 1 and whole biases: as long as no sum passes 2^24, floats add exactly, in any order.
Network in_whole_numbers(Network network) {
  for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
    const float half = 0.5f * largest_magnitude(network.weights(layer).data(), network.weight_layers()[layer].count());
    for (float& weight : network.weights(layer)) weight = std::nearbyint(weight / half / 1.5f);
    for (float& bias : network.biases(layer)) bias = std::nearbyint(bias * 10);
  }
  for (std::size_t i = 0; i < network.batch_norms().size(); ++i) {
    BatchNormParameters& norm = network.batch_norm(i);
    norm.epsilon = 0;
    norm.variance.assign(norm.variance.size(), 1.0f);
    for (float& gamma : norm.gamma) gamma = gamma > 1 ? 1.0f : -1.0f;
    for (float& beta : norm.beta) beta = std::nearbyint(beta * 10);
    for (float& mean : norm.mean) mean = std::nearbyint(mean * 10);
  }
  return network;
}

/// Pixels are 0 or 1.
ImageSet black_and_white(const Network& network) {
  ImageSet images = testing::test_images(network.input_shape(), 5, static_cast<int>(network.classes()));
  for (std::uint8_t& pixel : images.pixels) pixel = pixel < 128 ? 0 : 255;
  return images;
}

std::vector<float> logits_of(const Network& network, const ImageSet& images) {
  const auto channels = static_cast<std::size_t>(images.channels);
  Evaluator evaluator(network, {}, {std::vector<float>(channels, 0.0f), std::vector<float>(channels, 1.0f)});
  return evaluator.logits(network.all_weights(), images, 0, images.count());
}

// Chain and residual network: pools over 3 x 3 and hyperbolic tangents leave the whole numbers.
TEST(AbsorbedOrder, LogitsInWholeNumbersAreTheSame) {
  for (const Network& network : {in_whole_numbers(testing::small_network()), in_whole_numbers(graph(testing::residual_example(6)))}) {
    const ImageSet images = black_and_white(network);
    const std::vector<float> expected = logits_of(network, images);
    const ChannelAxes axes = find_channel_axes(network);
    const bool holds = rc::check("the logits are the same", [&] {
      RC_ASSERT(logits_of(testing::with_channels_moved(network, axes, testing::any_channel_orders(axes)), images) == expected);
    });
    EXPECT_TRUE(holds);
    EXPECT_GT(largest_magnitude(expected.data(), static_cast<std::int64_t>(expected.size())), 1.0f);  // something came through
  }
}

// In another order a sum of n floats differs by n 2^-24 of its magnitudes at most: here n is below 600 in each of few layers.
TEST(AbsorbedOrder, LogitsInFloatsAreTheSameButForRounding) {
  for (const Network& network : networks()) {
    const ImageSet images = testing::test_images(network.input_shape(), 4, static_cast<int>(network.classes()));
    const std::vector<float> expected = logits_of(network, images);
    const float bound = 1e-4f * largest_magnitude(expected.data(), static_cast<std::int64_t>(expected.size()));
    const ChannelAxes axes = find_channel_axes(network);
    const bool holds = rc::check("the logits are the same but for rounding", [&] {
      const auto logits = logits_of(testing::with_channels_moved(network, axes, testing::any_channel_orders(axes)), images);
      for (std::size_t i = 0; i < logits.size(); ++i) RC_ASSERT(std::fabs(logits[i] - expected[i]) <= bound);
    });
    EXPECT_TRUE(holds);
  }
}

// Outputs that nobody follows give other logits.
TEST(AbsorbedOrder, BitesOnALayerThatDoesNotFollow) {
  const Network network = in_whole_numbers(graph(testing::residual_example(6)));
  const ImageSet images = black_and_white(network);
  const ChannelAxes axes = find_channel_axes(network);
  ChannelOrders orders(axes.axes.size());
  orders[axes.outputs[0]] = {1, 2, 3, 4, 5, 0};
  Network moved = testing::with_channels_moved(network, axes, orders);
  ASSERT_EQ(logits_of(moved, images), logits_of(network, images));
  moved.weights(1) = network.weights(1);
  EXPECT_NE(logits_of(moved, images), logits_of(network, images));
}

TEST(AbsorbedOrder, TilesHoldTheCellsOfTheNetworkThatIsReallyMoved) {
  for (const Network& network : networks()) {
    const ChannelAxes axes = find_channel_axes(network);
    const bool holds = rc::check("the tiles hold the same", [&] {
      const ChannelOrders orders = testing::any_channel_orders(axes);
      testing::ArrayExampleOptions options;
      options.bits_per_device = *rc::gen::element(1, 2, 4);
      options.tile_rows = *rc::gen::inRange(3, 40);
      options.tile_cols = *rc::gen::inRange(2, 40);
      testing::ArrayExample ordered(network, options, 1);
      const testing::ArrayExample moved(testing::with_channels_moved(network, axes, orders), options, 1);
      ordered.reorder(testing::layer_orders(axes, orders));
      for (std::size_t tile = 0; tile < moved.mapping->tiles().size(); ++tile)
        RC_ASSERT(digits_of_tile(*ordered.mapping, tile, ordered.quantized.codes) ==
                  digits_of_tile(*moved.mapping, tile, moved.quantized.codes));
    });
    EXPECT_TRUE(holds);
  }
}

}  // namespace
}  // namespace swimsim
