#include "models/inference/batched_reads.h"

#include <dnnl.h>

#include <algorithm>

#include "models/common/errors.h"
#include "models/network/layers/one_dnn.h"

namespace swimsim {

namespace {

constexpr int kLanes = 16;                  // columns of a packed tile come in whole vectors
constexpr std::int64_t kDrawsTogether = 4;  // see series_normal

/// What one read uses of a tile, columns side by side, padded with columns of zeros.
struct PackedRead {
  int cols = 0, padded = 0;
  std::vector<float> g;         ///< [row][padded], or with the variances to their right [row][2 * padded]
  std::vector<float> variance;  ///< [row][padded]; empty where it stands in g or there is none
  std::vector<std::int32_t> multiplier;
  std::vector<std::int64_t> rounding;
  std::vector<std::uint32_t> draw_column, draw_cell;  ///< [plane][padded]
};

void multiply(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, const float* b, float* c) {
  if (dnnl_sgemm('N', 'N', m, n, k, 1.0f, a, k, b, n, 0.0f, c, n) != dnnl_success)
    throw ResourceError("oneDNN could not multiply two matrices");
}

/// Where the variances of the cells are kept: nowhere where there is no noise or all cells have the same.
enum class Variances { none, beside, apart };

PackedRead pack(const ArrayLayer& layer, const ProgrammedTile& tile, const TileRead& read, Variances variances) {
  PackedRead packed;
  packed.cols = read.col_end - read.col_begin;
  packed.padded = (packed.cols + kLanes - 1) / kLanes * kLanes;
  const auto cols = static_cast<std::size_t>(packed.cols), padded = static_cast<std::size_t>(packed.padded);
  const auto rows = static_cast<std::size_t>(read.rows), begin = static_cast<std::size_t>(read.col_begin);
  const std::size_t width = variances == Variances::beside ? 2 * padded : padded;
  packed.g.assign(rows * width, 0.0f);
  if (variances == Variances::apart) packed.variance.assign(rows * padded, 0.0f);
  float* variance = variances == Variances::beside ? packed.g.data() + padded : packed.variance.data();
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t from = row * static_cast<std::size_t>(tile.matrix.cols) + begin;
    std::copy_n(&tile.matrix.g[from], cols, &packed.g[row * width]);
    if (variances != Variances::none) std::copy_n(&tile.matrix.variance[from], cols, variance + row * width);
  }
  packed.multiplier.assign(padded, 0);
  packed.rounding.assign(padded, 0);
  std::copy_n(&tile.converters.multiplier[begin], cols, packed.multiplier.data());
  std::copy_n(&tile.converters.rounding[begin], cols, packed.rounding.data());
  for (std::size_t plane = 0; plane < layer.planes.size(); ++plane) {
    for (std::size_t col = 0; col < padded; ++col) {
      packed.draw_column.push_back(tile.draws.first_column + static_cast<std::uint32_t>(begin + col));
      packed.draw_cell.push_back(pack_cell(tile.draws.layer, static_cast<std::uint32_t>(plane), 0));
    }
  }
  return packed;
}

}  // namespace

struct BatchedReads::State {
  const ArrayNetwork* network;
  const ProgrammedArray* array;
  std::vector<std::vector<PackedRead>> packed;  ///< per weight layer and read
  // Scratch.
  std::vector<std::int32_t> codes, row_codes, read_codes;
  std::vector<float> digits, squares, square_sums, sums, variances, normals;
  std::vector<std::int64_t> totals, lane_totals;

  /// Reads of consecutive events: [first, first + count), event = image * positions + position from the first image of the batch on.
  struct Chunk {
    std::int64_t first = 0, count = 0;
  };

  void run_chunk(const ArrayLayer& layer, std::size_t first_image, const Chunk& chunk, float* outputs, const ObserveCodes& observe);
  void apply_digits(const ArrayLayer& layer, const Chunk& chunk, std::int64_t group, const TileRead& read);
  void square_digits(const ArrayLayer& layer, std::size_t rows);
  void read(const ArrayLayer& layer, const TileRead& read, const PackedRead& packed, std::size_t first_image, const Chunk& chunk,
            const ObserveCodes& observe);
  void convert(const ArrayLayer& layer, const TileRead& read, const PackedRead& packed, const float* sums, const float* variances,
               std::size_t stride, const float* normals, std::int64_t* totals);  // variances: null without noise
};

BatchedReads::BatchedReads(const ArrayNetwork& network, const ProgrammedArray& array) : state_(std::make_unique<State>()) {
  state_->network = &network;
  state_->array = &array;
  for (const ArrayLayer& layer : network.layers()) {
    std::vector<PackedRead>& packed = state_->packed.emplace_back();
    Variances variances = Variances::none;
    if (array.noisy(layer.weights) && array.common_variance(layer.weights) == 0)
      variances = layer.coding.dac_bits == 1 ? Variances::beside : Variances::apart;
    for (const TileRead& read : layer.reads) packed.push_back(pack(layer, array.tile(read.tile), read, variances));
  }
}

