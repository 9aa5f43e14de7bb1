#include "models/network/train.h"

#include <gtest/gtest.h>

#include "models/common/errors.h"
#include "models/network/builtin.h"
#include "models/network/calibrate.h"
#include "models/network/evaluator.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

// Images whose class is the brightest quarter: learnable in a moment.
ImageSet quarter_images(std::size_t count) {
  ImageSet images = test_images(kSmallInput, count, 4);
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t i = 0; i < images.image_size(); ++i) {
      std::uint8_t& pixel = images.pixels[n * images.image_size() + i];
      pixel = static_cast<std::uint8_t>(i * 4 / images.image_size() == images.labels[n] ? 128 + pixel / 2 : pixel / 2);
    }
  }
  return images;
}

TrainingOptions short_training() {
  TrainingOptions options;
  options.epochs = 3;
  options.batch = 50;
  options.learning_rate = 0.01;
  return options;
}

TEST(Train, SameBytesForAnyThreadCount) {
  const ImageSet images = quarter_images(330);
  std::vector<Network> trained;
  for (const int threads : {1, 2, 3, 4, 9}) {
    trained.push_back(build_network(kSmallInput, small_specs()));
    TrainingOptions options = short_training();
    options.threads = threads;
    train(trained.back(), options, images, plain_normalization(2));
  }
  for (std::size_t n = 1; n < trained.size(); ++n) {
    EXPECT_EQ(trained[0].all_weights(), trained[n].all_weights());
    for (std::size_t layer = 0; layer < 4; ++layer) EXPECT_EQ(trained[0].biases(layer), trained[n].biases(layer));
  }
  TrainingOptions other = short_training();
  other.seed = 2;
  Network different = build_network(kSmallInput, small_specs());
  train(different, other, images, plain_normalization(2));
  EXPECT_NE(different.all_weights(), trained[0].all_weights()) << "the seed orders the images";
}

TEST(Train, LearnsAQuantisedNetwork) {
  const ImageSet images = quarter_images(1000), unseen = [] {
    ImageSet all = quarter_images(1400);
    all.labels.erase(all.labels.begin(), all.labels.begin() + 1000);
    all.pixels.erase(all.pixels.begin(), all.pixels.begin() + static_cast<std::ptrdiff_t>(1000 * all.image_size()));
    return all;
  }();
  Network network = build_network(kSmallInput, small_specs());
  std::int64_t last_done = 0, last_total = 0;
  double loss = 0;
  train(network, short_training(), images, plain_normalization(2), [&](std::int64_t done, std::int64_t total, double now, double) {
    EXPECT_GT(done, last_done);
    last_done = done;
    last_total = total;
    loss = now;
  });
  EXPECT_EQ(last_done, 3000);
  EXPECT_EQ(last_total, 3000);
  EXPECT_LT(loss, 0.5);
  const auto weights = dequantize(quantize_weights(network, 4, Quantizer::clamp));
  const ActivationRanges ranges = calibrate_activations(network, weights, images, plain_normalization(2), 0, 4);
  EXPECT_GT(Evaluator(network, ranges, plain_normalization(2)).accuracy(weights, unseen, 0, unseen.count()), 0.9);
}

TEST(Train, LayersQuantisedAlikeAreTheSameBytesAsOneWordForAll) {
  const ImageSet images = quarter_images(200);
  const auto trained = [&](const auto& change) {
    TrainingOptions options = short_training();
    change(options);
    Network network = build_network(kSmallInput, small_specs());
    train(network, options, images, plain_normalization(2));
    return network.all_weights();
  };
  const auto plain = trained([](TrainingOptions&) {});
  EXPECT_EQ(trained([](TrainingOptions& o) { o.weight_layers.resize(4), o.activation_layer_bits = {4, 4, 4, 4}; }), plain);
  EXPECT_NE(trained([](TrainingOptions& o) { o.weight_layers.resize(4), o.weight_layers[1].bits = 2; }), plain);
  EXPECT_NE(trained([](TrainingOptions& o) { o.weight_layers.resize(4), o.weight_layers[1].per_channel = true; }), plain);
  EXPECT_NE(trained([](TrainingOptions& o) { o.activation_layer_bits = {4, 4, 2, 4}; }), plain);
  const auto clipping = [](TrainingOptions& o) { o.activation_range = {RangeMethod::percentile, 99}; };
  EXPECT_NE(trained(clipping), plain);
  EXPECT_EQ(trained([&](TrainingOptions& o) { clipping(o), o.threads = 3; }), trained(clipping));
}

// Two bits, a scale for each channel, clipped: the network is trained on the weights that are deployed.
TEST(Train, LearnsWhatIsDeployedAtTwoBits) {
  const ImageSet images = quarter_images(1000);
  WeightQuantization how;
  how.bits = 2;
  how.per_channel = true;
  how.range = {RangeMethod::least_squares};
  TrainingOptions options = short_training();
  options.weight_layers.assign(4, how);
  Network network = build_network(kSmallInput, small_specs());
  train(network, options, images, plain_normalization(2));
  const auto weights = dequantize(quantize_weights(network, how));
  const ActivationRanges ranges = calibrate_activations(network, weights, images, plain_normalization(2), 0, 4);
  EXPECT_GT(Evaluator(network, ranges, plain_normalization(2)).accuracy(weights, images, 0, images.count()), 0.9);
}

TEST(Train, RefusesNonsense) {
  Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = quarter_images(10);
  const auto refuses = [&](const auto& spoil) {
    TrainingOptions options = short_training();
    spoil(options);
    EXPECT_THROW(train(network, options, images, plain_normalization(2)), InputError);
  };
  refuses([](TrainingOptions& options) { options.epochs = 0; });
  refuses([](TrainingOptions& options) { options.batch = 0; });
  refuses([](TrainingOptions& options) { options.learning_rate = -1; });
  refuses([](TrainingOptions& options) { options.images = 11; });
  refuses([](TrainingOptions& options) { options.weight_bits = 17; });
  refuses([](TrainingOptions& options) { options.activation_bits = -1; });
  refuses([](TrainingOptions& options) { options.activation_layer_bits = {4, 4, 17, 4}; });
  refuses([](TrainingOptions& options) { options.weight_layers.resize(4), options.weight_layers[3].bits = 0; });
}

TEST(Builtin, LenetHasTheWeightsOfTheReference) {
  const Network network = make_builtin_network("lenet", 1);
  EXPECT_EQ(network.weight_count(), 105918);
  EXPECT_EQ(network.bias_count(), 236);
  EXPECT_EQ(network.classes(), 10);
  EXPECT_EQ(network.all_weights(), make_builtin_network("lenet", 1).all_weights());
  EXPECT_NE(network.all_weights(), make_builtin_network("lenet", 2).all_weights());
  EXPECT_THROW(make_builtin_network("lennet", 1), InputError);
}

}  // namespace
}  // namespace swimsim
