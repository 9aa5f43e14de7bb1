#include "models/inference/programmed_array.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace swimsim {

namespace {

/// Variance of one read of each cell: the kernel's noise and that of effects.read_noise.
std::vector<float> read_variances_S2(const ArrayNetwork& network, const std::vector<float>& g_S) {
  std::vector<float> variance(g_S.size());
  network.device().read_sigmas_S(g_S.size(), g_S.data(), variance.data());
  const float share = static_cast<float>(network.effect_read_noise());
  for (std::size_t i = 0; i < g_S.size(); ++i) variance[i] = variance[i] * variance[i] + share * share * (g_S[i] * g_S[i]);
  return variance;
}

float largest_magnitude_of(const std::vector<float>& values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

/// What the columns of a tile seem to have at their ends, its wires included.
std::vector<float> at_the_ends(const ArrayNetwork& network, std::size_t tile, const std::vector<float>& g_S) {
  const InferenceOptions& options = network.options();
  const TileExtent& extent = network.mapping().tiles()[tile];
  switch (options.line_solver) {
    case LineSolver::exact:
      return effective_conductances_exact(g_S, extent.used_rows, extent.used_cols, options.lines);
    case LineSolver::fast:
      return effective_conductances_fast(g_S, extent.used_rows, extent.used_cols, options.lines);
    case LineSolver::off:
      break;
  }
  return g_S;
}

// The tiles of one layer, in floats.
struct LayerCells {
  std::vector<std::size_t> tiles;
  std::vector<std::vector<float>> g_S, variance_S2;
  float largest_S = 0, largest_S2 = 0;
  int rows = 1;  // of the highest tile
};

LayerCells layer_cells(const ArrayNetwork& network, std::size_t layer, const std::vector<std::vector<float>>& g_S, bool noisy,
                       Wires wires) {
  LayerCells cells;
  for (std::size_t tile = 0; tile < g_S.size(); ++tile) {
    const TileExtent& extent = network.mapping().tiles()[tile];
    if (extent.layer != static_cast<std::int64_t>(layer)) continue;
    cells.tiles.push_back(tile);
    cells.g_S.push_back(wires == Wires::as_built ? at_the_ends(network, tile, g_S[tile]) : g_S[tile]);
    cells.largest_S = std::max(cells.largest_S, largest_magnitude_of(cells.g_S.back()));
    cells.rows = std::max(cells.rows, extent.used_rows);
    if (!noisy) continue;
    cells.variance_S2.push_back(read_variances_S2(network, g_S[tile]));
    cells.largest_S2 = std::max(cells.largest_S2, largest_magnitude_of(cells.variance_S2.back()));
  }
  return cells;
}

/// The number that all cells share, or 0.
float common_value(const ProgrammedTile& tile, float of_others, bool first) {
  const std::vector<float>& variance = tile.matrix.variance;
  const float value = variance.empty() ? 0 : variance.front();
  const bool alike = std::all_of(variance.begin(), variance.end(), [value](float v) { return v == value; });
  return alike && (first || value == of_others) ? value : 0;
}

void check_fits(const ArrayNetwork& network, const std::vector<std::vector<float>>& g_S) {
  const std::vector<TileExtent>& tiles = network.mapping().tiles();
  bool fits = g_S.size() == tiles.size();
  for (std::size_t tile = 0; fits && tile < tiles.size(); ++tile)
    fits = g_S[tile].size() == static_cast<std::size_t>(tiles[tile].used_rows) * static_cast<std::size_t>(tiles[tile].used_cols);
  if (!fits) throw std::logic_error("the conductances do not have the form of the mapping");
}

std::vector<ConverterError> converter_errors(const InferenceOptions& options, const ChipSample& chip, std::size_t tile, int cols) {
  std::vector<ConverterError> errors;
  if (options.adc_offset_sigma == 0 && options.adc_gain_sigma == 0) return errors;
  for (int converter = 0; converter * options.column_mux < cols; ++converter)
    errors.push_back(draw_converter_error(options, chip.seed, chip.trial, tile, converter));
  return errors;
}

}  // namespace

ProgrammedArray::ProgrammedArray(const ArrayNetwork& network, const std::vector<std::vector<float>>& g_S, const ChipSample& chip)
    : tiles_(g_S.size()) {
  check_fits(network, g_S);
  for (const ArrayLayer& layer : network.layers()) place_layer(network, layer, g_S, &chip, Wires::as_built);
}

ProgrammedArray::ProgrammedArray(const ArrayNetwork& network, const std::vector<std::vector<float>>& g_S, Wires wires)
    : tiles_(g_S.size()) {
  check_fits(network, g_S);
  for (const ArrayLayer& layer : network.layers()) place_layer(network, layer, g_S, nullptr, wires);
}

void ProgrammedArray::place_layer(const ArrayNetwork& network, const ArrayLayer& layer, const std::vector<std::vector<float>>& g_S,
                                  const ChipSample* chip, Wires wires) {
  const bool noisy = chip != nullptr && network.options().read_noise;
  const LayerCells cells = layer_cells(network, layer.weights, g_S, noisy, wires);
  const double full_S = network.device().g_max_S(), digit_max = (1 << network.options().dac_bits) - 1;
  SumUnits units;
  units.g_S = whole_unit(full_S, cells.largest_S, cells.rows, digit_max);
  if (cells.largest_S2 > 0) units.variance_S2 = whole_unit(full_S * full_S, cells.largest_S2, cells.rows, digit_max * digit_max);
  units_.push_back(units);
  noise_scale_.push_back(units.noise_scale());
  float common = 0;
  for (std::size_t i = 0; i < cells.tiles.size(); ++i) {
    const std::size_t tile = cells.tiles[i];
    const TileExtent& extent = network.mapping().tiles()[tile];
    ProgrammedTile& programmed = tiles_[tile];
    programmed.matrix.rows = extent.used_rows;
    programmed.matrix.cols = extent.used_cols;
    to_whole(cells.g_S[i], units.g_S, programmed.matrix.g);
    if (units.variance_S2 > 0) to_whole(cells.variance_S2[i], units.variance_S2, programmed.matrix.variance);
    common = common_value(programmed, common, i == 0);
    std::vector<ConverterError> errors;
    if (chip != nullptr) errors = converter_errors(network.options(), *chip, tile, extent.used_cols);
    programmed.converters = make_converters(layer.adc, units.g_S, extent.used_cols, network.options().column_mux, errors);
    if (chip == nullptr) continue;
    programmed.draws = {chip->seed, chip->trial, static_cast<std::uint32_t>(layer.weights),
                        layer.draw_column(extent.first_input, extent.first_column, network.mapping().options().tile_rows)};
  }
  common_variance_.push_back(common);
}

void read_tile(const ArrayLayer& layer, const ProgrammedArray& array, const TileRead& read, std::size_t plane, std::uint32_t event,
               const std::int32_t* row_codes, ReadScratch& scratch, std::int32_t* codes) {
  const ProgrammedTile& tile = array.tile(read.tile);
  const auto rows = static_cast<std::size_t>(tile.matrix.rows), cols = static_cast<std::size_t>(tile.matrix.cols);
  scratch.digits.resize(rows);
  scratch.sums.resize(cols);
  for (std::size_t row = 0; row < rows; ++row) scratch.digits[row] = layer.planes[plane].digit(row_codes[row]);
  tile.matrix.column_sums(scratch.digits.data(), scratch.sums.data());
  if (array.noisy(layer.weights)) {
    scratch.variances.resize(cols);
    tile.matrix.column_variances(scratch.digits.data(), scratch.variances.data());
    add_read_noise(tile.draws, static_cast<std::uint32_t>(plane), event, scratch.variances.data(), array.noise_scale(layer.weights), cols,
                   scratch.sums.data());
  }
  for (int col = read.col_begin; col < read.col_end; ++col)
    codes[col] = tile.converters.code(static_cast<std::size_t>(col), scratch.sums[static_cast<std::size_t>(col)]);
}

}  // namespace swimsim
