#include "sim/engine/card_curve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

CardCurve curve_of(const Card& card) { return card_curve(card, *find_kernel(card.kernel)->make(card, {})); }

TEST(CardCurve, NeuroSimCardsStepAlongThePublishedFormula) {  // to float rounding over 50 pulses: 1e-4 of the range
  const Card card = testing::shipped_card("reram_pcmo");
  const CardCurve curve = curve_of(card);
  ASSERT_TRUE(curve.has_published);
  ASSERT_EQ(curve.points.size(), 101u);
  const double range_S = card.number("g_max") - card.number("g_min");
  for (const CardCurve::Point& point : curve.points) EXPECT_NEAR(point.g_S, point.published_S, 1e-4 * range_S) << point.pulse;
  EXPECT_NEAR(curve.points[50].published_S, card.number("g_max"), 1e-9 * range_S);
}

TEST(CardCurve, APublishedCurveOfAnotherLabelIsNotMet) {
  Card card = testing::shipped_card("reram_pcmo");
  const std::unique_ptr<Device> device = find_kernel(card.kernel)->make(card, {});
  card.find("nl_set")->value = 1.0;
  const CardCurve curve = card_curve(card, *device);
  EXPECT_GT(std::fabs(curve.points[10].g_S - curve.points[10].published_S), 0.1 * (card.number("g_max") - card.number("g_min")));
}

TEST(CardCurve, SetsGoUpAndResetsGoDown) {
  const CardCurve curve = curve_of(testing::pulse_card());
  EXPECT_FALSE(curve.has_published);
  ASSERT_EQ(curve.points.size(), 201u);
  EXPECT_NEAR(curve.points[0].g_S, 20e-6, 1e-11);
  EXPECT_GT(curve.points[100].g_S, curve.points[0].g_S);
  EXPECT_LT(curve.points[200].g_S, curve.points[100].g_S);
}

TEST(CardCurve, DevicesThatCountCyclesHaveNone) { EXPECT_TRUE(curve_of(testing::gaussian_card()).points.empty()); }

}  // namespace
}  // namespace swimsim
