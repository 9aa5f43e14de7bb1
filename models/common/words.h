#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

/// The known word nearest to `word` (edit distance at most a third of its length, at least 1), or "".
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

/// "; did you mean 'X'?" or, with nothing near, "; known: A, B, C".
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

/// The parts of "a.b.c".
std::vector<std::string> split_path(const std::string& path);

/// "A, B, C".
std::string joined(const std::vector<std::string>& words);

}  // namespace swimsim
