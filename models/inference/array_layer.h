#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/array/mapping.h"
#include "models/inference/converter.h"
#include "models/inference/input_coding.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// A part of a tile that one read uses: its rows hold inputs [first_row, first_row + rows) of the layer, its columns are those of the
/// group.
struct TileRead {
  std::size_t tile = 0;            ///< of the Mapping
  std::int64_t first_row = 0;      ///< of the layer's matrix
  std::int64_t first_column = 0;   ///< of the layer's cell matrix: column 0 of the tile
  int rows = 0;                    ///< of the tile
  int col_begin = 0, col_end = 0;  ///< columns of the tile that are converted; all but for a convolution with groups
};

/// A weight layer on its tiles: a matrix of cells that is read at every position of the output, plane after plane.
/// Its cell matrix has `rows` inputs by `columns` = outputs * cells_per_output columns: slice by slice, plus and minus (see Mapping).
struct ArrayLayer {
  std::size_t weights = 0;  ///< index of the weight layer
  int node = 0;             ///< of the network
  int input_value = 0, output_value = 0;
  Shape input, output;
  std::int64_t rows = 0, outputs = 0, columns = 0;
  std::int64_t positions = 1;  ///< height * width of the output: reads of each plane per image
  std::int64_t groups = 1;     ///< of a convolution; driven one after the other
  int cells_per_output = 2;

  InputCoding coding;
  std::vector<Plane> planes;
  AdcRange adc;
  std::vector<std::int32_t> cell_weight;  ///< [cells_per_output]: what one LSB of a column is worth, in units of `output_factor`
  double weight_unit = 1;                 ///< weight codes that a cell_weight of 1 stands for, by the full range of a cell
  std::vector<double> output_factor;      ///< per output: value of one unit of the shifted and added codes
  std::vector<float> bias;                ///< per output; 0 where the layer has none
  float quantizer_range = 0;              ///< of the activation quantiser
  int quantizer_bits = 0;                 ///< 0: none

  std::vector<TileRead> reads;          ///< of a position: group after group, tile after tile
  std::vector<std::size_t> first_read;  ///< [groups + 1]

  /// Element of the input value (of one image) that drives `row` at a position for group 0, -1 in the padding; [positions][rows]. Group g:
  /// plus g * group_stride. Empty: element `row`. The order of the mapping's inputs is in it.
  std::vector<std::int32_t> taps;
  std::int64_t group_stride = 0;
  std::vector<std::int64_t> place_of_output;  ///< among those of the cell matrix, from the left; empty: its own number

  /// The codes on rows [first_row, first_row + count) at a position. `codes`: those of one image.
  void gather(const std::int32_t* codes, std::int64_t position, std::int64_t group, std::int64_t first_row, int count,
              std::int32_t* rows_codes) const;
  /// Identity of column 0 of a tile in the draws of read noise: row tile * columns + column of the layer.
  std::uint32_t draw_column(std::int64_t first_row, std::int64_t first_column, int tile_rows) const {
    return static_cast<std::uint32_t>(first_row / tile_rows * columns + first_column);
  }
  /// Number of a read for the draws of its noise; RangeError from 2^32 on.
  std::uint32_t event(std::size_t image, std::int64_t position) const;

  /// Shift and add: what one conversion adds to the sum of its column over planes and row tiles.
  static void accumulate(const Plane& plane, const std::int32_t* codes, std::size_t count, std::int64_t* column_sums);
  /// Slices and arms of the columns of output `which`, then the only conversion to floats: with bias, before the activation quantiser.
  float combine(std::int64_t which, const std::int64_t* column_sums) const;
  /// The activation quantiser, in place.
  void quantize(float* values, std::int64_t count) const {
    if (quantizer_bits > 0) fake_quantize_activations(values, count, quantizer_range, quantizer_bits);
  }
};

/// Geometry, reads and cell weights of the weight layer of a node; coding, adc, output factors and quantiser are left to the caller.
/// Throws std::logic_error for a convolution with groups whose mapping is not in its own order.
ArrayLayer make_array_layer(const Network& network, int node, const Mapping& mapping);

}  // namespace swimsim
