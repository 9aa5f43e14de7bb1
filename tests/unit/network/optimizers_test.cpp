#include "models/network/optimizers/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/common/errors.h"
#include "models/network/schedules/schedule.h"

namespace swimsim {
namespace {

TEST(Sgd, IsMomentumWithDecayInTheGradient) {
  OptimizerOptions options;
  options.momentum = 0.5;
  options.weight_decay = 0.25;
  const auto sgd = find_optimizer("sgd").make(1, options);
  std::vector<float> w{2};
  sgd->step(1, 0.125, {1}, w);  // v = 1 + 0.25 * 2 = 1.5
  EXPECT_EQ(w[0], 2 - 0.125f * 1.5f);
  const float before = w[0];
  sgd->step(2, 0.125, {-1}, w);  // v = 0.75 - 1 + 0.25 w
  EXPECT_EQ(w[0], before - 0.125f * (0.75f + (-1 + 0.25f * before)));
}

TEST(Adam, FirstStepIsTheRateAgainstTheSign) {
  const auto adam = find_optimizer("adam").make(3, {});
  std::vector<float> w{1, 1, 1};
  adam->step(1, 0.01, {3, -0.001f, 0}, w);
  EXPECT_NEAR(w[0], 0.99, 1e-6);
  EXPECT_NEAR(w[1], 1.01, 1e-6);
  EXPECT_EQ(w[2], 1);
}

TEST(Adam, FollowsItsRecursion) {
  const auto adam = find_optimizer("adam").make(1, {});
  std::vector<float> w{0};
  double mean = 0, square = 0, expected = 0;
  for (int step = 1; step <= 20; ++step) {
    const double gradient = std::sin(step);
    adam->step(step, 0.1, {static_cast<float>(gradient)}, w);
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient * gradient;
    expected -= 0.1 * (mean / (1 - std::pow(0.9, step))) / (std::sqrt(square / (1 - std::pow(0.999, step))) + 1e-8);
  }
  EXPECT_NEAR(w[0], expected, 1e-5);
}

TEST(Adam, DecaysApartFromTheGradient) {
  OptimizerOptions options;
  options.weight_decay = 0.5;
  const auto adam = find_optimizer("adam").make(1, options);
  std::vector<float> w{4};
  adam->step(1, 0.125, {0}, w);
  EXPECT_EQ(w[0], 4 * (1 - 0.125f * 0.5f));
}

TEST(Optimizers, ARestoredMemoryGoesOnTheSame) {
  for (const OptimizerKind& kind : optimizer_kinds()) {
    const auto one = kind.make(2, {});
    std::vector<float> w{1, 2};
    one->step(1, 0.1, {0.5f, -0.25f}, w);
    const auto other = kind.make(2, {});
    for (std::size_t i = 0; i < one->memory().size(); ++i) *other->memory()[i] = *one->memory()[i];
    std::vector<float> same = w;
    one->step(2, 0.1, {0.25f, 1}, w);
    other->step(2, 0.1, {0.25f, 1}, same);
    EXPECT_EQ(w, same) << kind.name;
  }
  EXPECT_THROW(find_optimizer("adan"), InputError);
}

double factor(const char* name, double progress, const ScheduleOptions& options = {}) {
  return find_schedule(name).factor(progress, options);
}

TEST(Schedules, ClosedForms) {
  EXPECT_EQ(factor("constant", 0.99), 1);
  EXPECT_DOUBLE_EQ(factor("cosine", 0), 1);
  EXPECT_NEAR(factor("cosine", 0.5), 0.5, 1e-15);
  EXPECT_NEAR(factor("cosine", 1), 0, 1e-15);
  EXPECT_DOUBLE_EQ(factor("one_cycle", 0), 1.0 / 25);
  EXPECT_DOUBLE_EQ(factor("one_cycle", 0.15), (1 + 1.0 / 25) / 2);
  EXPECT_DOUBLE_EQ(factor("one_cycle", 0.3), 1);
  EXPECT_NEAR(factor("one_cycle", 0.65), 0.5, 1e-5);
  EXPECT_NEAR(factor("one_cycle", 1), 1.0 / 250000, 1e-15);
  EXPECT_EQ(factor("steps", 0.49), 1);
  EXPECT_EQ(factor("steps", 0.5), 0.1);
  EXPECT_DOUBLE_EQ(factor("steps", 0.75), 0.01);
  EXPECT_EQ(factor("steps", 0.3, {{0.25}, 0.5}), 0.5);
  EXPECT_THROW(find_schedule("cosin"), InputError);
}

}  // namespace
}  // namespace swimsim
