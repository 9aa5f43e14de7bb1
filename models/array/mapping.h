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
/// on a tile of its own. The cell matrix of a layer has `inputs` rows and, side by side for each output, slice by slice, plus and minus;
/// so down a column of a tile the weights follow one another.
/// Layers may have different bits, hence different numbers of slices; a layer's bits are filled in where it did not say them.
class Mapping {
 public:
  Mapping(std::vector<MatrixShape> layers, const MappingOptions& options);

  const MappingOptions& options() const { return options_; }
  const std::vector<MatrixShape>& layers() const { return layers_; }
  int slices(std::size_t layer) const { return layers_[layer].weight_bits / options_.bits_per_device; }
  int cells_per_weight(std::size_t layer) const { return 2 * slices(layer); }
  std::int64_t weights() const;
  std::int64_t cells() const;

  const std::vector<TileExtent>& tiles() const { return tiles_; }
  CellPlace place(const CellAddress& address) const;
  CellAddress address(const CellPlace& place) const;

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
  std::int64_t columns(std::size_t layer) const { return layers_[layer].outputs * cells_per_weight(layer); }
  std::int64_t column_tiles(std::size_t layer) const { return (columns(layer) + options_.tile_cols - 1) / options_.tile_cols; }

  std::vector<MatrixShape> layers_;
  MappingOptions options_;
  std::vector<TileExtent> tiles_;
  std::vector<std::int64_t> first_tile_;  ///< of each layer
};

}  // namespace swimsim
