#include "models/array/line_resistance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace swimsim {
namespace {

TEST(LineResistance, OfOneCellIsInSeries) {
  const LineResistance lines{2, 3, 50, 70};
  const double expected_S = 1 / (1 / 40e-6 + 2 + 3 + 50 + 70);
  EXPECT_NEAR(effective_conductances_exact({40e-6f}, 1, 1, lines)[0], expected_S, 1e-12);
}

TEST(LineResistance, WithoutAnyChangesNothing) {
  const std::vector<float> g_S{1e-6f, 2e-6f, 3e-6f, 4e-6f};
  EXPECT_EQ(effective_conductances_exact(g_S, 2, 2, {}), g_S);
  EXPECT_EQ(effective_conductances_fast(g_S, 2, 2, {}), g_S);
}

TEST(LineResistance, OfALongRowFallsAsAHyperbolicCosine) {
  // A row of n equal cells G with wires r between them, columns without resistance: the voltage at cell k falls as
  // cosh((n - k + 1/2) x) / cosh((n + 1/2) x), cosh x = 1 + r G / 2 (k from 1).
  const int cells = 50;
  const double g_S = 50e-6, wire_ohm = 5, x = std::acosh(1 + wire_ohm * g_S / 2);
  LineResistance lines;
  lines.row_ohm = wire_ohm;
  const std::vector<float> array_S(cells, static_cast<float>(g_S));
  const std::vector<float> exact_S = effective_conductances_exact(array_S, 1, cells, lines);
  for (int k = 1; k <= cells; ++k) {
    const double expected_S = g_S * std::cosh((cells - k + 0.5) * x) / std::cosh((cells + 0.5) * x);
    EXPECT_NEAR(exact_S[static_cast<std::size_t>(k - 1)] / expected_S, 1, 1e-6) << k;
  }
}

TEST(LineResistance, TheFastSolutionIsExactWhereOnlyOneKindOfLineResists) {
  const std::vector<float> g_S{10e-6f, 40e-6f, 5e-6f, 30e-6f, 20e-6f, 60e-6f};
  for (const LineResistance& lines :
       {LineResistance{300, 0, 1000, 0}, LineResistance{0, 300, 0, 1000}, LineResistance{0, 0, 900, 0}, LineResistance{0, 0, 0, 900}}) {
    const std::vector<float> exact_S = effective_conductances_exact(g_S, 2, 3, lines),
                             fast_S = effective_conductances_fast(g_S, 2, 3, lines);
    for (std::size_t i = 0; i < g_S.size(); ++i) EXPECT_NEAR(fast_S[i] / exact_S[i], 1, 1e-5) << i;
  }
}

TEST(LineResistance, RefusesAnArrayOfAnotherSize) { EXPECT_THROW(effective_conductances_exact({1e-6f}, 1, 2, {}), std::logic_error); }

}  // namespace
}  // namespace swimsim
