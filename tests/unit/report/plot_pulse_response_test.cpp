#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/report/plot_pulse_response.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PulseResponsePlot plot_of(std::size_t runs, int pulses) {
  PulseResponsePlot plot{"Pulse <response>", "A & B.", {}};
  for (std::size_t r = 0; r < runs; ++r) {
    plot.runs.emplace_back();
    for (int i = 0; i < pulses; ++i)
      plot.runs.back().push_back({static_cast<double>(i), i < pulses / 2 ? 1 : -1, i % 5 == 0 ? std::nan("") : 1e-6 * i, 1e-6 * i});
  }
  return plot;
}

TEST(PulseResponsePlot, ShowsReadingsAndFit) {
  const std::string svg = pulse_response_svg(plot_of(1, 40));
  EXPECT_EQ(testing::xml_problem(svg), "");
  for (const char* words : {"SET, read", "RESET, read", "fitted card", "conductance (\u00b5S)", "pulse number<"})
    EXPECT_THAT(svg, HasSubstr(words));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(PulseResponsePlot, StaysSmall) {
  const std::string svg = pulse_response_svg(plot_of(50, 100'000));
  EXPECT_LT(svg.size(), 300'000U);
  EXPECT_THAT(svg, HasSubstr("3 of 50 runs"));
}

}  // namespace
}  // namespace swimsim
