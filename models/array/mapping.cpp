#include "models/array/mapping.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace swimsim {

Mapping::Mapping(std::vector<MatrixShape> layers, const MappingOptions& options, std::vector<LayerOrder> orders)
    : layers_(std::move(layers)), options_(options) {
  const auto check = [](bool sound) {
    if (!sound) throw std::logic_error("mapping: options were not checked");
  };
  check(options.bits_per_device >= 1 && options.tile_rows >= 1 && options.tile_cols >= 1);
  check(orders.empty() || orders.size() == layers_.size());
  orders.resize(layers_.size());
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    MatrixShape& shape = layers_[layer];
    if (shape.weight_bits == 0) shape.weight_bits = options.weight_bits;
    if (shape.code_max == 0) shape.code_max = options.code_max;
    check(shape.weight_bits >= 1 && shape.weight_bits % options.bits_per_device == 0 && shape.code_max <= (1 << shape.weight_bits));
    outputs_.push_back(checked_order(std::move(orders[layer].outputs), shape.outputs));
    inputs_.push_back(checked_order(std::move(orders[layer].inputs), shape.inputs));
    first_tile_.push_back(static_cast<std::int64_t>(tiles_.size()));
    for (std::int64_t input = 0; input < layers_[layer].inputs; input += options.tile_rows) {
      for (std::int64_t column = 0; column < columns(layer); column += options.tile_cols) {
        TileExtent tile;
        tile.layer = static_cast<std::int64_t>(layer);
        tile.first_input = input;
        tile.first_column = column;
        tile.used_rows = static_cast<int>(std::min<std::int64_t>(options.tile_rows, layers_[layer].inputs - input));
        tile.used_cols = static_cast<int>(std::min<std::int64_t>(options.tile_cols, columns(layer) - column));
        tiles_.push_back(tile);
      }
    }
  }
}

Mapping::Order Mapping::checked_order(std::vector<std::int64_t> at, std::int64_t count) {
  Order order;
  if (at.empty()) return order;
  bool sound = static_cast<std::int64_t>(at.size()) == count;
  order.position.assign(at.size(), -1);
  for (std::size_t place = 0; sound && place < at.size(); ++place) {
    sound = at[place] >= 0 && at[place] < count && order.position[static_cast<std::size_t>(at[place])] < 0;
    if (sound) order.position[static_cast<std::size_t>(at[place])] = static_cast<std::int64_t>(place);
  }
  if (!sound) throw std::logic_error("mapping: the order of a layer is no permutation");
  order.at = std::move(at);
  return order;
}

std::int64_t Mapping::weights() const {
  std::int64_t sum = 0;
  for (const MatrixShape& layer : layers_) sum += layer.outputs * layer.inputs;
  return sum;
}

std::int64_t Mapping::cells() const {
  std::int64_t sum = 0;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer)
    sum += layers_[layer].outputs * layers_[layer].inputs * cells_per_weight(layer);
  return sum;
}

CellPlace Mapping::place(const CellAddress& address) const {
  const MatrixShape& layer = layers_[address.layer];
  const std::int64_t input = inputs_[address.layer].position_of(address.weight % layer.inputs);
  const std::int64_t output = outputs_[address.layer].position_of(address.weight / layer.inputs);
  const std::int64_t column = (output * slices(address.layer) + address.slice) * 2 + address.arm;
  CellPlace place;
  place.tile = first_tile_[address.layer] + input / options_.tile_rows * column_tiles(address.layer) + column / options_.tile_cols;
  place.row = static_cast<int>(input % options_.tile_rows);
  place.col = static_cast<int>(column % options_.tile_cols);
  return place;
}

CellAddress Mapping::address(const CellPlace& place) const {
  const TileExtent& tile = tiles_[place.tile];
  const std::int64_t column = tile.first_column + place.col;
  CellAddress address;
  address.layer = tile.layer;
  address.arm = static_cast<int>(column % 2);
  address.slice = static_cast<int>(column / 2 % slices(tile.layer));
  const std::int64_t output = outputs_[tile.layer].index_at(column / cells_per_weight(tile.layer));
  address.weight = output * layers_[tile.layer].inputs + inputs_[tile.layer].index_at(tile.first_input + place.row);
  return address;
}

std::vector<std::int64_t> Mapping::inputs_of_tile(std::size_t tile) const {
  const TileExtent& extent = tiles_[tile];
  std::vector<std::int64_t> inputs;
  for (int row = 0; row < extent.used_rows; ++row)
    inputs.push_back(input_at(static_cast<std::size_t>(extent.layer), extent.first_input + row));
  return inputs;
}

int Mapping::digit_max(std::size_t layer, int slice) const {
  const int base = 1 << options_.bits_per_device;
  if (slice + 1 < slices(layer)) return base - 1;
  return layers_[layer].code_max >> (options_.bits_per_device * slice);
}

int Mapping::digit(std::size_t layer, std::int32_t code, int slice, int arm) const {
  if ((code >= 0) != (arm == 0) || code == 0) return 0;
  const int shifted = std::abs(code) >> (options_.bits_per_device * slice);
  return slice + 1 < slices(layer) ? shifted & ((1 << options_.bits_per_device) - 1) : shifted;
}

double Mapping::cell_weight(std::size_t layer, int slice, int arm) const {
  return (arm == 0 ? 1.0 : -1.0) * digit_max(layer, slice) * std::ldexp(1.0, options_.bits_per_device * slice);
}

double Mapping::swim_sigma_per_cell(std::size_t layer) const {
  double swim_variance = 0;
  for (int i = 1; i <= 8; ++i) swim_variance += std::ldexp(1.0, -2 * i);
  double cell_variance = 0;
  for (int slice = 0; slice < slices(layer); ++slice) cell_variance += 2 * cell_weight(layer, slice, 0) * cell_weight(layer, slice, 0);
  return layers_[layer].code_max * std::sqrt(swim_variance / cell_variance);
}

}  // namespace swimsim
