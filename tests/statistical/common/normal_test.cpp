// Fixed seeds; each bound is five standard errors, so that a true generator fails one in about two million.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/common/random.h"

namespace swimsim {
namespace {

constexpr std::size_t kCount = 1'000'000;

std::vector<float> draw(Purpose purpose, std::uint32_t event) {
  std::vector<std::uint32_t> weight(kCount), cell(kCount, pack_cell(0, 0, 0));
  for (std::size_t i = 0; i < kCount; ++i) weight[i] = static_cast<std::uint32_t>(i);
  std::vector<float> normals(kCount);
  fill_normals({20221, 0, purpose, event}, kCount, weight.data(), cell.data(), normals.data());
  return normals;
}

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum / static_cast<double>(a.size());
}

TEST(Normal, MomentsAreThoseOfTheStandardNormal) {
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (const double z : draw(Purpose::blind_write, 0)) {
    m1 += z;
    m2 += z * z;
    m3 += z * z * z;
    m4 += z * z * z * z;
  }
  const double n = kCount;
  EXPECT_NEAR(m1 / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(m2 / n, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(m3 / n, 0, 5 * std::sqrt(15 / n));
  EXPECT_NEAR(m4 / n, 3, 5 * std::sqrt(96 / n));
}

TEST(Normal, KolmogorovSmirnovAgainstTheNormalDistribution) {
  std::vector<float> z = draw(Purpose::verify_pulse, 3);
  std::sort(z.begin(), z.end());
  double distance = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double cumulative = 0.5 * std::erfc(-static_cast<double>(z[i]) / std::sqrt(2.0));
    distance = std::max(distance, std::fabs(cumulative - (static_cast<double>(i) + 0.5) / kCount));
  }
  EXPECT_LT(distance * std::sqrt(static_cast<double>(kCount)), 2.69);  // alpha 1e-6
}

TEST(Normal, DrawsOfDifferentIdentityAreUncorrelated) {
  const std::vector<float> base = draw(Purpose::verify_pulse, 0);
  EXPECT_NEAR(correlation(base, draw(Purpose::verify_pulse, 1)), 0, 5 / std::sqrt(static_cast<double>(kCount)));
  EXPECT_NEAR(correlation(base, draw(Purpose::verify_read, 0)), 0, 5 / std::sqrt(static_cast<double>(kCount)));
  std::vector<float> neighbour(base.begin() + 1, base.end());
  neighbour.push_back(base.front());
  EXPECT_NEAR(correlation(base, neighbour), 0, 5 / std::sqrt(static_cast<double>(kCount)));
  EXPECT_GT(correlation(base, base), 0.99);  // the comparator bites
}

}  // namespace
}  // namespace swimsim
