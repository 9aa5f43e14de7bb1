#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace swimsim {

/// How signed integer weights become cells, and cells tiles.
struct MappingOptions {
  int weight_bits = 4;      ///< M: magnitude bits, of every layer that does not say its own
  int code_max = 15;        ///< largest magnitude: 2^M - 1, or 2^M with SWIM's own quantiser
  int bits_per_device = 4;  ///< K, divides M
  int tile_rows = 128;
  int tile_cols = 128;
};

/// A weight matrix as the crossbar sees it: inputs are word lines, outputs are columns.
struct MatrixShape {
  std::string name;
  std::int64_t outputs = 0, inputs = 0;
  int weight_bits = 0, code_max = 0;  ///< as in MappingOptions; 0: what stands there
};

/// Which output and input of a layer is where: the n-th output from the left, the input on the n-th word line. Empty: in their own order.
struct LayerOrder {
  std::vector<std::int64_t> outputs, inputs;  ///< permutations of 0 .. count - 1
};

/// Where a cell sits. `slice` 0 is the least significant; `arm` 0 is the plus side of the differential pair, 1 the minus side.
struct CellAddress {
  std::int64_t layer = 0, weight = 0;  ///< weight = output * inputs + input
  int slice = 0, arm = 0;
  bool operator==(const CellAddress& o) const { return layer == o.layer && weight == o.weight && slice == o.slice && arm == o.arm; }
};
struct CellPlace {
  std::int64_t tile = 0;
  int row = 0, col = 0;
  bool operator==(const CellPlace& o) const { return tile == o.tile && row == o.row && col == o.col; }
};

/// A tile's share of a layer's matrix of cells. Edge tiles are partly used.
struct TileExtent {
  std::int64_t layer = 0;
  std::int64_t first_input = 0, first_column = 0;  ///< of the layer's cell matrix (inputs x outputs * slices * 2)
  int used_rows = 0, used_cols = 0;
};

/// The mapping of a network on tiles: sign and magnitude over a differential pair, K bits a device, layer after layer; a layer starts
/// on a tile of its own. The cell matrix of a layer has `inputs` rows and, side by side for each output, slice by slice, plus and minus.
/// Rows and outputs are in the order that the layer was given: a weight keeps its number, its cells sit elsewhere.
/// Layers may have different bits, hence different numbers of slices; a layer's bits are filled in where it did not say them.
class Mapping {
 public:
  /// `orders`: one a layer, or none. Throws std::logic_error if an order is no permutation.
  Mapping(std::vector<MatrixShape> layers, const MappingOptions& options, std::vector<LayerOrder> orders = {});

  const MappingOptions& options() const { return options_; }
  const std::vector<MatrixShape>& layers() const { return layers_; }
  int slices(std::size_t layer) const { return layers_[layer].weight_bits / options_.bits_per_device; }
  int cells_per_weight(std::size_t layer) const { return 2 * slices(layer); }
  std::int64_t weights() const;
  std::int64_t cells() const;

  const std::vector<TileExtent>& tiles() const { return tiles_; }
  CellPlace place(const CellAddress& address) const;
  CellAddress address(const CellPlace& place) const;

  /// Whether outputs and inputs of a layer are in their own order.
  bool natural(std::size_t layer) const { return outputs_[layer].at.empty() && inputs_[layer].at.empty(); }
  /// The input on a word line of a layer, counted over its tiles.
  std::int64_t input_at(std::size_t layer, std::int64_t word_line) const { return inputs_[layer].index_at(word_line); }
  std::int64_t output_at(std::size_t layer, std::int64_t position) const { return outputs_[layer].index_at(position); }
  /// The place of an output among those of its layer, from the left.
  std::int64_t position_of_output(std::size_t layer, std::int64_t output) const { return outputs_[layer].position_of(output); }
  /// The input on each used row of a tile.
  std::vector<std::int64_t> inputs_of_tile(std::size_t tile) const;

  /// Largest digit of a slice: 2^K - 1, and one more in the top slice when the code range needs it.
  int digit_max(std::size_t layer, int slice) const;
  /// The digit a cell holds for a weight code; 0 on the unused arm.
  int digit(std::size_t layer, std::int32_t code, int slice, int arm) const;
  /// What one unit of a cell's normalised state (0..1) is worth in weight codes, with the arm's sign.
  double cell_weight(std::size_t layer, int slice, int arm) const;

  /// sigma of a cell of a layer, as a fraction of its range, that gives the rebuilt weight the standard deviation
  /// 1 x sqrt(sum_{i=1..8} 4^-i) of the largest weight that its scale reaches (reference: SWIM's code with 8 devices of one bit).
  double swim_sigma_per_cell(std::size_t layer) const;

 private:
  /// A permutation and its inverse; empty: none.
  struct Order {
    std::vector<std::int64_t> at, position;
    std::int64_t index_at(std::int64_t place) const { return at.empty() ? place : at[static_cast<std::size_t>(place)]; }
    std::int64_t position_of(std::int64_t index) const { return at.empty() ? index : position[static_cast<std::size_t>(index)]; }
  };
  static Order checked_order(std::vector<std::int64_t> at, std::int64_t count);

  std::int64_t columns(std::size_t layer) const { return layers_[layer].outputs * cells_per_weight(layer); }
  std::int64_t column_tiles(std::size_t layer) const { return (columns(layer) + options_.tile_cols - 1) / options_.tile_cols; }

  std::vector<MatrixShape> layers_;
  MappingOptions options_;
  std::vector<TileExtent> tiles_;
  std::vector<std::int64_t> first_tile_;  ///< of each layer
  std::vector<Order> outputs_, inputs_;   ///< of each layer
};

}  // namespace swimsim
