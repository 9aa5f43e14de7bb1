// How fast networks are evaluated and differentiated: images per CPU second on one core. SWIM's LeNet with random weights on random images,
// 4-bit activations; every evaluation has new weights on the same 10,000 images, as the trials of a run have.
#include <benchmark/benchmark.h>

#include "models/common/random.h"
#include "models/network/builtin.h"
#include "models/network/evaluator.h"
#include "models/network/second_derivative.h"

namespace swimsim {
namespace {

constexpr std::size_t kImages = 10000;
using Weights = std::vector<std::vector<float>>;

double uniform(std::uint32_t stream, std::size_t i) {
  DrawId id;
  id.seed = 1;
  id.event = stream;
  id.weight = static_cast<std::uint32_t>(i);
  return random_uniform(id);
}

// Half of the pixels are black, as in pictures of digits.
ImageSet random_images(const Shape& shape, std::size_t count) {
  ImageSet images;
  images.channels = static_cast<int>(shape.channels);
  images.height = static_cast<int>(shape.height);
  images.width = static_cast<int>(shape.width);
  images.pixels.resize(count * images.image_size());
  for (std::size_t i = 0; i < images.pixels.size(); ++i) {
    images.pixels[i] = static_cast<std::uint8_t>(std::max(0.0, 510 * uniform(1, i) - 255));
  }
  for (std::size_t i = 0; i < count; ++i) images.labels.push_back(static_cast<std::uint8_t>(10 * uniform(2, i)));
  return images;
}

struct Setting {
  Network network;
  ImageSet images;
  Normalization normalization;
  ActivationRanges ranges;

  Setting(const std::string& name, int bits, std::size_t count)
      : network(make_builtin_network(name, 1)), images(random_images(network.input_shape(), count)) {
    const auto channels = static_cast<std::size_t>(network.input_shape().channels);
    normalization = {std::vector<float>(channels, 0.0f), std::vector<float>(channels, 1.0f)};
    ranges = calibrate_activations(network, network.all_weights(), images, normalization, std::min<std::size_t>(count, 1000), bits);
  }

  /// The network's weights with noise of 6 % of the layer's largest, another one for each trial.
  Weights noisy(std::uint32_t trial) const {
    Weights weights = network.all_weights();
    for (auto& layer : weights) {
      const float scale = largest_magnitude(layer.data(), static_cast<std::int64_t>(layer.size()));
      for (std::size_t i = 0; i < layer.size(); ++i) layer[i] += static_cast<float>(0.12 * scale * (uniform(100 + trial, i) - 0.5));
    }
    return weights;
  }
};

void noisy_evaluation(benchmark::State& state, const std::string& name, int bits, Engine engine) {
  const Setting setting(name, bits, kImages);
  Evaluator evaluator(setting.network, setting.ranges, setting.normalization, engine);
  const Weights trials[2] = {setting.noisy(0), setting.noisy(1)};
  evaluator.accuracy(trials[1], setting.images, 0, kImages);
  std::size_t trial = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluator.accuracy(trials[trial++ % 2], setting.images, 0, kImages));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kImages));
}
BENCHMARK_CAPTURE(noisy_evaluation, lenet_lanes, "lenet", 4, Engine::lanes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(noisy_evaluation, lenet_batches, "lenet", 4, Engine::batches)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace swimsim
