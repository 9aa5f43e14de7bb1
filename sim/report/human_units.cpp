#include "sim/report/human_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/engine/price_word.h"

namespace swimsim {
namespace {

constexpr double kLargestCount = 1e12;

/// Rounded first, so that 999.6 us becomes 1 ms.
int decimal_exponent(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", std::fabs(value), digits - 1);
  return std::atoi(text.c_str() + text.find('e') + 1);
}

}  // namespace

EngineeringPrefix engineering_prefix(double value, Charset charset) {
  static const char* const kAscii[] = {"a", "f", "p", "n", "u", "m", "", "k", "M", "G", "T"};
  if (value == 0 || !std::isfinite(value)) return {};
  const int power = std::clamp(static_cast<int>(std::floor(decimal_exponent(value, 3) / 3.0)), -6, 4);
  std::string symbol = kAscii[power + 6];
  if (symbol == "u" && charset == Charset::utf8) symbol = "\u00b5";
  return {std::pow(10.0, 3 * power), symbol};
}

std::string engineering(double value, std::string_view unit, Charset charset) {
  const EngineeringPrefix prefix = engineering_prefix(value, charset);
  return fmt::format("{}{}{}{}", significant(value / prefix.factor), charset == Charset::utf8 ? "\u00a0" : " ", prefix.symbol, unit);
}

std::string significant(double value, int digits) {
  if (value == 0) return "0";
  if (!std::isfinite(value)) return fmt::format("{}", value);
  const int exponent = decimal_exponent(value, digits);
  if (exponent < -4 || exponent > 6) return fmt::format("{:.{}e}", value, digits - 1);
  return fmt::format("{:.{}f}", value, std::max(0, digits - 1 - exponent));
}

std::string fraction_text(double fraction) { return fmt::format("{:.6g}", fraction); }

std::string point_text(std::string_view selector, double fraction, const std::optional<double>& price) {
  return price ? fmt::format("{} {:.6g}", price_word(selector), *price) : fraction_text(fraction);
}

std::string percent(double share, int decimals) {
  const std::string text = fmt::format("{:.{}f}", 100 * share, decimals);
  return text.find_first_not_of("-0.") == std::string::npos && text[0] == '-' ? text.substr(1) : text;
}

std::string count_text(double value) {
  if (std::fabs(value) >= kLargestCount || !std::isfinite(value)) return significant(value);
  return fmt::format("{:.{}f}", value, value == std::round(value) || std::fabs(value) >= 100 ? 0 : 1);
}

}  // namespace swimsim
