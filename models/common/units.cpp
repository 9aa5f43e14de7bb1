#include "models/common/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <vector>

namespace swimsim {

namespace {

struct Unit {
  std::string_view symbol;
  int exponent;  ///< power of ten of the SI unit; of two for binary units
  bool binary = false;
  bool shown = true;  ///< listed in messages and used for output
};

struct DimensionUnits {
  Dimension dimension;
  std::string_view name, article_name;
  std::vector<Unit> units;  ///< SI first, then falling
};

const std::vector<DimensionUnits>& table() {
  static const std::vector<DimensionUnits> all{
      {Dimension::number, "number", "a number", {}},
      {Dimension::fraction, "fraction", "a fraction", {{"%", -2}}},
      {Dimension::time, "time", "a time", {{"s", 0}, {"ms", -3}, {"us", -6}, {"ns", -9}, {"ps", -12}}},
      {Dimension::voltage, "voltage", "a voltage", {{"V", 0}, {"mV", -3}, {"uV", -6}}},
      {Dimension::current, "current", "a current", {{"A", 0}, {"mA", -3}, {"uA", -6}, {"nA", -9}, {"pA", -12}}},
      {Dimension::conductance, "conductance", "a conductance", {{"S", 0}, {"mS", -3}, {"uS", -6}, {"nS", -9}, {"pS", -12}}},
      {Dimension::resistance, "resistance", "a resistance", {{"Ohm", 0}, {"MOhm", 6}, {"kOhm", 3}, {"mOhm", -3}}},
      {Dimension::energy, "energy", "an energy", {{"J", 0}, {"mJ", -3}, {"uJ", -6}, {"nJ", -9}, {"pJ", -12}, {"fJ", -15}, {"aJ", -18}}},
      {Dimension::power, "power", "a power", {{"W", 0}, {"mW", -3}, {"uW", -6}, {"nW", -9}, {"pW", -12}}},
      {Dimension::capacitance, "capacitance", "a capacitance", {{"F", 0}, {"uF", -6}, {"nF", -9}, {"pF", -12}, {"fF", -15}, {"aF", -18}}},
      {Dimension::memory,
       "memory size",
       "a memory size",
       {{"B", 0},
        {"GiB", 30, true},
        {"MiB", 20, true},
        {"KiB", 10, true},
        {"GB", 9, false, false},
        {"MB", 6, false, false},
        {"kB", 3, false, false}}},
  };
  return all;
}

const DimensionUnits& units_of(Dimension dimension) { return table()[static_cast<std::size_t>(dimension)]; }

/// A decimal as it was written: sign, digits without the point, power of ten of the last digit.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

struct DecimalScan {
  std::optional<Decimal> decimal;
  std::size_t length = 0;  ///< characters used
  std::string error;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? from the start of the text.
DecimalScan scan_decimal(std::string_view text) {
  DecimalScan scan;
  Decimal decimal;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) decimal.negative = text[i++] == '-';
  const std::size_t whole = i;
  while (i < text.size() && is_digit(text[i])) decimal.digits += text[i++];
  if (i == whole) {
    const std::string_view rest = text.substr(i);
    if (rest.substr(0, 1) == "." && rest.size() > 1 && is_digit(rest[1]))
      scan.error = fmt::format("'{}' lacks the digit before the point: write 0{}", text, rest);
    else
      scan.error = fmt::format("'{}' is not a number", text);
    return scan;
  }
  if (text[whole] == '0' && i - whole > 1) {
    scan.error = fmt::format("'{}' has a leading zero, which YAML reads as octal; write it without", text);
    return scan;
  }
  if (i < text.size() && (text[i] == 'x' || text[i] == 'o' || text[i] == 'X') && text[whole] == '0') {
    scan.error = fmt::format("'{}' is not a decimal number", text);
    return scan;
  }
  if (i < text.size() && text[i] == '.') {
    const std::size_t point = ++i;
    while (i < text.size() && is_digit(text[i])) decimal.digits += text[i++];
    if (i == point) {
      scan.error = fmt::format("'{}' lacks digits after the point", text);
      return scan;
    }
    decimal.exponent = -static_cast<int>(i - point);
  }
  if (i < text.size() && (text[i] == ',' || text[i] == '_')) {
    scan.error = fmt::format("'{}' is not a number: the decimal mark is '.', and digits are not grouped", text);
    return scan;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    std::size_t j = i + 1;
    if (j < text.size() && text[j] == '+') ++j;
    int power = 0;
    const auto [end, status] = std::from_chars(text.data() + j, text.data() + text.size(), power);
    if (status != std::errc() || std::abs(power) > 10000) {
      scan.error = fmt::format("'{}' has no usable exponent", text);
      return scan;
    }
    decimal.exponent += power;
    i = static_cast<std::size_t>(end - text.data());
  }
  scan.decimal = std::move(decimal);
  scan.length = i;
  return scan;
}

/// The double nearest to the decimal; nothing if it overflows or is too small to be held.
std::optional<double> to_double(const Decimal& decimal, int extra_exponent) {
  const std::string text = fmt::format("{}{}e{}", decimal.negative ? "-" : "", decimal.digits, decimal.exponent + extra_exponent);
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value + 0.0;  // -0 becomes 0
}

/// "µ" (micro sign or Greek letter) is read as "u".
std::string plain_unit(std::string_view text) {
  std::string unit(text);
  for (const std::string_view micro : {"\xC2\xB5", "\xCE\xBC"}) {
    if (unit.compare(0, micro.size(), micro) == 0) return "u" + unit.substr(micro.size());
  }
  return unit;
}

struct UnitOrError {
  const Unit* unit = nullptr;
  std::string error;
};

UnitOrError find_unit(std::string_view text, Dimension dimension) {
  const DimensionUnits& wanted = units_of(dimension);
  const std::string symbol = plain_unit(text);
  for (const Unit& unit : wanted.units) {
    if (unit.symbol == symbol) return {&unit, {}};
  }
  for (const DimensionUnits& other : table()) {
    for (const Unit& unit : other.units) {
      if (unit.symbol != symbol) continue;
      if (wanted.units.empty()) return {nullptr, fmt::format("'{}' is a unit of {}, but a plain number was expected", text, other.name)};
      return {nullptr, fmt::format("'{}' is a unit of {}, but {} was expected: one of {}", text, other.name, wanted.article_name,
                                   dimension_units(dimension))};
    }
  }
  if (wanted.units.empty()) return {nullptr, fmt::format("'{}' after the number; a plain number was expected", text)};
  return {nullptr, fmt::format("'{}' is not a known unit; {} needs one of {}", text, wanted.article_name, dimension_units(dimension))};
}

/// A number and its unit, taken apart.
struct Quantity {
  std::optional<Decimal> decimal;
  const Unit* unit = nullptr;  ///< nullptr: none was written, and none is needed
  std::string error;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Quantity scan_quantity(std::string_view whole, Dimension dimension) {
  Quantity quantity;
  const std::string_view text = trimmed(whole);
  DecimalScan scan = scan_decimal(text);
  if (!scan.decimal) {
    const std::string_view units = units_of(dimension).name;
    quantity.error = scan.error;
    if (dimension != Dimension::number && dimension != Dimension::fraction)
      quantity.error += fmt::format("; expected a {} with its unit ({})", units, dimension_units(dimension));
    return quantity;
  }
  const std::string_view rest = trimmed(text.substr(scan.length));
  const bool needs_unit = dimension != Dimension::number && dimension != Dimension::fraction;
  if (rest.empty() && needs_unit) {
    quantity.error =
        fmt::format("'{}' lacks its unit; {} needs one of {}", text, units_of(dimension).article_name, dimension_units(dimension));
    return quantity;
  }
  if (!rest.empty()) {
    const UnitOrError found = find_unit(rest, dimension);
    if (found.unit == nullptr) {
      quantity.error = found.error;
      return quantity;
    }
    quantity.unit = found.unit;
  }
  quantity.decimal = std::move(scan.decimal);
  return quantity;
}

/// Decimal digits and power of ten of the shortest text that reads back to the value.
Decimal shortest_decimal(double value) {
  char buffer[40];
  const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific);
  (void)status;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  Decimal decimal;
  decimal.negative = std::signbit(value);
  std::string_view power = text.substr(e + 1);
  if (power.front() == '+') power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), decimal.exponent);
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  decimal.exponent -= static_cast<int>(decimal.digits.size()) - 1;
  return decimal;
}

