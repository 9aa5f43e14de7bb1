#include "models/common/errors.h"

#include <fmt/format.h>

namespace swimsim {

namespace {

std::string join(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += '\n';
    text += to_string(diagnostic);
  }
  return text;
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  const SourcePlace& place = diagnostic.place;
  if (place.file.empty()) return diagnostic.message;
  if (place.line == 0) return fmt::format("{}: {}", place.file, diagnostic.message);
  return fmt::format("{}:{}:{}: {}", place.file, place.line, place.column, diagnostic.message);
}

InputError::InputError(std::vector<Diagnostic> diagnostics) : std::runtime_error(join(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace swimsim
