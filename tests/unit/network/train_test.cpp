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

// Everything that a training can have.
TrainingOptions rich_training(const char* optimizer, const char* schedule) {
  TrainingOptions options = short_training();
  options.optimizer = optimizer;
  options.schedule = schedule;
  options.optimizer_options.weight_decay = 1e-3;
  options.augmentation = {true, 2};
  options.noise_sigma = 0.1;
  return options;
}

TEST(Train, SameBytesForAnyThreadCountWithEverythingOn) {
  const ImageSet images = quarter_images(230);
  for (const char* optimizer : {"adam", "sgd"}) {
    std::vector<Network> trained;
    for (const int threads : {1, 2, 5}) {
      trained.push_back(build_network(kSmallInput, small_specs()));
      TrainingOptions options = rich_training(optimizer, "one_cycle");
      options.threads = threads;
      train(trained.back(), options, images, plain_normalization(2));
    }
    EXPECT_EQ(trained[0].all_weights(), trained[1].all_weights()) << optimizer;
    EXPECT_EQ(trained[0].all_weights(), trained[2].all_weights()) << optimizer;
  }
}

TEST(Train, EveryOptionReachesTheWeights) {
  const ImageSet images = quarter_images(100);
  const auto weights_of = [&](const auto& change) {
    TrainingOptions options = rich_training("sgd", "steps");
    change(options);
    Network network = build_network(kSmallInput, small_specs());
    train(network, options, images, plain_normalization(2));
    return network.all_weights();
  };
  const auto as_is = weights_of([](TrainingOptions&) {});
  EXPECT_EQ(as_is, weights_of([](TrainingOptions&) {}));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.optimizer = "adam"; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.optimizer_options.momentum = 0.8; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.optimizer_options.weight_decay = 0; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.schedule = "constant"; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.schedule_options.step_factor = 0.5; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.augmentation.flip = false; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.augmentation.crop_padding = 1; }));
  EXPECT_NE(as_is, weights_of([](TrainingOptions& options) { options.noise_sigma = 0; }));
}

TEST(Trainer, GoesOnFromAnyStepToTheSameBytes) {
  const ImageSet images = quarter_images(120);  // three steps an epoch, nine in all
  for (const char* optimizer : {"adam", "sgd"}) {
    const TrainingOptions options = rich_training(optimizer, "cosine");
    Network whole = build_network(kSmallInput, small_specs());
    train(whole, options, images, plain_normalization(2));
    for (int stop = 0; stop <= 9; ++stop) {
      Network first = build_network(kSmallInput, small_specs()), second = first;
      std::string state;
      {
        Trainer trainer(first, options, images, plain_normalization(2));
        for (int step = 0; step < stop; ++step) trainer.step();
        state = trainer.state();
      }
      Trainer trainer(second, options, images, plain_normalization(2));
      trainer.step();  // what was done before a restore leaves no trace
      trainer.restore(state);
      EXPECT_EQ(trainer.state(), state);
      while (!trainer.finished()) trainer.step();
      EXPECT_EQ(second.all_weights(), whole.all_weights()) << optimizer << " stopped after " << stop;
      EXPECT_EQ(trainer.epochs().size(), 3u);
      for (std::size_t layer = 0; layer < 4; ++layer) EXPECT_EQ(second.biases(layer), whole.biases(layer));
    }
  }
}

// A convolution, a batch norm and a classifier.
Network norm_network() {
  Network network("norm", kSmallInput);
  const Network plain = build_network(kSmallInput, small_specs());
  int value = network.add("conv", plain.nodes()[0].layer, {0}, plain.weight_layers()[0], plain.weights(0), plain.biases(0));
  BatchNormParameters norm;
  norm.gamma = norm.variance = std::vector<float>(5, 1.0f);
  norm.beta = norm.mean = std::vector<float>(5, 0.0f);
  value = network.add_batch_norm("norm", value, norm);
  value = network.add("relu", make_relu(), {value});
  value = network.add("flatten", make_flatten(), {value});
  const std::int64_t inputs = network.value_shape(value).channels;
  WeightLayer last;
  last.name = "last.weight";
  last.outputs = 4;
  last.inputs = inputs;
  last.shape = {4, inputs};
  network.add("last", make_linear(4, inputs), {value}, last, std::vector<float>(static_cast<std::size_t>(4 * inputs), 0.001f), {});
  return network;
}

