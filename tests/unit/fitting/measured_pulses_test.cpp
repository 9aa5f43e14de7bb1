#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/fitting/measured_pulses.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHeader = "pulse,polarity,voltage_V,width_s,conductance_uS\n";

std::string mistakes(const std::string& text) {
  try {
    read_measured_pulses(text, "m.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(MeasuredPulses, AreReadWithTheirUnits) {
  const MeasuredPulses data = read_measured_pulses(
      "# a comment\npulse_number, polarity, voltage_mV, width_ns, conductance_nS, temperature\n0,none,,,100,300\n1,SET,-1200,50,200,301\n"
      "2,reset,1500,50,,301\n3,-1,1.5e3,50,150,301\n",
      "m.csv");
  ASSERT_EQ(data.runs.size(), 1U);
  const std::vector<MeasuredPulse>& pulses = data.runs[0].pulses;
  ASSERT_EQ(pulses.size(), 4U);
  EXPECT_EQ(pulses[0].polarity, 0);
  EXPECT_EQ(pulses[1].polarity, 1);
  EXPECT_FLOAT_EQ(pulses[1].amplitude_V, 1.2F);
  EXPECT_DOUBLE_EQ(pulses[1].width_s, 50e-9);
  EXPECT_DOUBLE_EQ(pulses[1].g_S, 200e-9);
  EXPECT_TRUE(std::isnan(pulses[2].g_S));
  EXPECT_EQ(pulses[3].polarity, -1);
  EXPECT_DOUBLE_EQ(data.lowest_S, 100e-9);
  EXPECT_DOUBLE_EQ(data.highest_S, 200e-9);
  EXPECT_EQ(data.readings, 3U);
}

TEST(MeasuredPulses, TakeWindowsFilesForWhatTheyAre) {
  const MeasuredPulses data =
      read_measured_pulses("\xEF\xBB\xBFPulse,Polarity,volts,seconds,conductance_S\r\n1,LTP,1,1e-6,1e-6\r\n2,LTD,1,1e-6,2e-6\r\n", "m.csv");
  EXPECT_EQ(data.readings, 2U);
}

TEST(MeasuredPulses, ComeInRunsOfDevices) {
  const MeasuredPulses data = read_measured_pulses(
      "device,run,pulse,polarity,voltage_V,width_s,conductance_uS\na,1,1,SET,1,1e-6,1\nb,1,1,SET,1,1e-6,2\n"
      "a,1,2,SET,1,1e-6,3\na,2,1,SET,1,1e-6,4\n",
      "m.csv");
  ASSERT_EQ(data.runs.size(), 3U);
  EXPECT_EQ(data.devices(), 2U);
  EXPECT_EQ(data.runs[0].pulses.size(), 2U);
  EXPECT_EQ(data.runs[2].run, "2");
}

TEST(MeasuredPulses, ShowAllMistakesAtOnceWithTheirLines) {
  const std::string said = mistakes(kHeader + "1,SET,1,1e-6,1\n2,SETT,1,1e-6,2\n3,SET,99,1e-6,2\n4,SET,1,1,nan\n5,SET,1,1e-6,-3\n");
  EXPECT_THAT(said, HasSubstr("m.csv:3:2: polarity 'SETT' is not one of"));
  EXPECT_THAT(said, HasSubstr("m.csv:4:3: voltage '99' is out of range"));
  EXPECT_THAT(said, HasSubstr("m.csv:5:5: conductance 'nan' is not finite"));
  EXPECT_THAT(said, HasSubstr("m.csv:6:5: conductance '-3' is out of range"));
  EXPECT_THAT(said, Not(HasSubstr("follows pulse")));  // no mistake that only follows from another
}

TEST(MeasuredPulses, NameTheNearestColumn) {
  EXPECT_THAT(mistakes("pulse,polarity,voltage_V,width_s,conductanse_uS\n1,SET,1,1e-6,1\n"), HasSubstr("did you mean 'conductance_uS'?"));
  EXPECT_THAT(mistakes("pulse,polarity,voltage_V,width_s,conductance_us\n1,SET,1,1e-6,1\n"), HasSubstr("did you mean 'conductance_uS'?"));
  EXPECT_THAT(mistakes("pulse,polarity,voltage,width_s,conductance_uS\n1,SET,1,1e-6,1\n"), HasSubstr("lacks its unit: write voltage_V"));
  EXPECT_THAT(mistakes("pulse,polarity,voltage_V,width_s\n1,SET,1,1e-6\n"), HasSubstr("column 'conductance' is missing"));
  EXPECT_THAT(mistakes("pulse,pulse,polarity,voltage_V,width_s,conductance_S\n"), HasSubstr("'pulse' stands twice"));
}

TEST(MeasuredPulses, RefuseOtherSeparatorsAndDecimalMarks) {
  EXPECT_THAT(mistakes("pulse;polarity;voltage_V;width_s;conductance_uS\n1;SET;1,2;1e-6;1,5\n"), HasSubstr("not by ';'"));
  EXPECT_THAT(mistakes(kHeader + "1,SET,1,2,1e-6,1\n"), HasSubstr("the decimal mark is '.'"));
  EXPECT_THAT(mistakes(kHeader + "1,SET,\"1,2\",1e-6,1\n"), HasSubstr("the decimal mark is '.'"));
}

TEST(MeasuredPulses, WantNumbersThatRiseByOne) {
  EXPECT_THAT(mistakes(kHeader + "1,SET,1,1e-6,1\n3,SET,1,1e-6,2\n"), HasSubstr("m.csv:3:1: pulse 3 follows pulse 1"));
  EXPECT_THAT(mistakes(kHeader + "5,SET,1,1e-6,1\n4,SET,1,1e-6,2\n"), HasSubstr("pulse 4 follows pulse 5"));
  EXPECT_THAT(mistakes(kHeader + "1.5,SET,1,1e-6,1\n"), HasSubstr("not a whole number"));
}

TEST(MeasuredPulses, RefuseWhatCannotBeFitted) {
  EXPECT_THAT(mistakes(""), HasSubstr("is empty"));
  EXPECT_THAT(mistakes(kHeader), HasSubstr("0 conductances"));
  EXPECT_THAT(mistakes(kHeader + "1,SET,1,1e-6,1\n"), HasSubstr("1 conductances"));
  EXPECT_THAT(mistakes("run," + kHeader + "1,1,SET,1,1e-6,1\n2,1,SET,1,1e-6,2\n"), HasSubstr("2 conductances in 2 runs"));
  EXPECT_THAT(mistakes(kHeader + "1,SET,1,1e-6,3\n2,SET,1,1e-6,3\n3,SET,1,1e-6,3\n"), HasSubstr("there is nothing to fit"));
  EXPECT_THAT(mistakes(kHeader + "1,SET,1,1e-6,\n2,SET,1,1e-6,3\n"), HasSubstr("first pulse of a run needs its conductance"));
  EXPECT_THAT(mistakes(kHeader + "1,SET,1,1e-6,1\n2,none,,,3\n"), HasSubstr("only before the first pulse"));
}

TEST(MeasuredPulses, StopCountingMistakes) {
  std::string text = kHeader;
  for (int i = 1; i <= 1000; ++i) text += std::to_string(i) + ",SET,x,1e-6,1\n";
  const std::string said = mistakes(text);
  EXPECT_THAT(said, HasSubstr("and 980 more mistakes"));
  EXPECT_LT(said.size(), 3000U);
}

TEST(MeasuredPulses, AreReadByTheMillion) {
  std::string text = kHeader;
  for (int i = 1; i <= 1'000'000; ++i) text += std::to_string(i) + ",SET,1,1e-6," + std::to_string(1 + i % 7) + "\n";
  EXPECT_EQ(read_measured_pulses(text, "m.csv").readings, 1'000'000U);
}

TEST(MeasuredPulses, SurviveBytesOfAllKinds) {
  std::string text = kHeader;
  for (int c = 0; c < 256; ++c) text += std::string("1,SET,") + static_cast<char>(c) + ",\"," + static_cast<char>(255 - c) + "\n";
  EXPECT_NE(mistakes(text), "");
}

}  // namespace
}  // namespace swimsim
