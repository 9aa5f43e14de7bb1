#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

constexpr int kMaxPictureSide = 4096;

/// One decoded picture, 8 bits a sample.
struct Picture {
  int channels = 0;  ///< 1: grey, 3: red, green, blue
  int height = 0, width = 0;
  std::vector<std::uint8_t> pixels;  ///< [channel][row][column]
};

/// Decodes a JPEG (grey or colour, baseline or progressive) or a PNG (any depth; transparency over black), told by its first bytes.
/// Throws InputError, naming `path`, if it is neither, is truncated or damaged, is CMYK, or has a side above 4096.
Picture decode_image(std::string_view bytes, const std::string& path);

}  // namespace swimsim
