// Quantiser, mapping, arrays and rebuilding agree for layers of any bits, slices and scales.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <memory>

#include "models/array/rebuild.h"
#include "models/array/tile_array.h"
#include "models/network/layers/linear.h"
#include "models/network/quantize.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

Network any_network() {
  Network network("some", Shape{*rc::gen::inRange(1, 10), 1, 1, true});
  int value = 0;
  for (int layers = *rc::gen::inRange(1, 4); layers > 0; --layers) {
    WeightLayer description;
    description.name = "w" + std::to_string(layers);
    description.inputs = network.value_shape(value).channels;
    description.outputs = *rc::gen::inRange(1, 8);
    std::vector<float> weights;
    for (std::int64_t i = 0; i < description.count(); ++i) weights.push_back(static_cast<float>(*rc::gen::inRange(-1000, 1001)) / 256);
    value = network.add(description.name, make_linear(description.outputs, description.inputs), {value}, description, weights, {});
  }
  return network;
}

TEST(MixedBits, CellsAtTheirTargetsGiveTheDequantisedWeights) {
  const bool holds = rc::check("cells at their targets give the dequantised weights", [] {
    const Network network = any_network();
    MappingOptions options;
    options.bits_per_device = *rc::gen::inRange(1, 5);
    options.tile_rows = *rc::gen::inRange(1, 12);
    options.tile_cols = *rc::gen::inRange(2, 12);
    std::vector<WeightQuantization> how(network.weight_layers().size());
    std::vector<MatrixShape> shapes;
    for (std::size_t layer = 0; layer < how.size(); ++layer) {
      how[layer].bits = options.bits_per_device * *rc::gen::inRange(1, 4);
      how[layer].quantizer = *rc::gen::element(Quantizer::clamp, Quantizer::swim);
      how[layer].per_channel = *rc::gen::arbitrary<bool>();
      how[layer].range = {*rc::gen::element(RangeMethod::maximum, RangeMethod::percentile, RangeMethod::least_squares), 90};
      const WeightLayer& description = network.weight_layers()[layer];
      shapes.push_back({description.name, description.outputs, description.inputs, how[layer].bits,
                        largest_code(how[layer].bits, how[layer].quantizer)});
    }
    const QuantizedWeights quantized = quantize_weights(network, how);
    const Mapping mapping(shapes, options);
    const std::unique_ptr<Device> device = find_kernel("swim_pulse")->make(testing::pulse_card(), {});
    WeightRebuilder rebuilder(mapping, quantized.scale, device->g_min_S(), device->g_max_S());
    const ArrayParameters parameters;
    for (std::size_t tile = 0; tile < mapping.tiles().size(); ++tile)
      rebuilder.add_tile(tile, TileArray(mapping, static_cast<std::int64_t>(tile), quantized.codes, *device, parameters).targets());
    const auto rebuilt = rebuilder.weights(), wanted = dequantize(quantized);
    for (std::size_t layer = 0; layer < wanted.size(); ++layer) {
      const std::size_t part = wanted[layer].size() / quantized.scale[layer].size();
      for (std::size_t i = 0; i < wanted[layer].size(); ++i) {
        // Targets are floats: 2^-24 of a conductance, three times the range away from zero.
        const float tolerance = 1e-6f * static_cast<float>(quantized.code_max[layer]) * quantized.scale[layer][i / part];
        RC_ASSERT(std::fabs(rebuilt[layer][i] - wanted[layer][i]) <= tolerance);
      }
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace swimsim