BatchedReads::~BatchedReads() = default;
BatchedReads::BatchedReads(BatchedReads&&) noexcept = default;
BatchedReads& BatchedReads::operator=(BatchedReads&&) noexcept = default;

void BatchedReads::run(const ArrayLayer& layer, const float* inputs, std::size_t first, std::int64_t images, float* outputs,
                       const ObserveCodes& observe) {
  hold_one_dnn_to_one_thread();
  const auto elements = static_cast<std::size_t>(images * layer.input.elements());
  state_->codes.resize(elements);
  layer.coding.codes(inputs, elements, state_->codes.data());
  layer.event(first + static_cast<std::size_t>(images), 0);  // refuses what has no number
  int widest = kLanes;
  for (const PackedRead& packed : state_->packed[layer.weights]) widest = std::max(widest, packed.padded);
  constexpr std::int64_t kComfortable = 1 << 16;  // sums of a chunk
  const auto planes = static_cast<std::int64_t>(layer.planes.size());
  const std::int64_t size = std::clamp<std::int64_t>(kComfortable / (planes * widest), 8, 256);
  const std::int64_t events = images * layer.positions;
  for (std::int64_t begin = 0; begin < events; begin += size)
    state_->run_chunk(layer, first, {begin, std::min(size, events - begin)}, outputs, observe);
}

void BatchedReads::State::run_chunk(const ArrayLayer& layer, std::size_t first_image, const Chunk& chunk, float* outputs,
                                    const ObserveCodes& observe) {
  totals.assign(static_cast<std::size_t>(chunk.count * layer.columns), 0);
  for (std::int64_t group = 0; group < layer.groups; ++group) {
    std::int64_t on_rows = -1;
    for (std::size_t i = layer.first_read[static_cast<std::size_t>(group)]; i < layer.first_read[static_cast<std::size_t>(group) + 1];
         ++i) {
      const TileRead& tile_read = layer.reads[i];
      if (tile_read.first_row != on_rows) apply_digits(layer, chunk, group, tile_read);
      on_rows = tile_read.first_row;
      read(layer, tile_read, packed[layer.weights][i], first_image, chunk, observe);
    }
  }
  for (std::int64_t e = 0; e < chunk.count; ++e) {
    const std::int64_t image = (chunk.first + e) / layer.positions, position = (chunk.first + e) % layer.positions;
    float* output = outputs + image * layer.output.elements() + position;
    const std::int64_t* columns = &totals[static_cast<std::size_t>(e * layer.columns)];
    for (std::int64_t o = 0; o < layer.outputs; ++o) output[o * layer.positions] = layer.combine(o, columns);
  }
}

void BatchedReads::State::apply_digits(const ArrayLayer& layer, const Chunk& chunk, std::int64_t group, const TileRead& tile_read) {
  const auto rows = static_cast<std::size_t>(tile_read.rows), planes = layer.planes.size();
  row_codes.resize(rows);
  digits.resize(static_cast<std::size_t>(chunk.count) * planes * rows);
  float* out = digits.data();
  for (std::int64_t e = 0; e < chunk.count; ++e) {
    const std::int64_t image = (chunk.first + e) / layer.positions, position = (chunk.first + e) % layer.positions;
    layer.gather(&codes[static_cast<std::size_t>(image * layer.input.elements())], position, group, tile_read.first_row, tile_read.rows,
                 row_codes.data());
    for (const Plane& plane : layer.planes) {
      for (std::size_t row = 0; row < rows; ++row) out[row] = static_cast<float>(plane.digit(row_codes[row]));
      out += rows;
    }
  }
  if (array->noisy(layer.weights)) square_digits(layer, rows);
}

// What the variances are multiplied by: digits of one bit are their own squares.
void BatchedReads::State::square_digits(const ArrayLayer& layer, std::size_t rows) {
  const bool in_common = array->common_variance(layer.weights) > 0;
  if (layer.coding.dac_bits == 1 && !in_common) return;
  squares.resize(digits.size());
  for (std::size_t i = 0; i < digits.size(); ++i) squares[i] = digits[i] * digits[i];
  if (!in_common) return;
  square_sums.resize(digits.size() / rows);
  for (std::size_t i = 0; i < square_sums.size(); ++i) {
    std::int32_t sum = 0;
    for (std::size_t row = 0; row < rows; ++row) sum += static_cast<std::int32_t>(squares[i * rows + row]);
    square_sums[i] = static_cast<float>(sum) * array->common_variance(layer.weights);
  }
}

