#include "models/fitting/write_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "models/device/card_reader.h"

namespace swimsim {

namespace {

/// A double-quoted YAML text on one line.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  return out + '"';
}

std::string comment_lines(const std::string& comment) {
  std::string out = "# ";
  for (const char c : comment) {
    out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? '?' : c;
    if (c == '\n') out += "# ";
  }
  return out + '\n';
}

std::string value_text(CardParameter parameter, const ParameterSpec& spec) {
  if (auto* number = std::get_if<double>(&parameter.value))
    *number = std::clamp(std::strtod(fmt::format("{:.5g}", *number).c_str(), nullptr), spec.minimum, spec.maximum);
  return format_parameter(parameter, spec);
}

}  // namespace

std::string card_yaml(const Card& card, const std::string& comment) {
  std::string text = comment_lines(comment);
  text += fmt::format("schema: swimsim-card/1\nname: {}\nkernel: {}\ntitle: {}\nparameters:\n", quoted(card.name), card.kernel,
                      quoted(card.title));
  for (const ParameterSpec& spec : find_kernel(card.kernel)->parameters) {
    const CardParameter& parameter = *card.find(spec.name);
    text += fmt::format("  {}: {{value: {}, kind: {}, source: {}}}\n", spec.name, value_text(parameter, spec), parameter.kind,
                        quoted(parameter.source));
  }
  const CardOrErrors read = read_card(text, card.name);
  if (!read.card) throw std::logic_error("a fitted card cannot be read: " + to_string(read.mistakes.front()));
  return text;
}

}  // namespace swimsim