TEST(Trainer, BatchNormsLearnAndGoOnToTheSameBytesOrAreFrozen) {
  const ImageSet images = quarter_images(120);
  const auto parts = [](const Network& network) {
    const BatchNormParameters& norm = network.batch_norms()[0];
    return std::vector<std::vector<float>>{norm.gamma, norm.beta, norm.mean, norm.variance};
  };
  const Network untrained = norm_network();
  TrainingOptions options = short_training();
  Network whole = untrained;
  train(whole, options, images, plain_normalization(2));
  for (std::size_t part = 0; part < 4; ++part) EXPECT_NE(parts(whole)[part], parts(untrained)[part]) << part;

  Network first = untrained, second = untrained;
  std::string state;
  {
    Trainer trainer(first, options, images, plain_normalization(2));
    for (int step = 0; step < 4; ++step) trainer.step();
    state = trainer.state();
  }
  options.threads = 3;
  Trainer trainer(second, options, images, plain_normalization(2));
  trainer.restore(state);
  while (!trainer.finished()) trainer.step();
  EXPECT_EQ(parts(second), parts(whole));
  EXPECT_EQ(second.all_weights(), whole.all_weights());

  Network frozen = untrained;
  options.freeze_batch_norms = true;
  train(frozen, options, images, plain_normalization(2));
  EXPECT_EQ(parts(frozen), parts(untrained));
  EXPECT_NE(frozen.all_weights(), untrained.all_weights());
}

TEST(Trainer, RefusesAStateThatIsNotItsOwn) {
  const ImageSet images = quarter_images(120);
  Network network = build_network(kSmallInput, small_specs());
  Trainer trainer(network, short_training(), images, plain_normalization(2));
  trainer.step();
  const std::string state = trainer.state();
  EXPECT_THROW(trainer.restore(""), std::runtime_error);
  EXPECT_THROW(trainer.restore(state.substr(0, state.size() - 1)), std::runtime_error);
  EXPECT_THROW(trainer.restore(state + "x"), std::runtime_error);
  EXPECT_THROW(trainer.restore(std::string(state.size(), '\x7f')), std::runtime_error);
  EXPECT_EQ(trainer.state(), state);
}

TEST(Trainer, RecordsEveryEpoch) {
  const ImageSet images = quarter_images(400);
  Network network = build_network(kSmallInput, small_specs());
  Trainer trainer(network, short_training(), images, plain_normalization(2));
  while (!trainer.finished()) trainer.step();
  ASSERT_EQ(trainer.epochs().size(), 3u);
  EXPECT_GT(trainer.epochs()[0].loss, trainer.epochs()[2].loss);
  EXPECT_LT(trainer.epochs()[0].accuracy, trainer.epochs()[2].accuracy);
  EXPECT_GT(trainer.epochs()[0].learning_rate, trainer.epochs()[2].learning_rate);
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
  refuses([](TrainingOptions& options) { options.optimizer = "adagrad"; });
  refuses([](TrainingOptions& options) { options.schedule = "linear"; });
  refuses([](TrainingOptions& options) { options.optimizer_options.momentum = 1; });
  refuses([](TrainingOptions& options) { options.optimizer_options.weight_decay = -1; });
  refuses([](TrainingOptions& options) { options.augmentation.crop_padding = 65; });
  refuses([](TrainingOptions& options) { options.noise_sigma = -0.1; });
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
