#include "models/array/tile_words.h"

#include <stdexcept>

namespace swimsim {

std::size_t bytes_per_digit(const Mapping& mapping) {
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer) {
    for (int slice = 0; slice < mapping.slices(layer); ++slice) {
      if (mapping.digit_max(layer, slice) > 255) return 2;
    }
  }
  return 1;
}

std::vector<std::uint8_t> digits_of_tile(const Mapping& mapping, std::size_t tile, const std::vector<std::vector<std::int32_t>>& codes) {
  const TileExtent& extent = mapping.tiles()[tile];
  const std::size_t rows = static_cast<std::size_t>(extent.used_rows), cols = static_cast<std::size_t>(extent.used_cols);
  const std::size_t width = bytes_per_digit(mapping);
  const std::vector<std::int64_t> inputs = mapping.inputs_of_tile(tile);
  std::vector<std::uint8_t> bytes(rows * cols * width);
  for (std::size_t col = 0; col < cols; ++col) {
    const CellAddress top = mapping.address({static_cast<std::int64_t>(tile), 0, static_cast<int>(col)});
    const std::size_t layer = static_cast<std::size_t>(top.layer);
    const std::int64_t first = top.weight - inputs.front();  // of the weights of the column's output
    for (std::size_t row = 0; row < rows; ++row) {
      const int digit = mapping.digit(layer, codes[layer][static_cast<std::size_t>(first + inputs[row])], top.slice, top.arm);
      for (std::size_t byte = 0; byte < width; ++byte)
        bytes[(row * cols + col) * width + byte] = static_cast<std::uint8_t>(digit >> 8 * byte);
    }
  }
  return bytes;
}

std::vector<std::uint8_t> pack_group(const std::vector<std::int16_t>& group, std::int16_t wanted, std::size_t cols) {
  if (cols == 0 || group.size() % cols != 0) throw std::logic_error("schedule bits: the cells are not whole rows");
  const std::size_t row_bytes = bit_bytes(1, cols);
  std::vector<std::uint8_t> bytes(group.size() / cols * row_bytes);
  for (std::size_t cell = 0; cell < group.size(); ++cell) {
    const std::size_t row = cell / cols, col = cell % cols;
    if (group[cell] == wanted) bytes[row * row_bytes + col / 8] |= static_cast<std::uint8_t>(1u << col % 8);
  }
  return bytes;
}

std::vector<std::uint8_t> unpack_bits(const std::uint8_t* bytes, std::size_t rows, std::size_t cols) {
  const std::size_t row_bytes = bit_bytes(1, cols);
  std::vector<std::uint8_t> bits(rows * cols);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) bits[row * cols + col] = bytes[row * row_bytes + col / 8] >> col % 8 & 1;
  }
  return bits;
}

}  // namespace swimsim