/// Plain notation while it stays short, else with an exponent.
std::string decimal_text(const Decimal& decimal) {
  const int count = static_cast<int>(decimal.digits.size());
  const int leading = count + decimal.exponent;  // digits before the point
  std::string text = decimal.negative ? "-" : "";
  if (leading > 17 || leading < -4) {
    text += decimal.digits.substr(0, 1);
    if (count > 1) text += "." + decimal.digits.substr(1);
    return text + fmt::format("e{}", leading - 1);
  }
  if (decimal.exponent >= 0) return text + decimal.digits + std::string(static_cast<std::size_t>(decimal.exponent), '0');
  if (leading <= 0) return text + "0." + std::string(static_cast<std::size_t>(-leading), '0') + decimal.digits;
  return text + decimal.digits.substr(0, static_cast<std::size_t>(leading)) + "." +
         decimal.digits.substr(static_cast<std::size_t>(leading));
}

}  // namespace

std::string_view dimension_name(Dimension dimension) { return units_of(dimension).name; }

std::string_view si_unit(Dimension dimension) {
  if (dimension == Dimension::number || dimension == Dimension::fraction) return "";
  return units_of(dimension).units.front().symbol;
}

std::string dimension_units(Dimension dimension) {
  std::string list;
  for (const Unit& unit : units_of(dimension).units) {
    if (!unit.shown) continue;
    if (!list.empty()) list += ", ";
    list += unit.symbol;
  }
  return list;
}

