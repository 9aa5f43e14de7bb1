#pragma once

#include <string>

namespace swimsim {

/// "0.1.0"
std::string program_version();
/// The vector instruction set this binary was compiled for: "x86-64 AVX-512", ...
std::string instruction_set();
/// "GCC 12.2.0"
std::string compiler();
/// All of it in one line: results are byte-identical for one build identity, and what is kept on disk is keyed by it.
std::string build_identity();

}  // namespace swimsim