void BatchedReads::State::read(const ArrayLayer& layer, const TileRead& tile_read, const PackedRead& packed_read, std::size_t first_image,
                               const Chunk& chunk, const ObserveCodes& observe) {
  const auto padded = static_cast<std::size_t>(packed_read.padded), planes = layer.planes.size(), lanes = planes * padded;
  const auto height = chunk.count * static_cast<std::int64_t>(planes);
  const bool noisy = array->noisy(layer.weights), in_common = array->common_variance(layer.weights) > 0;
  const bool apart = !packed_read.variance.empty(), beside = noisy && !apart && !in_common;
  const std::size_t stride = beside ? 2 * padded : padded;
  sums.resize(static_cast<std::size_t>(height) * stride);
  multiply(height, static_cast<std::int64_t>(stride), tile_read.rows, digits.data(), packed_read.g.data(), sums.data());
  if (apart) {
    variances.resize(static_cast<std::size_t>(height) * padded);
    multiply(height, packed_read.padded, tile_read.rows, squares.data(), packed_read.variance.data(), variances.data());
  }
  lane_totals.resize(padded);
  normals.resize(kDrawsTogether * lanes);
  read_codes.resize(lanes);
  const std::int64_t first_event = static_cast<std::int64_t>(first_image) * layer.positions + chunk.first;
  std::int64_t drawn = -1;
  for (std::int64_t e = 0; e < chunk.count; ++e) {
    const std::int64_t block = (first_event + e) / kDrawsTogether;
    if (noisy && block != drawn) {
      float* const out[kDrawsTogether] = {&normals[0], &normals[lanes], &normals[2 * lanes], &normals[3 * lanes]};
      const ColumnDraws& draws = array->tile(tile_read.tile).draws;
      fill_series({draws.seed, draws.trial, Purpose::inference_read, static_cast<std::uint32_t>(block)}, lanes,
                  packed_read.draw_column.data(), packed_read.draw_cell.data(), out);
      drawn = block;
    }
    const std::size_t at = static_cast<std::size_t>(e) * planes * stride;
    const float* variance = nullptr;
    if (beside) variance = &sums[at + padded];
    if (apart) variance = &variances[static_cast<std::size_t>(e) * planes * padded];
    if (in_common) variance = &square_sums[static_cast<std::size_t>(e) * planes];
    convert(layer, tile_read, packed_read, &sums[at], variance, stride,
            &normals[static_cast<std::size_t>((first_event + e) % kDrawsTogether) * lanes],
            &totals[static_cast<std::size_t>(e * layer.columns + tile_read.first_column + tile_read.col_begin)]);
    if (!observe) continue;
    const std::int64_t image = (chunk.first + e) / layer.positions, position = (chunk.first + e) % layer.positions;
    for (std::size_t plane = 0; plane < planes; ++plane)
      observe({&tile_read, layer.weights, first_image + static_cast<std::size_t>(image), position, plane, &read_codes[plane * padded],
               packed_read.cols});
  }
}

// All planes of one event.
void BatchedReads::State::convert(const ArrayLayer& layer, const TileRead& tile_read, const PackedRead& packed_read, const float* sum,
                                  const float* variance, std::size_t stride, const float* normal, std::int64_t* column_totals) {
  const ColumnConverters& converters = array->tile(tile_read.tile).converters;
  const std::int32_t low = converters.low, bottom = converters.bottom, top = converters.top;
  const int shift = converters.shift;
  const auto padded = static_cast<std::size_t>(packed_read.padded);
  const std::int32_t* multiplier = packed_read.multiplier.data();
  const std::int64_t* rounding = packed_read.rounding.data();
  const bool in_common = array->common_variance(layer.weights) > 0;
  const std::size_t variance_stride = in_common ? 1 : (packed_read.variance.empty() ? stride : padded);
  const float noise_scale = array->noise_scale(layer.weights);
  std::int64_t* lane_total = lane_totals.data();
  std::fill_n(lane_total, padded, 0);
  std::int32_t* code = read_codes.data();
  for (const Plane& plane : layer.planes) {
    for (std::size_t col = 0; col < padded; ++col) code[col] = static_cast<std::int32_t>(sum[col]);
    if (variance != nullptr && in_common) {
      const float of_all = *variance;
      for (std::size_t col = 0; col < padded; ++col) code[col] += noise_of(normal[col], of_all, noise_scale);
    } else if (variance != nullptr) {
      for (std::size_t col = 0; col < padded; ++col) code[col] += noise_of(normal[col], variance[col], noise_scale);
    }
    if (variance != nullptr) variance += variance_stride;
    for (std::size_t col = 0; col < padded; ++col) {
      const std::int64_t level = (std::int64_t{code[col] - low} * multiplier[col] + rounding[col]) >> shift;
      code[col] = static_cast<std::int32_t>(level < bottom ? bottom : (level > top ? top : level));
    }
    const std::int64_t weight = plane.weight();
    for (std::size_t col = 0; col < padded; ++col) lane_total[col] += weight * code[col];
    sum += stride;
    normal += padded;
    code += padded;
  }
  for (std::size_t col = 0; col < static_cast<std::size_t>(packed_read.cols); ++col) column_totals[col] += lane_total[col];
}

}  // namespace swimsim
