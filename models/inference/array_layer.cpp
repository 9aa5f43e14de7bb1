#include "models/inference/array_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "models/common/errors.h"
#include "models/network/layers/layer.h"
#include "models/network/layers/window.h"

namespace swimsim {

namespace {

constexpr std::int64_t kMostTaps = std::int64_t{1} << 28;

void set_taps(const Window& window, const Mapping& mapping, ArrayLayer& layer) {
  const std::int64_t kernel = window.height * window.width, channels = layer.rows / kernel;
  const Shape& in = layer.input;
  layer.groups = in.channels / channels;
  layer.group_stride = channels * in.height * in.width;
  if (layer.positions > kMostTaps / layer.rows)
    throw ResourceError(
        fmt::format("a convolution with {} positions of {} inputs is too large for the array evaluator", layer.positions, layer.rows));
  layer.taps.reserve(static_cast<std::size_t>(layer.positions * layer.rows));
  for (std::int64_t out_y = 0; out_y < layer.output.height; ++out_y) {
    for (std::int64_t out_x = 0; out_x < layer.output.width; ++out_x) {
      for (std::int64_t row = 0; row < layer.rows; ++row) {
        const std::int64_t input = mapping.input_at(layer.weights, row), channel = input / kernel, at = input % kernel;
        const std::int64_t y = out_y * window.stride_y - window.pad_y + at / window.width * window.dilation_y;
        const std::int64_t x = out_x * window.stride_x - window.pad_x + at % window.width * window.dilation_x;
        const bool inside = y >= 0 && y < in.height && x >= 0 && x < in.width;
        layer.taps.push_back(inside ? static_cast<std::int32_t>((channel * in.height + y) * in.width + x) : -1);
      }
    }
  }
}

/// Where the order of the mapping puts inputs and outputs.
void set_order(const Mapping& mapping, ArrayLayer& layer) {
  if (mapping.natural(layer.weights)) return;
  if (layer.groups > 1) throw std::logic_error("inference: a convolution with groups keeps its order");
  const bool linear = layer.taps.empty();
  for (std::int64_t row = 0; linear && row < layer.rows; ++row)
    layer.taps.push_back(static_cast<std::int32_t>(mapping.input_at(layer.weights, row)));
  for (std::int64_t output = 0; output < layer.outputs; ++output)
    layer.place_of_output.push_back(mapping.position_of_output(layer.weights, output));
}

void set_reads(const Mapping& mapping, ArrayLayer& layer) {
  const std::int64_t group_columns = layer.columns / layer.groups;
  for (std::int64_t group = 0; group < layer.groups; ++group) {
    layer.first_read.push_back(layer.reads.size());
    for (std::size_t tile = 0; tile < mapping.tiles().size(); ++tile) {
      const TileExtent& extent = mapping.tiles()[tile];
      if (extent.layer != static_cast<std::int64_t>(layer.weights)) continue;
      const std::int64_t begin = std::max<std::int64_t>(group * group_columns - extent.first_column, 0);
      const std::int64_t end = std::min<std::int64_t>((group + 1) * group_columns - extent.first_column, extent.used_cols);
      if (begin >= end) continue;
      layer.reads.push_back(
          {tile, extent.first_input, extent.first_column, extent.used_rows, static_cast<int>(begin), static_cast<int>(end)});
    }
  }
  layer.first_read.push_back(layer.reads.size());
}

void set_cell_weights(const Mapping& mapping, ArrayLayer& layer) {
  std::int64_t common = 0;
  std::vector<std::int64_t> weights;
  for (int slice = 0; slice < mapping.slices(layer.weights); ++slice) {
    for (int arm = 0; arm < 2; ++arm) {
      weights.push_back(static_cast<std::int64_t>(mapping.cell_weight(layer.weights, slice, arm)));
      common = std::gcd(common, weights.back());
    }
  }
  const std::int64_t unit = std::max<std::int64_t>(common, 1);
  for (const std::int64_t weight : weights) layer.cell_weight.push_back(static_cast<std::int32_t>(weight / unit));
  layer.weight_unit = static_cast<double>(unit);
}

}  // namespace

void ArrayLayer::gather(const std::int32_t* codes, std::int64_t position, std::int64_t group, std::int64_t first_row, int count,
                        std::int32_t* rows_codes) const {
  if (taps.empty()) {
    std::copy_n(codes + first_row, count, rows_codes);
    return;
  }
  const std::int32_t* tap = &taps[static_cast<std::size_t>(position * rows + first_row)];
  const std::int32_t* of_group = codes + group * group_stride;
  for (int row = 0; row < count; ++row) rows_codes[row] = tap[row] < 0 ? 0 : of_group[tap[row]];
}

std::uint32_t ArrayLayer::event(std::size_t image, std::int64_t position) const {
  const std::uint64_t number =
      static_cast<std::uint64_t>(image) * static_cast<std::uint64_t>(positions) + static_cast<std::uint64_t>(position);
  if (number > std::numeric_limits<std::uint32_t>::max())
    throw RangeError(fmt::format("image {} of a layer with {} positions: more reads than have a number", image, positions));
  return static_cast<std::uint32_t>(number);
}

void ArrayLayer::accumulate(const Plane& plane, const std::int32_t* codes, std::size_t count, std::int64_t* column_sums) {
  const std::int64_t weight = plane.weight();
  for (std::size_t col = 0; col < count; ++col) column_sums[col] += weight * codes[col];
}

float ArrayLayer::combine(std::int64_t which, const std::int64_t* column_sums) const {
  std::int64_t sum = 0;
  const std::int64_t place = place_of_output.empty() ? which : place_of_output[static_cast<std::size_t>(which)];
  const std::int64_t* of_output = column_sums + place * cells_per_output;
  for (int cell = 0; cell < cells_per_output; ++cell) sum += cell_weight[static_cast<std::size_t>(cell)] * of_output[cell];
  return static_cast<float>(static_cast<double>(sum) * output_factor[static_cast<std::size_t>(which)]) +
         bias[static_cast<std::size_t>(which)];
}

ArrayLayer make_array_layer(const Network& network, int node_index, const Mapping& mapping) {
  const Node& node = network.nodes()[static_cast<std::size_t>(node_index)];
  ArrayLayer layer;
  layer.weights = static_cast<std::size_t>(node.weights);
  layer.node = node_index;
  layer.input_value = node.inputs[0];
  layer.output_value = node_index + 1;
  layer.input = network.value_shape(layer.input_value);
  layer.output = network.value_shape(layer.output_value);
  layer.rows = network.weight_layers()[layer.weights].inputs;
  layer.outputs = network.weight_layers()[layer.weights].outputs;
  layer.positions = layer.output.height * layer.output.width;
  layer.cells_per_output = mapping.cells_per_weight(layer.weights);
  layer.columns = layer.outputs * layer.cells_per_output;
  if (node.layer->window() != nullptr) set_taps(*node.layer->window(), mapping, layer);
  set_order(mapping, layer);
  set_reads(mapping, layer);
  const std::vector<float>& bias = network.biases(layer.weights);
  layer.bias = bias.empty() ? std::vector<float>(static_cast<std::size_t>(layer.outputs), 0.0f) : bias;
  set_cell_weights(mapping, layer);
  return layer;
}

}  // namespace swimsim
