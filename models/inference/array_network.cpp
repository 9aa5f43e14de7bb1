#include "models/inference/array_network.h"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "models/common/errors.h"
#include "models/inference/calibrate_ranges.h"
#include "models/inference/input_source.h"
#include "models/network/evaluator.h"

namespace swimsim {

namespace {

/// The identities of the random draws have so much room.
void check_room(const ArrayLayer& layer, const Mapping& mapping) {
  const std::int64_t row_tiles = (layer.rows + mapping.options().tile_rows - 1) / mapping.options().tile_rows;
  if (layer.columns > std::numeric_limits<std::uint32_t>::max() / row_tiles)
    throw RangeError(fmt::format("layer '{}': {} columns in {} rows of tiles are more than have a number",
                                 mapping.layers()[layer.weights].name, layer.columns, row_tiles));
}

}  // namespace

ArrayNetwork::ArrayNetwork(const ArrayNetworkSource& source, const InferenceOptions& options)
    : network_(*source.network),
      normalization_(*source.normalization),
      mapping_(source.mapping),
      device_(source.device),
      effect_read_noise_(source.effect_read_noise),
      options_(options) {
  const bool sound = options.input_bits >= 1 && options.input_bits <= 16 && options.dac_bits >= 1 && options.dac_bits <= 4 &&
                     options.adc_bits >= 0 && options.adc_bits <= 16 && options.column_mux >= 1;
  if (!sound) throw std::logic_error("inference: options were not checked");
  check_images_fit(network_, *source.calibration, normalization_);
  for (std::size_t channel = 0; channel < normalization_.mean.size(); ++channel) {
    std::vector<float>& table = pixel_values_.emplace_back();
    for (int p = 0; p < 256; ++p)
      table.push_back((static_cast<float>(p) / 255.0f - normalization_.mean[channel]) / normalization_.std[channel]);
  }
  compile(*source.ranges);
  calibrate_ranges(*this, source, layers_);
}

void ArrayNetwork::compile(const ActivationRanges& ranges) {
  layers_.resize(network_.weight_layers().size());
  for (std::size_t node = 0; node < network_.nodes().size(); ++node) {
    const int weights = network_.nodes()[node].weights;
    layer_of_node_.push_back(weights);
    if (weights < 0) continue;
    const auto index = static_cast<std::size_t>(weights);
    ArrayLayer& layer = layers_[index];
    layer = make_array_layer(network_, static_cast<int>(node), *mapping_);
    check_room(layer, *mapping_);
    layer.quantizer_bits = ranges.bits_of(index);
    layer.quantizer_range = layer.quantizer_bits > 0 ? ranges.range[index] : 0;
    InputCoding& coding = layer.coding;
    coding.is_signed = may_be_negative(network_, normalization_, layer.input_value);
    coding.dac_bits = options_.dac_bits;
    coding.bits = options_.input_bits;
    const int before = quantized_source(network_, ranges, layer.input_value);
    if (before >= 0) {
      coding.bits = ranges.bits_of(static_cast<std::size_t>(before));
      coding.step = ranges.range[static_cast<std::size_t>(before)] / static_cast<float>(coding.code_max());
    }
    layer.planes = coding.planes();
  }
}

const ArrayLayer* ArrayNetwork::layer_of_node(std::size_t node) const {
  return layer_of_node_[node] < 0 ? nullptr : &layers_[static_cast<std::size_t>(layer_of_node_[node])];
}

std::unique_ptr<LayerOperator> ArrayNetwork::make_operator(std::size_t node_index, std::int64_t batch) const {
  const Node& node = network().nodes()[node_index];
  OperatorContext context;
  context.batch = batch;
  context.output = network().value_shape(static_cast<int>(node_index) + 1);
  for (const int input : node.inputs) context.inputs.push_back(network().value_shape(input));
  std::unique_ptr<LayerOperator> made = node.layer->make_operator(context);
  if (node.batch_norm >= 0) made->set_batch_norm(network().batch_norms()[static_cast<std::size_t>(node.batch_norm)]);
  return made;
}

void ArrayNetwork::load_image(const ImageSet& images, std::size_t image, float* input) const {
  const std::size_t plane = static_cast<std::size_t>(images.height) * static_cast<std::size_t>(images.width);
  const std::uint8_t* pixels = images.pixels.data() + image * images.image_size();
  for (const std::vector<float>& table : pixel_values_) {
    for (std::size_t i = 0; i < plane; ++i) input[i] = table[pixels[i]];
    pixels += plane;
    input += plane;
  }
}

std::vector<std::vector<float>> target_conductances(const Mapping& mapping, const QuantizedWeights& quantized, const Device& device) {
  const double g_min_S = device.g_min_S(), range_S = device.g_max_S() - g_min_S;
  std::vector<std::vector<float>> g_S;
  for (std::size_t tile = 0; tile < mapping.tiles().size(); ++tile) {
    const TileExtent& extent = mapping.tiles()[tile];
    std::vector<float>& cells = g_S.emplace_back();
    for (int row = 0; row < extent.used_rows; ++row) {
      for (int col = 0; col < extent.used_cols; ++col) {
        const CellAddress cell = mapping.address({static_cast<std::int64_t>(tile), row, col});
        const auto layer = static_cast<std::size_t>(cell.layer);
        const std::int32_t code = quantized.codes[layer][static_cast<std::size_t>(cell.weight)];
        const double level = static_cast<double>(mapping.digit(layer, code, cell.slice, cell.arm)) / mapping.digit_max(layer, cell.slice);
        cells.push_back(static_cast<float>(g_min_S + level * range_S));
      }
    }
  }
  return g_S;
}

}  // namespace swimsim
