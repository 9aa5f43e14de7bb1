#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace swimsim {

/// The SI prefix that keeps a number between 1 and 1000.
struct EngineeringPrefix {
  double factor = 1;   ///< divide by it
  std::string symbol;  ///< "m", "u", "": micro is "u", or "\u00b5" when not ASCII
};
enum class Charset { ascii, utf8 };
EngineeringPrefix engineering_prefix(double value, Charset charset);

/// Three significant digits and a unit for a reader: "12.3 ms", "4.56 uJ", "0 s"; the space does not break when not ASCII.
std::string engineering(double value, std::string_view unit, Charset charset);

/// Three significant digits without an exponent where that stays short: "0.0123", "12300".
std::string significant(double value, int digits = 3);

/// A fraction as the user wrote it, up to six digits: "0.1", "1".
std::string fraction_text(double fraction);

/// Which point of a selector it is: "0.1", or "price 3", "looseness 3" where it has no fractions.
std::string point_text(std::string_view selector, double fraction, const std::optional<double>& price);

/// A share from 0 to 1 as "97.85" percent, without the sign.
std::string percent(double share, int decimals = 2);

/// A whole or nearly whole count: "105918", "1.06e+09".
std::string count_text(double value);

}  // namespace swimsim
