#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::read;
using ::testing::StartsWith;

using ValidateTest = testing::ProgramTest;

TEST_F(ValidateTest, PrintsARowAndWritesItsFiles) {
  const Answer answer = run("validate --row 9 --row 20 --csv table.csv --markdown table.md");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("126.27"));
  EXPECT_THAT(answer.output, HasSubstr("3 figures: 3 within, 0 outside"));
  EXPECT_THAT(answer.output, Not(HasSubstr("8.52")));
  EXPECT_THAT(read(folder_ / "table.csv"),
              StartsWith("row,figure,source,kind,published,simulated,low,high,verdict,reason,set_up\n9a,A of"));
  EXPECT_THAT(read(folder_ / "table.md"), HasSubstr("| 20 | cycles of a word |"));
}

TEST_F(ValidateTest, ARowInTheMiddleOfAnExperimentCanBeAskedFor) {
  EXPECT_THAT(run("validate --row 2").output, HasSubstr("cells that converge"));
}

TEST_F(ValidateTest, TheChipsReadIsThatOfIsaac) {
  const Answer answer = run("validate --row 16");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("2 figures: 2 within"));
}

TEST_F(ValidateTest, WithoutItsDataARowIsNotRunAndSaysSo) {
  const Answer answer = run("validate --row 12");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("12a to 12c: needs SWIMSIM_DATA/devices/fefet_memory_window.csv"));
  EXPECT_THAT(answer.output, HasSubstr("3 not run"));
}

TEST_F(ValidateTest, AKnownFailureIsShownWithItsReasonAndIsNoError) {
  const Answer answer = run("validate --row 6");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("outside (known)"));
  EXPECT_THAT(answer.output, HasSubstr("6c: the card's noise of a read"));
}

TEST_F(ValidateTest, RefusesARowThatIsNotThere) {
  const Answer answer = run("validate --row 21");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("21 is not a row of the table, 1 to 20"));
  EXPECT_EQ(run("validate --row nine").exit_code, 2);
}

}  // namespace
}  // namespace swimsim
