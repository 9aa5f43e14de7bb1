#include "models/inference/tile_matrix.h"

#include <dnnl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace swimsim {
namespace {

using ::testing::ElementsAre;

TEST(WholeUnit, OfATileOf128RowsWithOneBitDacsIs2ToTheMinus16OfTheLargestConductance) {
  EXPECT_EQ(whole_unit(40e-6, 41e-6, 128, 1), std::ldexp(40e-6, -16));
}

TEST(WholeUnit, LeavesNoSumOfTheLargestAtTheLimitAndIsTheSmallestThatDoes) {
  for (const int rows : {1, 9, 128, 1000, 4096}) {
    for (const double digit : {1.0, 3.0, 15.0, 225.0}) {
      for (const double largest : {0.01, 0.6, 1.0, 1.9}) {
        const double unit = whole_unit(1, largest, rows, digit);
        const auto most = [&](double by) { return rows * digit * std::ceil(largest / by); };
        EXPECT_LT(most(unit), kSumLimit) << rows << " rows, digits to " << digit << ", " << largest;
        EXPECT_GE(rows * digit * (largest / (unit / 2) + 1), kSumLimit - 1) << rows << " rows, digits to " << digit << ", " << largest;
      }
    }
  }
}

TEST(WholeNumbers, AreAtMostHalfAUnitOff) {
  const double unit = whole_unit(40e-6, 40e-6, 128, 1);
  std::vector<float> values, whole;
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<float>(40e-6 * std::sin(i)));
  to_whole(values, unit, whole);
  for (std::size_t i = 0; i < values.size(); ++i)
    ASSERT_LE(std::fabs(static_cast<double>(whole[i]) * unit - static_cast<double>(values[i])), unit / 2 * (1 + 1e-12));
}

TEST(TileMatrix, SumsOfATileByHand) {
  const TileMatrix tile{3, 2, {1, 10, 2, 20, 4, 40}, {3, 5, 7, 11, 13, 17}};
  const std::int32_t digits[3] = {1, 0, 3};
  std::vector<std::int32_t> sums(2), variances(2);
  tile.column_sums(digits, sums.data());
  tile.column_variances(digits, variances.data());
  EXPECT_THAT(sums, ElementsAre(13, 130));
  EXPECT_THAT(variances, ElementsAre(3 + 9 * 13, 5 + 9 * 17));
}

// The worst case of the limit: single precision in any order, and by the library, gives what whole numbers give.
TEST(TileMatrix, SumsInSinglePrecisionAreExactInAnyOrder) {
  constexpr std::size_t kRows = 128, kCols = 48;
  std::mt19937 random(1);
  TileMatrix tile;
  tile.rows = kRows;
  tile.cols = kCols;
  const double unit = whole_unit(1, 1, kRows, 1);
  std::vector<float> g(kRows * kCols);
  for (float& value : g) value = 1 - static_cast<float>(random() % 1000) * 1e-6f;
  to_whole(g, unit, tile.g);
  const std::vector<std::int32_t> digits(kRows, 1);
  const std::vector<float> rows(kRows, 1.0f);
  std::vector<std::int32_t> sums(kCols);
  tile.column_sums(digits.data(), sums.data());
  std::vector<float> product(kCols);
  ASSERT_EQ(dnnl_sgemm('N', 'N', 1, kCols, kRows, 1.0f, rows.data(), kRows, tile.g.data(), kCols, 0.0f, product.data(), kCols),
            dnnl_success);
  for (std::size_t col = 0; col < kCols; ++col) {
    std::int64_t exact = 0;
    float backwards = 0;
    for (std::size_t row = kRows; row-- > 0;) {
      exact += static_cast<std::int64_t>(tile.g[row * kCols + col]);
      backwards += tile.g[row * kCols + col];
    }
    ASSERT_GT(exact, kSumLimit / 4);
    ASSERT_LT(exact, kSumLimit);
    ASSERT_EQ(sums[col], exact);
    ASSERT_EQ(static_cast<std::int64_t>(product[col]), exact);
    ASSERT_EQ(static_cast<std::int64_t>(backwards), exact);
  }
}

// The same sums beyond the limit are not exact: the limit is needed.
TEST(TileMatrix, BeyondTheLimitOrderMatters) {
  float forwards = kSumLimit, backwards = 0;
  for (int i = 0; i < 128; ++i) forwards += 1.0f;
  for (int i = 0; i < 128; ++i) backwards += 1.0f;
  backwards += static_cast<float>(kSumLimit);
  EXPECT_NE(forwards, backwards);
}

}  // namespace
}  // namespace swimsim
