#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace swimsim {

/// Where in the user's input something is; line and column count from 1, 0 means "the whole file".
struct SourcePlace {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One mistake in the user's input. `message` says what was found, what was expected and the nearest known word.
struct Diagnostic {
  SourcePlace place;
  std::string message;
};

/// "FILE:LINE:COLUMN: message"; the parts that are unknown are left out.
std::string to_string(const Diagnostic& diagnostic);

/// The user's input is wrong: carries every mistake that was found, so that all are shown at once. Exit code 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Diagnostic> diagnostics);
  explicit InputError(const std::string& message) : InputError(std::vector<Diagnostic>{{{}, message}}) {}
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// A model was driven out of the range it is valid in. Exit code 3.
class RangeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Memory, disk or another resource does not suffice. Exit code 4.
class ResourceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace swimsim
