#include "models/device/card.h"

#include <stdexcept>

namespace swimsim {

namespace {

[[noreturn]] void lacks(const Card& card, std::string_view parameter, const char* what) {
  throw std::logic_error("card '" + card.name + "' has no " + what + " '" + std::string(parameter) + "'");
}

}  // namespace

const CardParameter* Card::find(std::string_view parameter) const {
  for (const CardParameter& candidate : parameters) {
    if (candidate.name == parameter) return &candidate;
  }
  return nullptr;
}

CardParameter* Card::find(std::string_view parameter) {
  return const_cast<CardParameter*>(static_cast<const Card*>(this)->find(parameter));
}

double Card::number(std::string_view parameter) const {
  const CardParameter* found = find(parameter);
  if (found == nullptr || !std::holds_alternative<double>(found->value)) lacks(*this, parameter, "number");
  return std::get<double>(found->value);
}

const std::string& Card::text(std::string_view parameter) const {
  const CardParameter* found = find(parameter);
  if (found == nullptr || !std::holds_alternative<std::string>(found->value)) lacks(*this, parameter, "word");
  return std::get<std::string>(found->value);
}

}  // namespace swimsim
