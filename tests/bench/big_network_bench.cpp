// Networks whose layers are wide: noisy evaluation against a bare chain of the same convolutions and matrix products in oneDNN, and the
// second derivative. CPU time of one thread.

#include <benchmark/benchmark.h>

#include <ctime>
#include <dnnl.hpp>

#include "models/common/random.h"
#include "models/network/builtin.h"
#include "models/network/evaluator.h"
#include "models/network/layers/layer.h"
#include "models/network/layers/one_dnn.h"
#include "models/network/second_derivative.h"

namespace swimsim {
namespace {

using dnnl::memory;

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

ActivationRanges ranges_of(const Network& network) {
  ActivationRanges ranges;
  ranges.bits = 6;
  ranges.range.assign(network.weight_layers().size(), 2.0f);
  return ranges;
}

// Every weight layer of a network as a primitive in the layouts that oneDNN likes best, in a row and without anything between them.
class BareChain {
 public:
  BareChain(const Network& network, std::int64_t batch) : batch_(batch) {
    for (std::size_t n = 0; n < network.nodes().size(); ++n) {
      const Node& node = network.nodes()[n];
      if (node.weights < 0) continue;
      const WeightLayer& layer = network.weight_layers()[static_cast<std::size_t>(node.weights)];
      const Shape &in = network.value_shape(node.inputs[0]), &out = network.value_shape(static_cast<int>(n) + 1);
      if (layer.shape.size() == 4) {
        add_conv(in, out, layer);
      } else {
        add_product(in, out);
      }
    }
  }

  void run() {
    for (auto& [primitive, arguments] : steps_) primitive.execute(one_dnn_stream(), arguments);
  }

 private:
  static memory::desc any(const memory::dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }

  static memory filled(const memory::desc& description) {
    memory result(description, one_dnn_engine());
    auto* values = static_cast<float*>(result.get_data_handle());
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i) values[i] = static_cast<float>(i % 17) * 0.01f;
    return result;
  }

  void add_conv(const Shape& in, const Shape& out, const WeightLayer& layer) {
    const memory::dims stride{in.height / out.height, in.width / out.width}, pad{layer.shape[2] / 2, layer.shape[3] / 2};
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any({batch_, in.channels, in.height, in.width}),
         any({out.channels, in.channels, layer.shape[2], layer.shape[3]}), any({out.channels}),
         any({batch_, out.channels, out.height, out.width}), stride, pad, pad},
        one_dnn_engine());
    add(dnnl::convolution_forward(description), description);
  }

  void add_product(const Shape& in, const Shape& out) {
    const dnnl::inner_product_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, any({batch_, in.channels}), any({out.channels, in.channels}), any({out.channels}),
         any({batch_, out.channels})},
        one_dnn_engine());
    add(dnnl::inner_product_forward(description), description);
  }

  template <typename Description>
  void add(const dnnl::primitive& primitive, const Description& description) {
    steps_.push_back({primitive,
                      {{DNNL_ARG_SRC, filled(description.src_desc())},
                       {DNNL_ARG_WEIGHTS, filled(description.weights_desc())},
                       {DNNL_ARG_BIAS, filled(description.bias_desc())},
                       {DNNL_ARG_DST, filled(description.dst_desc())}}});
  }

  std::int64_t batch_;
  std::vector<std::pair<dnnl::primitive, std::unordered_map<int, memory>>> steps_;  // order never reaches a result
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Evaluates and runs the bare chain in turns, so that both see the same machine. `of_bare` is our rate over oneDNN's own.
void evaluate(benchmark::State& state, const char* name) {
  const Network network = make_builtin_network(name, 1);
  constexpr std::size_t kImages = 512;  // setting the weights counts once for all of them
  constexpr std::int64_t kBatch = 32;
  const ImageSet images = noise_images(network, kImages);
  const Normalization normalization{{0.5f, 0.5f, 0.5f}, {0.25f, 0.25f, 0.25f}};
  Evaluator evaluator(network, ranges_of(network), normalization);
  BareChain bare(network, kBatch);
  bare.run();
  benchmark::DoNotOptimize(evaluator.accuracy(network.all_weights(), images, 0, 1));
  double ours = 0, bare_seconds = 0;
  for (auto _ : state) {
    const double start = cpu_seconds();
    benchmark::DoNotOptimize(evaluator.accuracy(network.all_weights(), images, 0, kImages));
    const double middle = cpu_seconds();
    for (std::size_t done = 0; done < kImages; done += kBatch) bare.run();
    ours += middle - start;
    bare_seconds += cpu_seconds() - middle;
    state.SetIterationTime(middle - start);
  }
  const double count = static_cast<double>(kImages) * static_cast<double>(state.iterations());
  state.counters["images/s"] = count / ours;
  state.counters["oneDNN images/s"] = count / bare_seconds;
  state.counters["of_bare"] = bare_seconds / ours;
}
BENCHMARK_CAPTURE(evaluate, convnet, "convnet")->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(evaluate, resnet18, "resnet18")->UseManualTime()->Unit(benchmark::kMillisecond);

void second_derivatives(benchmark::State& state, const char* name) {
  const Network network = make_builtin_network(name, 1);
  constexpr std::size_t kImages = 64;
  const ImageSet images = noise_images(network, kImages);
  const Normalization normalization{{0.5f, 0.5f, 0.5f}, {0.25f, 0.25f, 0.25f}};
  double seconds = 0;
  for (auto _ : state) {
    const double start = cpu_seconds();
    benchmark::DoNotOptimize(second_derivative(network, network.all_weights(), ranges_of(network), images, normalization, 0, kImages));
    seconds += cpu_seconds() - start;
    state.SetIterationTime(cpu_seconds() - start);
  }
  state.counters["images/s"] = static_cast<double>(kImages) * static_cast<double>(state.iterations()) / seconds;
}
BENCHMARK_CAPTURE(second_derivatives, convnet, "convnet")->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(second_derivatives, resnet18, "resnet18")->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace swimsim
