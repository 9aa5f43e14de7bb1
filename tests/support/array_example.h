#pragma once

// A small network on arrays of cells, and the reads of it done one by one.

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/device/card_reader.h"
#include "models/device/device.h"
#include "models/inference/array_evaluator.h"
#include "models/network/calibrate.h"
#include "tests/support/network_examples.h"

namespace swimsim::testing {

inline std::unique_ptr<Device> device_of_card(const std::string& name) {
  const CardOrErrors loaded = load_card(name, "", {});
  if (!loaded.card) throw std::runtime_error("card " + name + " does not load");
  return find_kernel(loaded.card->kernel)->make(*loaded.card, {});
}

struct ArrayExampleOptions {
  int weight_bits = 4, activation_bits = 4, bits_per_device = 4, tile_rows = 16, tile_cols = 24;
  bool per_channel = false;
  std::string card = "swim_pulse";
  double read_noise = 0;
};

/// What an `ArrayNetwork` is compiled from, with images.
struct ArrayExample {
  Network network;
  Normalization normalization;
  ImageSet images, test;
  QuantizedWeights quantized;
  ActivationRanges ranges;
  std::unique_ptr<Mapping> mapping;
  std::unique_ptr<Device> device;
  double read_noise;

  /// Random images.
  explicit ArrayExample(Network a_network, const ArrayExampleOptions& options = {}, std::size_t image_count = 12)
      : network(std::move(a_network)), read_noise(options.read_noise) {
    const Shape& input = network.input_shape();
    normalization = plain_normalization(static_cast<std::size_t>(input.channels));
    images = test_images(input, image_count, static_cast<int>(network.classes()));
    prepare(options);
  }
  /// Those of a data set: `images` are for calibration, `test` for the rest.
  ArrayExample(Network a_network, const ArrayExampleOptions& options, DataSet data, Normalization a_normalization)
      : network(std::move(a_network)),
        normalization(std::move(a_normalization)),
        images(std::move(data.train)),
        test(std::move(data.test)),
        read_noise(options.read_noise) {
    prepare(options);
  }

  ArrayNetworkSource source() const {
    return {&network, &quantized, &ranges, &normalization, mapping.get(), device.get(), read_noise, &images};
  }
  std::vector<std::vector<float>> targets_S() const { return target_conductances(*mapping, quantized, *device); }
  /// Targets with errors of up to `share` of the range of a cell.
  std::vector<std::vector<float>> scattered_S(double share) const {
    std::vector<std::vector<float>> g_S = targets_S();
    const double range_S = device->g_max_S() - device->g_min_S();
    for (std::size_t tile = 0; tile < g_S.size(); ++tile) {
      for (std::size_t cell = 0; cell < g_S[tile].size(); ++cell)
        g_S[tile][cell] += static_cast<float>(share * range_S * test_uniform(static_cast<std::uint32_t>(100 + tile), cell));
    }
    return g_S;
  }

  /// The same layers with their rows and columns in another order.
  void reorder(std::vector<LayerOrder> orders) {
    mapping = std::make_unique<Mapping>(mapping->layers(), mapping->options(), std::move(orders));
  }

 private:
  void prepare(const ArrayExampleOptions& options) {
    WeightQuantization how;
    how.bits = options.weight_bits;
    how.per_channel = options.per_channel;
    quantized = quantize_weights(network, how);
    ranges = calibrate_activations(network, dequantize(quantized), images, normalization, 0, options.activation_bits);
    std::vector<MatrixShape> shapes;
    for (const WeightLayer& layer : network.weight_layers()) shapes.push_back({layer.name, layer.outputs, layer.inputs});
    MappingOptions mapped;
    mapped.weight_bits = options.weight_bits;
    mapped.code_max = (1 << options.weight_bits) - 1;
    mapped.bits_per_device = options.bits_per_device;
    mapped.tile_rows = options.tile_rows;
    mapped.tile_cols = options.tile_cols;
    mapping = std::make_unique<Mapping>(std::move(shapes), mapped);
    device = device_of_card(options.card);
  }
};

inline Network small_network() { return build_network(kSmallInput, small_specs()); }

/// (layer, tile, group's first column, image, position, plane) -> codes.
using AllCodes = std::map<std::tuple<std::size_t, std::size_t, int, std::size_t, std::int64_t, std::size_t>, std::vector<std::int32_t>>;

inline ObserveCodes collect_codes(AllCodes& codes) {
  return [&codes](const ReadCodes& read) {
    codes[{read.layer, read.read->tile, read.read->col_begin, read.image, read.position, read.plane}] =
        std::vector<std::int32_t>(read.codes, read.codes + read.cols);
  };
}

/// A weight layer as a chip computes it: one image, one read at a time.
inline void read_one_by_one(const ArrayLayer& layer, const ProgrammedArray& array, const float* inputs, std::size_t image, float* outputs,
                            const ObserveCodes& observe) {
  std::vector<std::int32_t> codes(static_cast<std::size_t>(layer.input.elements())), row_codes, tile_codes;
  layer.coding.codes(inputs, codes.size(), codes.data());
  ReadScratch scratch;
  for (std::int64_t position = 0; position < layer.positions; ++position) {
    std::vector<std::int64_t> sums(static_cast<std::size_t>(layer.columns), 0);
    for (std::int64_t group = 0; group < layer.groups; ++group) {
      for (std::size_t i = layer.first_read[static_cast<std::size_t>(group)]; i < layer.first_read[static_cast<std::size_t>(group) + 1];
           ++i) {
        const TileRead& read = layer.reads[i];
        row_codes.resize(static_cast<std::size_t>(read.rows));
        tile_codes.assign(static_cast<std::size_t>(read.col_end), 0);
        layer.gather(codes.data(), position, group, read.first_row, read.rows, row_codes.data());
        for (std::size_t plane = 0; plane < layer.planes.size(); ++plane) {
          read_tile(layer, array, read, plane, layer.event(image, position), row_codes.data(), scratch, tile_codes.data());
          const std::int32_t* converted = tile_codes.data() + read.col_begin;
          const int count = read.col_end - read.col_begin;
          ArrayLayer::accumulate(layer.planes[plane], converted, static_cast<std::size_t>(count),
                                 &sums[static_cast<std::size_t>(read.first_column + read.col_begin)]);
          if (observe) observe({&read, layer.weights, image, position, plane, converted, count});
        }
      }
    }
    for (std::int64_t o = 0; o < layer.outputs; ++o) outputs[o * layer.positions + position] = layer.combine(o, sums.data());
  }
}

/// Logits of one image by reads one by one and digital operators for batches of one.
inline std::vector<float> logits_one_by_one(const ArrayNetwork& network, const ProgrammedArray& array, const ImageSet& images,
                                            std::size_t image, const ObserveCodes& observe = {}) {
  ArrayRunner runner(network, 1);
  const float* logits =
      runner.run(images, image, 1, [&](const ArrayLayer& layer, const float* inputs, std::size_t first, std::int64_t, float* outputs) {
        read_one_by_one(layer, array, inputs, first, outputs, observe);
      });
  return std::vector<float>(logits, logits + network.network().classes());
}

}  // namespace swimsim::testing
