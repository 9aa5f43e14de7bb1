#pragma once

#include <cstdint>
#include <vector>

#include "models/inference/array_network.h"
#include "models/inference/converter.h"
#include "models/inference/read_noise.h"
#include "models/inference/tile_matrix.h"

namespace swimsim {

/// Whether column sums are those at the ends of the array's wires, as InferenceOptions describes them, or of wires without resistance.
enum class Wires { as_built, ideal };

/// A tile with its converters.
struct ProgrammedTile {
  TileMatrix matrix;
  ColumnConverters converters;
  ColumnDraws draws;
};

/// Which chip: what its noise and its mismatch are drawn by.
struct ChipSample {
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
};

/// The cells of one programming and the converters of one chip, as inference sees them.
class ProgrammedArray {
 public:
  /// `g_S`: per tile, row by row (TileArray::final_S). Read noise is that of these conductances.
  ProgrammedArray(const ArrayNetwork& network, const std::vector<std::vector<float>>& g_S, const ChipSample& chip);
  /// Without noise and mismatch.
  ProgrammedArray(const ArrayNetwork& network, const std::vector<std::vector<float>>& g_S, Wires wires = Wires::as_built);

  const ProgrammedTile& tile(std::size_t tile) const { return tiles_[tile]; }
  std::size_t tiles() const { return tiles_.size(); }
  /// Per weight layer.
  const SumUnits& units(std::size_t layer) const { return units_[layer]; }
  /// Units of conductance that one root of a unit of variance is; per weight layer.
  float noise_scale(std::size_t layer) const { return noise_scale_[layer]; }
  bool noisy(std::size_t layer) const { return units_[layer].variance_S2 > 0; }
  /// What every cell of the layer has; 0 where they differ or there is no noise.
  float common_variance(std::size_t layer) const { return common_variance_[layer]; }

 private:
  void place_layer(const ArrayNetwork& network, const ArrayLayer& layer, const std::vector<std::vector<float>>& g_S, const ChipSample* chip,
                   Wires wires);

  std::vector<ProgrammedTile> tiles_;
  std::vector<SumUnits> units_;
  std::vector<float> noise_scale_, common_variance_;
};

/// Scratch of `read_tile`.
struct ReadScratch {
  std::vector<std::int32_t> digits, sums, variances;
};

/// One read of a tile: the digits of a plane on its rows, column sums, read noise, conversion. `row_codes`: the tile's rows of the input
/// codes (`ArrayLayer::gather`). codes[col] of columns [read.col_begin, read.col_end) are written. What the chip does in one read cycle of
/// all its mux groups; the batched evaluator gives the same codes, bit for bit.
void read_tile(const ArrayLayer& layer, const ProgrammedArray& array, const TileRead& read, std::size_t plane, std::uint32_t event,
               const std::int32_t* row_codes, ReadScratch& scratch, std::int32_t* codes);

}  // namespace swimsim
