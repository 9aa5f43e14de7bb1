#pragma once

#include <cstddef>
#include <string>

namespace swimsim {

/// The whole file as bytes. Throws InputError naming the path if it cannot be opened or read, is not a regular file, or has more than
/// `max_bytes`.
std::string read_file(const std::string& path, std::size_t max_bytes);

}  // namespace swimsim
