#include "models/common/fast_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace swimsim {
namespace {

TEST(ExpClipped, AgreesWithLibm) {
  double worst = 0;
  for (int i = -870'000; i <= 880'000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::fabs(exp_clipped(x) - exact) / exact);
  }
  EXPECT_LT(worst, 2e-7);
  EXPECT_EQ(exp_clipped(0.0f), 1.0f);
}

TEST(ExpClipped, IsClippedAndFinite) {
  EXPECT_EQ(exp_clipped(-1e9f), exp_clipped(-87.0f));
  EXPECT_EQ(exp_clipped(1e9f), exp_clipped(88.0f));
  EXPECT_TRUE(std::isfinite(exp_clipped(1e9f)));
  EXPECT_GT(exp_clipped(-1e9f), 0.0f);
}

TEST(LogClipped, AgreesWithLibm) {
  for (float x = 1e-30f; x < 1e30f; x *= 1.01f) {
    const double exact = std::log(static_cast<double>(x));
    EXPECT_NEAR(log_clipped(x), exact, 2e-7 * std::max(1.0, std::fabs(exact))) << x;
  }
  EXPECT_TRUE(std::isfinite(log_clipped(0.0f)));
  EXPECT_TRUE(std::isfinite(log_clipped(-1.0f)));
}

}  // namespace
}  // namespace swimsim
