#include "sim/engine/cell_errors.h"

#include <gtest/gtest.h>

namespace swimsim {
namespace {

TEST(LevelErrorSums, SortsByTheNearestLevel) {
  LevelErrorSums sums(4);
  sums.add(0, 0.5);
  sums.add(1.0 / 3 - 1e-6, 0.1);
  sums.add(1.0 / 3 + 1e-6, 0.3);
  sums.add(1 + 1e-6, -0.25);
  const std::vector<CellErrors> levels = sums.by_level();
  ASSERT_EQ(levels.size(), 4u);
  EXPECT_EQ(levels[0].cells, 1);
  EXPECT_EQ(levels[1].cells, 2);
  EXPECT_EQ(levels[2].cells, 0);
  EXPECT_EQ(levels[3].mean, -0.25);
}

TEST(LevelErrorSums, MeanAndSpreadOfALevel) {
  LevelErrorSums sums(2);
  for (const double error : {0.1, 0.3}) sums.add(1, error);
  const CellErrors level = sums.by_level()[1];
  EXPECT_DOUBLE_EQ(level.mean, 0.2);
  EXPECT_NEAR(level.std, 0.1, 1e-12);
  EXPECT_NEAR(level.rms, std::sqrt(0.05), 1e-12);
}

TEST(LevelErrorSums, TheWholeIsTheSumOverTheLevels) {
  LevelErrorSums sums(3);
  for (int cell = 0; cell < 9; ++cell) sums.add(cell % 3 / 2.0, 0.01 * cell);
  std::int64_t cells = 0;
  for (const CellErrors& level : sums.by_level()) cells += level.cells;
  EXPECT_EQ(cells, 9);
  EXPECT_EQ(sums.errors().cells, 9);
  EXPECT_NEAR(sums.errors().mean, 0.04, 1e-12);
}

}  // namespace
}  // namespace swimsim
