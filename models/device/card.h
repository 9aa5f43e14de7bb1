#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/common/errors.h"

namespace swimsim {

/// One figure of a device card, in SI units, with where it comes from.
struct CardParameter {
  std::string name;
  std::variant<double, std::string> value;
  std::string unit;    ///< SI unit symbol, "" for a pure number or a word
  std::string kind;    ///< "measured", "fitted", "derived", "recalled" or "illustrative"
  std::string source;  ///< paper, table or recipe
  std::string description;
};

/// The measured or fitted parameters of a device: data of a kernel, read from a YAML card.
class Card {
 public:
  std::string name;    ///< "swim_pulse"
  std::string kernel;  ///< which device kernel reads it, "swim_pulse"
  std::string title;   ///< one line for `swimsim list devices`
  std::vector<CardParameter> parameters;

  /// SI value of a number. Throws std::logic_error if the card lacks it: the card reader checks names beforehand.
  double number(std::string_view parameter) const;
  const std::string& text(std::string_view parameter) const;
  const CardParameter* find(std::string_view parameter) const;
  CardParameter* find(std::string_view parameter);
};

}  // namespace swimsim
