#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dataset/byte_source.h"

namespace swimsim {

/// What the head of a .npy file says (format versions 1 to 3).
struct NpyHeader {
  char kind = 0;  ///< NumPy's: 'u' unsigned, 'i' signed, 'f' float, ...
  int item_bytes = 0;
  bool little_endian = true;  ///< true for single bytes
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
  std::string type;  ///< as the file writes it: "|u1", "<i8"
};

/// Reads the head; the source then stands at the first element. Throws InputError, naming the file, on anything that is not one.
NpyHeader read_npy_header(ByteSource& source, const std::string& path);

}  // namespace swimsim
