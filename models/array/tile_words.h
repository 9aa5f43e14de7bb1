#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/array/mapping.h"

namespace swimsim {

// The bytes in which a host sends a tile its work. Cells go row by row over the used extent of the tile.

/// Of one digit, least significant first: 1, or 2 if a slice of any layer has digits above 255.
std::size_t bytes_per_digit(const Mapping& mapping);

/// The digit that each cell of a tile holds for these codes (per layer [output][input]), rows x cols x `bytes_per_digit`.
std::vector<std::uint8_t> digits_of_tile(const Mapping& mapping, std::size_t tile, const std::vector<std::vector<std::int32_t>>& codes);

/// Bytes of one bit a cell, a row starting on a byte.
constexpr std::size_t bit_bytes(std::size_t rows, std::size_t cols) { return rows * ((cols + 7) / 8); }

/// One bit a cell, set where `group` is `wanted`; the first cell of a row in bit 0 of the row's first byte. Throws std::logic_error unless
/// `group` has whole rows.
std::vector<std::uint8_t> pack_group(const std::vector<std::int16_t>& group, std::int16_t wanted, std::size_t cols);

/// The bits again, one byte a cell: 1 or 0, rows x cols. Bits beyond the end of a row are not looked at.
std::vector<std::uint8_t> unpack_bits(const std::uint8_t* bytes, std::size_t rows, std::size_t cols);

}  // namespace swimsim
