#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swimsim {

/// Physical dimension of a quantity in a workload or a card. `number` carries no unit, `fraction` may be written "6 %".
enum class Dimension { number, fraction, time, voltage, current, conductance, resistance, energy, power, capacitance, memory };

/// "time", "voltage", ...
std::string_view dimension_name(Dimension dimension);

/// SI symbol of the dimension: "s", "V", "Ohm"; "" for a number or a fraction, "B" for memory.
std::string_view si_unit(Dimension dimension);

/// Units a user may write for a dimension, SI first, for messages: "s, ms, us, ns, ps". "" for a number.
std::string dimension_units(Dimension dimension);

/// A parsed quantity, or why the text is not one.
struct QuantityOrError {
  std::optional<double> value_SI;
  std::string error;  ///< "a time needs a unit: one of s, ms, us, ns, ps"
};

/// Parses "50 ns", "1.2 V", "4 uS", "64 MiB" into SI units. A bare number where a unit belongs is an error (0 too), as are a unit of
/// another dimension, a number that is not finite, and anything left over. "1e-9 s" is fine, "010 ns" and "0x10 ns" are not.
/// The result is the double nearest to the decimal that was written: "50 ns" is 5e-8, not 50 * 1e-9.
QuantityOrError parse_quantity(std::string_view text, Dimension dimension);

/// A parsed time in whole picoseconds, or why not: negative, not a whole number of ps, above 9.2e6 s.
struct TimeOrError {
  std::optional<std::int64_t> value_ps;
  std::string error;
};
TimeOrError parse_time_ps(std::string_view text);

/// A parsed integer, or why the text is not one: leading zeros (octal in YAML), hexadecimal, a decimal point, beyond 64 bits.
struct IntegerOrError {
  std::optional<std::int64_t> value;
  std::string error;
};
IntegerOrError parse_integer(std::string_view text);

/// The same for an unsigned integer up to 2^64 - 1.
struct UnsignedOrError {
  std::optional<std::uint64_t> value;
  std::string error;
};
UnsignedOrError parse_unsigned(std::string_view text);

/// Shortest text that reads back to the same quantity, with the unit that keeps the number between 1 and 1000: "50 ns", "1.2 V".
std::string format_quantity(double value_SI, Dimension dimension);
std::string format_time_ps(std::int64_t time_ps);

/// Shortest decimal text that reads back to the same double: "0.06", "1e-15".
std::string format_number(double value);

}  // namespace swimsim
