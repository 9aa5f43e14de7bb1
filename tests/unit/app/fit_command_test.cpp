#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "models/device/card_reader.h"
#include "tests/support/program.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read;
using testing::write;

class FitTest : public testing::ProgramTest {
 protected:
  FitTest() {
    std::string text = "pulse,polarity,voltage_V,width_us,conductance_uS\n0,none,,,1\n";
    double g_uS = 1;
    for (int i = 1; i <= 60; ++i) {
      const bool set = i <= 30;
      g_uS += set ? 0.1 * (21 - g_uS) : -0.15 * (g_uS - 0.5);
      text += std::to_string(i) + (set ? ",SET,1.4,1," : ",RESET,1.6,1,") + std::to_string(g_uS) + "\n";
    }
    write(folder_ / "cell.csv", text);
  }
};

TEST_F(FitTest, WritesACardThatLoadsAndAPlot) {
  for (const std::string kernel : {"K1", "K2", "neurosim", "soft_bound", "k2"}) {
    const Answer answer = run("fit cell.csv --kernel " + kernel + " --out made/" + kernel);
    ASSERT_EQ(answer.exit_code, 0) << answer.errors;
    const fs::path made = folder_ / "made" / kernel;
    const CardOrErrors card = load_card((made / "cell.yaml").string(), "", {});
    ASSERT_TRUE(card.card.has_value()) << to_string(card.mistakes.front());
    EXPECT_EQ(card.card->name, "cell");
    EXPECT_EQ(testing::xml_problem(read(made / "cell.svg")), "");
    EXPECT_EQ(std::distance(fs::directory_iterator(made), {}), 2);
  }
}

TEST_F(FitTest, ReportsWhatWasFoundAndWhatWasNot) {
  const Answer answer = run("fit cell.csv --kernel K2");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("g_high"));
  EXPECT_THAT(answer.output, HasSubstr("NO: all SET pulses have 1.4 V"));
  EXPECT_THAT(answer.output, HasSubstr("% of the range"));
  EXPECT_THAT(answer.output, HasSubstr("R^2"));
  EXPECT_THAT(answer.output, HasSubstr("relax_sigma"));  // among what is off
  EXPECT_THAT(answer.output, Not(HasSubstr("DOES NOT FOLLOW")));
  const Card card = *load_card((folder_ / "cell.yaml").string(), "", {}).card;
  EXPECT_NEAR(card.number("g_high"), 21e-6, 0.1e-6);
  EXPECT_NEAR(card.number("g_low"), 0.5e-6, 0.05e-6);
  EXPECT_EQ(card.find("vt_set")->kind, "illustrative");
}

TEST_F(FitTest, TheCardRunsInAWorkload) {
  ASSERT_EQ(run("fit cell.csv --kernel K2").exit_code, 0);
  const Answer answer = run("check lenet_glyphs --set device.card=" + (folder_ / "cell.yaml").string() +
                            " --set device.set={} --set programming.scheme=fixed --set programming.blind=none");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
}

TEST_F(FitTest, SaysThatTheLawDoesNotFollow) {
  std::string text = "pulse,polarity,voltage_V,width_us,conductance_uS\n0,none,,,1\n";
  for (int i = 1; i <= 60; ++i) text += std::to_string(i) + ",SET,1.4,1," + std::to_string(1 + 20 / (1 + std::exp(-(i - 30) / 3.0))) + "\n";
  write(folder_ / "s_curve.csv", text);
  const Answer answer = run("fit s_curve.csv --kernel K2");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("THE LAW OF soft_bound DOES NOT FOLLOW THIS DATA"));
}

TEST_F(FitTest, RefusesBadInputAndLeavesNothing) {
  write(folder_ / "bad.csv", "pulse,polarity,voltage_V,width_us,conductance_uS\n1,SET,1,1,1\n2,UP,1,1,2\n3,SET,1,0,2\n");
  const Answer answer = run("fit bad.csv --kernel K2 --out made");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("bad.csv:3:2: polarity 'UP'"));
  EXPECT_THAT(answer.errors, HasSubstr("bad.csv:4:4: width '0' is out of range"));
  EXPECT_FALSE(fs::exists(folder_ / "made"));
}

TEST_F(FitTest, RefusesAnUnknownKernelAndAMissingFile) {
  const Answer kernel = run("fit cell.csv --kernel soft_bond");
  EXPECT_EQ(kernel.exit_code, 2);
  EXPECT_THAT(kernel.errors, HasSubstr("did you mean 'soft_bound'?"));
  const Answer file = run("fit none.csv --kernel K1");
  EXPECT_EQ(file.exit_code, 2);
  EXPECT_THAT(file.errors, HasSubstr("none.csv"));
  EXPECT_EQ(run("fit cell.csv").exit_code, 2);
}

TEST_F(FitTest, OverwritesOnlyWhenTold) {
  write(folder_ / "cell.yaml", "mine");
  const Answer answer = run("fit cell.csv --kernel K2");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("--force"));
  EXPECT_EQ(read(folder_ / "cell.yaml"), "mine");
  EXPECT_EQ(run("fit cell.csv --kernel K2 --name other").exit_code, 0);
  EXPECT_EQ(run("fit cell.csv --kernel K2 --force").exit_code, 0);
  EXPECT_NE(read(folder_ / "cell.yaml"), "mine");
}

TEST_F(FitTest, NamesOfAllKindsMakeACard) {
  fs::copy_file(folder_ / "cell.csv", folder_ / "a \"b\": {c}\\.csv");
  const Answer answer = run("fit 'a \"b\": {c}\\.csv' --kernel K1 --out made");
  ASSERT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_TRUE(fs::exists(folder_ / "made" / "a__b____c__.yaml")) << answer.output;
}

TEST_F(FitTest, GivesTheSameBytesTwice) {
  ASSERT_EQ(run("fit cell.csv --kernel K2 --out a").exit_code, 0);
  ASSERT_EQ(run("fit cell.csv --kernel K2 --out b").exit_code, 0);
  for (const char* name : {"cell.yaml", "cell.svg"}) EXPECT_EQ(read(folder_ / "a" / name), read(folder_ / "b" / name)) << name;
}

TEST_F(FitTest, HelpIsEnough) {
  const Answer answer = run("fit --help");
  EXPECT_EQ(answer.exit_code, 0);
  for (const char* word : {"pulse,polarity,voltage_V", "--kernel", "K1", "K2", "--out", "--force", "device"})
    EXPECT_THAT(answer.output, HasSubstr(word));
}

}  // namespace
}  // namespace swimsim
