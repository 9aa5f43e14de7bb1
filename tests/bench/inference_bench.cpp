// Accuracy read by read: images a CPU second of one thread, 128 x 128 tiles, 1-bit DACs, 8-bit ADCs, noise of every read.

#include <benchmark/benchmark.h>

#include <ctime>

#include "models/device/card_reader.h"
#include "models/inference/array_evaluator.h"
#include "models/network/builtin.h"
#include "models/network/calibrate.h"

namespace swimsim {
namespace {

ImageSet noise_images(const Network& network, std::size_t count) {
  ImageSet images;
  images.channels = static_cast<int>(network.input_shape().channels);
  images.height = static_cast<int>(network.input_shape().height);
  images.width = static_cast<int>(network.input_shape().width);
  images.classes = static_cast<int>(network.classes());
  images.pixels.resize(count * images.image_size());
  for (std::size_t i = 0; i < images.pixels.size(); ++i) images.pixels[i] = static_cast<std::uint8_t>(i * 2654435761u >> 24);
  images.labels.assign(count, 0);
  return images;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The noise of reram_neurram_like is the same in every cell, that of effects.read_noise is not.
void evaluate_arrays(benchmark::State& state, const char* name, int width, std::size_t count, double effect_read_noise) {
  const Network network = make_builtin_network(name, 1, width);
  const ImageSet images = noise_images(network, count);
  const auto channels = static_cast<std::size_t>(network.input_shape().channels);
  const Normalization normalization{std::vector<float>(channels, 0.5f), std::vector<float>(channels, 0.25f)};
  const QuantizedWeights quantized = quantize_weights(network, 4, Quantizer::clamp);
  const ActivationRanges ranges = calibrate_activations(network, dequantize(quantized), images, normalization, 8, 4);
  std::vector<MatrixShape> shapes;
  for (const WeightLayer& layer : network.weight_layers()) shapes.push_back({layer.name, layer.outputs, layer.inputs});
  const Mapping mapping(std::move(shapes), {});
  const CardOrErrors loaded = load_card("reram_neurram_like", "", {});
  const auto device = find_kernel(loaded.card->kernel)->make(*loaded.card, {});
  InferenceOptions options;
  options.calibration_images = 8;
  const ArrayNetwork array_network({&network, &quantized, &ranges, &normalization, &mapping, device.get(), effect_read_noise, &images},
                                   options);
  const ProgrammedArray array(array_network, target_conductances(mapping, quantized, *device), {1, 0});
  ArrayEvaluator evaluator(array_network);
  double seconds = 0;
  for (auto _ : state) {
    const double start = cpu_seconds();
    benchmark::DoNotOptimize(evaluator.accuracy(array, images, 0, count));
    seconds += cpu_seconds() - start;
    state.SetIterationTime(cpu_seconds() - start);
  }
  state.counters["images/s"] = static_cast<double>(count) * static_cast<double>(state.iterations()) / seconds;
}
BENCHMARK_CAPTURE(evaluate_arrays, lenet, "lenet", 0, 2000, 0)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate_arrays, lenet_each_cell, "lenet", 0, 2000, 0.02)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate_arrays, convnet, "convnet", 0, 8, 0)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate_arrays, resnet18, "resnet18", 0, 8, 0)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate_arrays, resnet18_width16, "resnet18", 16, 64, 0)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace swimsim