QuantityOrError parse_quantity(std::string_view text, Dimension dimension) {
  const Quantity quantity = scan_quantity(text, dimension);
  if (!quantity.decimal) return {std::nullopt, quantity.error};
  const bool binary = quantity.unit != nullptr && quantity.unit->binary;
  const int exponent = quantity.unit == nullptr || binary ? 0 : quantity.unit->exponent;
  std::optional<double> value = to_double(*quantity.decimal, exponent);
  if (!value) return {std::nullopt, fmt::format("'{}' is beyond the range of numbers", text)};
  if (binary) value = std::ldexp(*value, quantity.unit->exponent);
  return {value, {}};
}

TimeOrError parse_time_ps(std::string_view text) {
  const Quantity quantity = scan_quantity(text, Dimension::time);
  if (!quantity.decimal) return {std::nullopt, quantity.error};
  std::string digits = quantity.decimal->digits;
  int exponent = quantity.decimal->exponent + quantity.unit->exponent + 12;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return {0, {}};
  if (quantity.decimal->negative) return {std::nullopt, fmt::format("'{}' is negative; a time is 0 or more", text)};
  for (; exponent < 0 && digits.size() > 1 && digits.back() == '0'; ++exponent) digits.pop_back();
  if (exponent < 0) return {std::nullopt, fmt::format("'{}' is not a whole number of picoseconds", text)};
  constexpr std::int64_t kLongest_ps = 9'200'000'000'000'000'000;
  std::int64_t value = 0;
  if (digits.size() + static_cast<std::size_t>(exponent) <= 19) {
    digits.append(static_cast<std::size_t>(exponent), '0');
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (end == digits.data() + digits.size() && status == std::errc() && value <= kLongest_ps) return {value, {}};
  }
  return {std::nullopt, fmt::format("'{}' is too long; times end at 9.2e6 s", text)};
}

