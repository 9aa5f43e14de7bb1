#include "models/common/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace swimsim {
namespace {

using testing::HasSubstr;

TEST(ParseQuantity, ReadsTheNearestDouble) {
  EXPECT_EQ(parse_quantity("50 ns", Dimension::time).value_SI, 50e-9);
  EXPECT_EQ(parse_quantity("50ns", Dimension::time).value_SI, 50e-9);
  EXPECT_EQ(parse_quantity("1.2 V", Dimension::voltage).value_SI, 1.2);
  EXPECT_EQ(parse_quantity("4 uS", Dimension::conductance).value_SI, 4e-6);
  EXPECT_EQ(parse_quantity("4 \xC2\xB5S", Dimension::conductance).value_SI, 4e-6);
  EXPECT_EQ(parse_quantity("4 \xCE\xBCS", Dimension::conductance).value_SI, 4e-6);
  EXPECT_EQ(parse_quantity("1e-9 s", Dimension::time).value_SI, 1e-9);
  EXPECT_EQ(parse_quantity("-1.5 V", Dimension::voltage).value_SI, -1.5);
  EXPECT_EQ(parse_quantity("64 MiB", Dimension::memory).value_SI, 67108864.0);
  EXPECT_EQ(parse_quantity("1 MB", Dimension::memory).value_SI, 1e6);
  EXPECT_EQ(parse_quantity("6 %", Dimension::fraction).value_SI, 0.06);
  EXPECT_EQ(parse_quantity("0.06", Dimension::fraction).value_SI, 0.06);
  EXPECT_EQ(parse_quantity("-0", Dimension::number).value_SI, 0.0);
}

struct Refused {
  std::string text;
  Dimension dimension;
  std::string expected;
};

class ParseQuantityRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ParseQuantityRefuses, AndSaysWhy) {
  const QuantityOrError result = parse_quantity(GetParam().text, GetParam().dimension);
  EXPECT_FALSE(result.value_SI.has_value());
  EXPECT_THAT(result.error, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Traps, ParseQuantityRefuses,
    testing::Values(Refused{"50", Dimension::time, "lacks its unit; a time needs one of s, ms, us, ns, ps"},
                    Refused{"0", Dimension::voltage, "lacks its unit"},
                    Refused{"50 V", Dimension::time, "'V' is a unit of voltage, but a time was expected"},
                    Refused{"50 parsec", Dimension::time, "'parsec' is not a known unit"},
                    Refused{"50 NS", Dimension::time, "not a known unit"}, Refused{"010 ns", Dimension::time, "leading zero"},
                    Refused{"010", Dimension::number, "octal"}, Refused{"0x10 ns", Dimension::time, "not a decimal number"},
                    Refused{"0o10", Dimension::number, "not a decimal number"}, Refused{"1,5", Dimension::number, "decimal mark is '.'"},
                    Refused{"1,5 V", Dimension::voltage, "decimal mark is '.'"}, Refused{"1_000", Dimension::number, "not grouped"},
                    Refused{".inf", Dimension::number, "not a number"}, Refused{".nan", Dimension::number, "not a number"},
                    Refused{"inf", Dimension::number, "not a number"}, Refused{"nan s", Dimension::time, "not a number"},
                    Refused{".5", Dimension::number, "write 0.5"}, Refused{"5.", Dimension::number, "lacks digits after the point"},
                    Refused{"1e400", Dimension::number, "beyond the range"}, Refused{"1e-400", Dimension::number, "beyond the range"},
                    Refused{"1e99999999999", Dimension::number, "exponent"}, Refused{"1 2", Dimension::number, "plain number"},
                    Refused{"1 V", Dimension::number, "unit of voltage, but a plain number"},
                    Refused{"1 V V", Dimension::voltage, "not a known unit"}, Refused{"", Dimension::number, "not a number"},
                    Refused{"1:30", Dimension::number, "plain number"}, Refused{"6 s", Dimension::fraction, "a fraction was expected"}));

TEST(ParseTime, IsExact) {
  EXPECT_EQ(parse_time_ps("10 ns").value_ps, 10'000);
  EXPECT_EQ(parse_time_ps("0 us").value_ps, 0);
  EXPECT_EQ(parse_time_ps("0.001 ns").value_ps, 1);
  EXPECT_EQ(parse_time_ps("1.50000 ns").value_ps, 1500);
  EXPECT_EQ(parse_time_ps("2.5e-9 s").value_ps, 2500);
  EXPECT_EQ(parse_time_ps("9.2e6 s").value_ps, 9'200'000'000'000'000'000);
  EXPECT_THAT(parse_time_ps("0.5 ps").error, HasSubstr("whole number of picoseconds"));
  EXPECT_THAT(parse_time_ps("0.0001 ns").error, HasSubstr("whole number of picoseconds"));
  EXPECT_THAT(parse_time_ps("-1 ns").error, HasSubstr("negative"));
  EXPECT_THAT(parse_time_ps("9.3e6 s").error, HasSubstr("too long"));
  EXPECT_THAT(parse_time_ps("1e300 s").error, HasSubstr("too long"));
  EXPECT_THAT(parse_time_ps("5").error, HasSubstr("unit"));
}

TEST(ParseInteger, RefusesWhatIsNotOne) {
  EXPECT_EQ(parse_integer("-12").value, -12);
  EXPECT_EQ(parse_integer("0").value, 0);
  EXPECT_THAT(parse_integer("010").error, HasSubstr("leading zero"));
  EXPECT_THAT(parse_integer("1.0").error, HasSubstr("not a whole number"));
  EXPECT_THAT(parse_integer("1e3").error, HasSubstr("not a whole number"));
  EXPECT_THAT(parse_integer("4 V").error, HasSubstr("'V' after the number"));
  EXPECT_THAT(parse_integer("99999999999999999999").error, HasSubstr("64 bits"));
  EXPECT_EQ(parse_unsigned("18446744073709551615").value, 18446744073709551615U);
  EXPECT_THAT(parse_unsigned("-1").error, HasSubstr("negative"));
}

TEST(FormatQuantity, ReadsBackEqual) {
  EXPECT_EQ(format_quantity(5e-8, Dimension::time), "50 ns");
  EXPECT_EQ(format_quantity(1.2, Dimension::voltage), "1.2 V");
  EXPECT_EQ(format_quantity(0.22e-12, Dimension::energy), "220 fJ");
  EXPECT_EQ(format_quantity(0, Dimension::power), "0 W");
  EXPECT_EQ(format_quantity(1e-12, Dimension::voltage), "1e-6 uV");
  EXPECT_EQ(format_quantity(1000, Dimension::number), "1000");
  EXPECT_EQ(format_quantity(67108864, Dimension::memory), "64 MiB");
  EXPECT_EQ(format_quantity(1000, Dimension::memory), "1000 B");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(1e-15), "1e-15");
  EXPECT_EQ(format_number(-2.5e20), "-2.5e20");
  for (const double value : {1.0 / 3, 1e-18, 123456.789, 2.2250738585072014e-308, 1.7976931348623157e308, -0.1, 5e-8}) {
    EXPECT_EQ(parse_quantity(format_number(value), Dimension::number).value_SI, value);
    EXPECT_EQ(parse_quantity(format_quantity(value, Dimension::energy), Dimension::energy).value_SI, value);
  }
}

TEST(FormatTime, ReadsBackEqual) {
  EXPECT_EQ(format_time_ps(10'000), "10 ns");
  EXPECT_EQ(format_time_ps(1500), "1.5 ns");
  EXPECT_EQ(format_time_ps(0), "0 ns");
  EXPECT_EQ(format_time_ps(50'000'000), "50 us");
  for (const std::int64_t time : {1L, 999L, 1001L, 123'456'789'012'345L, 9'200'000'000'000'000'000L}) {
    EXPECT_EQ(parse_time_ps(format_time_ps(time)).value_ps, time);
  }
}

TEST(Dimensions, ListTheirUnitsSiFirst) {
  EXPECT_EQ(dimension_units(Dimension::time), "s, ms, us, ns, ps");
  EXPECT_EQ(dimension_name(Dimension::conductance), "conductance");
  EXPECT_EQ(si_unit(Dimension::conductance), "S");
  EXPECT_EQ(si_unit(Dimension::fraction), "");
}

}  // namespace
}  // namespace swimsim
