#include "sim/engine/plan.h"

#include <gtest/gtest.h>

namespace swimsim {
namespace {

Workload workload() {
  Workload w;
  w.selection.selectors = {"swim", "none", "random", "all"};
  w.selection.fractions = {0, 0.1, 1};
  w.evaluate.trials = 3;
  return w;
}

TEST(Plan, PointsOfTheEndsShareOneProgramming) {
  const Plan plan = make_plan(workload(), 1000);
  ASSERT_EQ(plan.points.size(), 3u + 1u + 3u + 1u);
  EXPECT_EQ(plan.per_trial, 2u + 2u);  // nothing, everything, a tenth by swim, a tenth by random
  EXPECT_EQ(plan.programmings.size(), 3u * plan.per_trial);
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    if (plan.points[p].fraction == 0) {
      EXPECT_EQ(plan.programming_of[p], plan.none);
    }
    if (plan.points[p].fraction == 1) {
      EXPECT_EQ(plan.programming_of[p], plan.all);
    }
  }
  EXPECT_EQ(plan.programmings[plan.none].selected, 0);
  EXPECT_EQ(plan.programmings[plan.all].selected, 1000);
  EXPECT_EQ(plan.programmings[plan.programming_of[1]].selected, 100);
  EXPECT_EQ(plan.programmings[2 * plan.per_trial].trial, 2u);
}

TEST(Plan, FractionOfAllAndNoneIsFixed) {
  const Plan plan = make_plan(workload(), 1000);
  for (const SelectionPoint& point : plan.points) {
    if (point.selector == "none") {
      EXPECT_EQ(point.fraction, 0);
    }
    if (point.selector == "all") {
      EXPECT_EQ(point.fraction, 1);
    }
  }
}

TEST(Plan, LoopsOnlyWhereTheFractionIsFree) {
  Workload w = workload();
  w.selection.loop.emplace();
  const Plan plan = make_plan(w, 1000);
  EXPECT_EQ(plan.loop_selectors, (std::vector<std::string>{"swim", "random"}));
  for (const std::size_t offset : plan.loop_of) EXPECT_TRUE(plan.programmings[offset].budget_loop);
}

TEST(Plan, PricesTakeThePlaceOfFractionsFromDearToNothing) {
  Workload w = workload();
  w.selection.selectors = {"swim_pays", "swim"};
  w.selection.prices = {0, 2, 5};
  w.selection.loop.emplace();
  const Plan plan = make_plan(w, 1000);
  ASSERT_GE(plan.points.size(), 3u);
  EXPECT_EQ(plan.points[0].price, 5);
  EXPECT_EQ(plan.points[1].price, 2);
  EXPECT_EQ(plan.points[2].price, 0);
  EXPECT_EQ(plan.programming_of[2], plan.all);
  EXPECT_EQ(plan.programmings[plan.programming_of[0]].price, 5);
  EXPECT_EQ(plan.programmings[plan.programming_of[0]].selected, 1000);
  EXPECT_FALSE(plan.points[3].price);
  EXPECT_EQ(plan.loop_selectors, (std::vector<std::string>{"swim"}));
}

TEST(Plan, ValuesOfLoosenessTakeThePlaceOfFractionsFromLooseToTight) {
  Workload w = workload();
  w.selection.selectors = {"swim_tolerance", "swim"};
  w.selection.looseness = {0, 0.5, 3};
  w.selection.loop.emplace();
  const Plan plan = make_plan(w, 1000);
  ASSERT_GE(plan.points.size(), 4u);
  EXPECT_EQ(plan.points[0].price, 3);
  EXPECT_EQ(plan.points[1].price, 0.5);
  EXPECT_EQ(plan.points[2].price, 0);
  EXPECT_EQ(plan.programming_of[2], plan.all);
  EXPECT_EQ(plan.programmings[plan.programming_of[0]].looseness, 3);
  EXPECT_EQ(plan.programmings[plan.programming_of[0]].price, 0);
  EXPECT_EQ(plan.programmings[plan.programming_of[0]].selected, 1000);
  EXPECT_FALSE(plan.points[3].price);
  EXPECT_EQ(plan.loop_selectors, (std::vector<std::string>{"swim"}));
}

TEST(Plan, InSituHasAProgrammingOfItsOwnAtEveryShareButNothing) {
  Workload w = workload();
  w.selection.selectors = {"in_situ"};
  w.selection.loop.emplace();
  const Plan plan = make_plan(w, 1000);
  ASSERT_EQ(plan.points.size(), 3u);
  EXPECT_EQ(plan.per_trial, 2u + 2u);
  EXPECT_EQ(plan.programming_of[0], plan.none);
  EXPECT_EQ(plan.programmings[plan.programming_of[1]].in_situ_share, 0.1);
  EXPECT_EQ(plan.programmings[plan.programming_of[2]].in_situ_share, 1);
  EXPECT_EQ(plan.programmings[plan.programming_of[2]].selected, 0);
  EXPECT_TRUE(plan.loop_of.empty());
}

}  // namespace
}  // namespace swimsim
