// How fast networks are evaluated and differentiated: images per CPU second on one core. SWIM's LeNet with random weights on random images,
// 4-bit activations; every evaluation has new weights on the same 10,000 images, as the trials of a run have.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "models/common/random.h"
#include "models/dataset/datasets.h"
#include "models/dataset/glyphs.h"
#include "models/network/builtin.h"
#include "models/network/evaluator.h"
#include "models/network/second_derivative.h"
#include "models/network/train.h"

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

// MNIST where SWIMSIM_DATA names it, else synthetic digits.
DataSet digits() {
  const char* folder = std::getenv("SWIMSIM_DATA");
  const bool mnist = folder != nullptr && std::filesystem::exists(std::string(folder) + "/mnist");
  std::printf("%s\n", mnist ? "images: MNIST" : "images: synthetic glyphs");
  if (mnist) return load_dataset("mnist", folder, 1, 0, 0);
  DataSet data;
  data.train = draw_glyphs(1, GlyphHalf::train, 4000);
  data.test = draw_glyphs(1, GlyphHalf::test, static_cast<int>(kImages));
  return data;
}

// Trained briefly: how many activations are zero has its part in the speed.
struct Setting {
  DataSet data = digits();
  Normalization normalization{{0.1307f}, {0.3081f}};
  Network network = make_builtin_network("lenet", 1);
  Weights weights;
  ActivationRanges ranges;

  Setting() {
    TrainingOptions options;
    options.epochs = 3;
    options.images = 4000;
    train(network, options, data.train, normalization);
    weights = dequantize(quantize_weights(network, 4, Quantizer::clamp));
    ranges = calibrate_activations(network, weights, data.train, normalization, 1000, 4);
  }

  /// The network's weights with noise of 6 % of the layer's largest, another one for each trial.
  Weights noisy(std::uint32_t trial) const {
    Weights noisy_weights = weights;
    for (auto& layer : noisy_weights) {
      const float scale = largest_magnitude(layer.data(), static_cast<std::int64_t>(layer.size()));
      for (std::size_t i = 0; i < layer.size(); ++i) layer[i] += static_cast<float>(0.12 * scale * (uniform(100 + trial, i) - 0.5));
    }
    return noisy_weights;
  }
};

const Setting& lenet() {
  static const Setting setting;
  return setting;
}

void noisy_evaluation(benchmark::State& state, Engine engine) {
  const Setting& setting = lenet();
  Evaluator evaluator(setting.network, setting.ranges, setting.normalization, engine);
  const Weights trials[2] = {setting.noisy(0), setting.noisy(1)};
  evaluator.accuracy(trials[1], setting.data.test, 0, kImages);
  std::size_t trial = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluator.accuracy(trials[trial++ % 2], setting.data.test, 0, kImages));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kImages));
}
BENCHMARK_CAPTURE(noisy_evaluation, lenet_lanes, Engine::lanes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(noisy_evaluation, lenet_batches, Engine::batches)->Unit(benchmark::kMillisecond);

// Images enough for each way to fill its chunks; the passes are built anew for each call, as in a run.
void derivative(benchmark::State& state, const std::string& which, Engine engine) {
  const Setting& setting = lenet();
  const std::size_t count = which == "squared_gradient" && engine == Engine::batches ? 256 : 4000;
  SecondDerivativeOptions options;
  options.engine = engine;
  const auto call = [&](const auto& function) {
    benchmark::DoNotOptimize(
        function(setting.network, setting.weights, setting.ranges, setting.data.train, setting.normalization, 0, count, options));
  };
  for (auto _ : state) {
    if (which == "second") call([](const auto&... arguments) { return second_derivative(arguments...); });
    if (which == "gradient") call([](const auto&... arguments) { return loss_gradient(arguments...); });
    if (which == "gradient_and_second") call([](const auto&... arguments) { return gradient_and_second_derivative(arguments...); });
    if (which == "squared_gradient") call([](const auto&... arguments) { return squared_gradient(arguments...); });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK_CAPTURE(derivative, lenet_second_lanes, "second", Engine::lanes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_second_batches, "second", Engine::batches)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_gradient_lanes, "gradient", Engine::lanes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_gradient_batches, "gradient", Engine::batches)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_both_lanes, "gradient_and_second", Engine::lanes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_both_batches, "gradient_and_second", Engine::batches)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_squared_lanes, "squared_gradient", Engine::lanes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(derivative, lenet_squared_batches, "squared_gradient", Engine::batches)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace swimsim