namespace {

/// Why the text is not an integer, or "".
std::string integer_error(std::string_view text) {
  const DecimalScan scan = scan_decimal(text);
  if (!scan.decimal) return scan.error;
  if (scan.length != text.size()) {
    const std::string_view rest = trimmed(text.substr(scan.length));
    return fmt::format("'{}' has '{}' after the number; a whole number without a unit was expected", text, rest);
  }
  if (text.find_first_of(".eE") != std::string_view::npos) return fmt::format("'{}' is not a whole number", text);
  return {};
}

}  // namespace

IntegerOrError parse_integer(std::string_view text) {
  const std::string error = integer_error(text);
  if (!error.empty()) return {std::nullopt, error};
  if (text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size()) return {std::nullopt, fmt::format("'{}' is beyond 64 bits", text)};
  return {value, {}};
}

UnsignedOrError parse_unsigned(std::string_view text) {
  const std::string error = integer_error(text);
  if (!error.empty()) return {std::nullopt, error};
  if (text.front() == '-') return {std::nullopt, fmt::format("'{}' is negative; 0 or more was expected", text)};
  if (text.front() == '+') text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size()) return {std::nullopt, fmt::format("'{}' is beyond 64 bits", text)};
  return {value, {}};
}

std::string format_number(double value) {
  if (value == 0) return "0";
  return decimal_text(shortest_decimal(value));
}

std::string format_quantity(double value_SI, Dimension dimension) {
  if (dimension == Dimension::number || dimension == Dimension::fraction) return format_number(value_SI);
  const std::vector<Unit>& units = units_of(dimension).units;
  if (value_SI == 0) return fmt::format("0 {}", units.front().symbol);
  if (dimension == Dimension::memory) {
    for (const Unit& unit : units) {
      const double scaled = std::ldexp(value_SI, -unit.exponent);
      if (unit.binary && unit.shown && scaled >= 1 && scaled == std::floor(scaled))
        return fmt::format("{} {}", format_number(scaled), unit.symbol);
    }
    return fmt::format("{} B", format_number(value_SI));
  }
  Decimal decimal = shortest_decimal(value_SI);
  const int magnitude = static_cast<int>(decimal.digits.size()) + decimal.exponent - 1;  // power of ten of the first digit
  const Unit* best = nullptr;
  const Unit* smallest = &units.front();
  for (const Unit& unit : units) {
    if (unit.exponent < smallest->exponent) smallest = &unit;
    if (unit.exponent <= magnitude && (best == nullptr || unit.exponent > best->exponent)) best = &unit;
  }
  if (best == nullptr) best = smallest;
  decimal.exponent -= best->exponent;
  while (decimal.exponent < 0 && decimal.digits.size() > 1 && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  return fmt::format("{} {}", decimal_text(decimal), best->symbol);
}

std::string format_time_ps(std::int64_t time_ps) {
  if (time_ps == 0) return "0 ns";
  const std::vector<Unit>& units = units_of(Dimension::time).units;
  Decimal decimal;
  decimal.negative = time_ps < 0;
  decimal.digits = fmt::format("{}", time_ps);
  if (decimal.negative) decimal.digits.erase(0, 1);
  const int magnitude = static_cast<int>(decimal.digits.size()) - 1;
  for (; decimal.digits.size() > 1 && decimal.digits.back() == '0'; ++decimal.exponent) decimal.digits.pop_back();
  for (const Unit& unit : units) {
    if (unit.exponent + 12 > magnitude) continue;
    decimal.exponent -= unit.exponent + 12;
    return fmt::format("{} {}", decimal_text(decimal), unit.symbol);
  }
  return fmt::format("{} ps", time_ps);
}

}  // namespace swimsim
