#include "sim/report/terminal_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/report/human_units.h"
#include "tests/unit/report/fake_results.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> list;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) list.push_back(line);
  return list;
}

TEST(TerminalTable, IsAlignedAndSaysWhatItMeans) {
  const std::vector<std::string> table = lines(terminal_table(testing::FakeRun().results));
  ASSERT_GE(table.size(), 18u);
  EXPECT_EQ(table[0], "selector   fraction    NWC   pulses     time  of full   energy         accuracy");
  EXPECT_EQ(table[3], "swim            0.1  0.100   210000  17.0 ms   33.9 %  2.04 uJ  95.25 +- 0.34 %");
  EXPECT_THAT(table[17], HasSubstr("mean of 10 trials"));
  EXPECT_THAT(table[18], HasSubstr("synthetic"));
}

TEST(TerminalTable, StaysInAHundredAsciiColumns) {
  testing::FakeRun run;
  for (auto& row : run.results.programming) {
    row.selector = "a_very_long_name_\u00e4\x1b[31m_of_a_selector";
    row.pulses = 1.23e17;
    row.fraction = 0.123456789;
  }
  for (const std::string& line : lines(terminal_table(run.results))) {
    EXPECT_LE(line.size(), 100u);
    for (char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
}

TEST(TerminalTable, OneTrialHasNoInterval) {
  testing::FakeRun run;
  for (auto& row : run.results.programming) row.trials = 1;
  EXPECT_EQ(terminal_table(run.results).find("+-"), std::string::npos);
}

TEST(TerminalTable, NothingDone) { EXPECT_EQ(terminal_table(RunResults{}), "no programming was finished\n"); }

TEST(HumanUnits, ReadWell) {
  EXPECT_EQ(engineering(0.0123, "s", Charset::ascii), "12.3 ms");
  EXPECT_EQ(engineering(4.56e-6, "J", Charset::ascii), "4.56 uJ");
  EXPECT_EQ(engineering(4.56e-6, "J", Charset::utf8), "4.56\u00a0\u00b5J");
  EXPECT_EQ(engineering(999.6e-6, "s", Charset::ascii), "1.00 ms");
  EXPECT_EQ(engineering(0, "s", Charset::ascii), "0 s");
  EXPECT_EQ(engineering(-2.5e-9, "A", Charset::ascii), "-2.50 nA");
  EXPECT_EQ(significant(9.996), "10.0");
  EXPECT_EQ(significant(1e-9), "1.00e-09");
  EXPECT_EQ(percent(-0.00001), "0.00");
  EXPECT_EQ(percent(0.97854), "97.85");
  EXPECT_EQ(fraction_text(0.1), "0.1");
  EXPECT_EQ(fraction_text(1.0 / 3), "0.333333");
  EXPECT_EQ(count_text(105918), "105918");
  EXPECT_EQ(count_text(2.5), "2.5");
}

}  // namespace
}  // namespace swimsim
