#include "sim/report/svg_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "sim/report/plots.h"
#include "sim/report/svg_axis.h"
#include "sim/report/svg_canvas.h"
#include "tests/unit/report/fake_results.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::xml_problem;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> tick_texts(const PlotAxis& axis, const std::vector<double>& values) {
  std::vector<std::string> texts;
  const AxisScale scale(axis, values, 0, 100);
  for (const AxisScale::Tick& tick : scale.ticks()) texts.push_back(tick.text);
  return texts;
}

TEST(XmlCheck, FindsWhatIsWrong) {
  EXPECT_EQ(xml_problem("<a b=\"1\"><c/>x &amp; y</a>\n"), "");
  for (const char* bad :
       {"<a>", "<a></b>", "<a b=1></a>", "<a>&</a>", "<a>&nbsp;</a>", "<a/><b/>", "<a b=\"<\"/>", "<a><b id=\"x\"/><b id=\"x\"/></a>"}) {
    EXPECT_NE(xml_problem(bad), "") << bad;
  }
}

TEST(SvgPlot, EveryPlotIsWellFormedAndTheSameTwice) {
  const testing::FakeRun run;
  const std::vector<Plot> plots = make_plots(run.results), again = make_plots(testing::FakeRun().results);
  ASSERT_EQ(plots.size(), plot_files().size());
  for (std::size_t i = 0; i < plots.size(); ++i) {
    EXPECT_EQ(xml_problem(plots[i].svg), "") << plots[i].file;
    EXPECT_EQ(plots[i].svg, again[i].svg);
    EXPECT_THAT(plots[i].svg, Not(HasSubstr("nan")));
    EXPECT_THAT(plots[i].svg, HasSubstr("<title id="));
    EXPECT_FALSE(plots[i].caption.empty());
  }
}

TEST(SvgPlot, FourteenSelectorsHaveLinesThatDiffer) {
  testing::FakeRun run;
  const std::vector<ProgrammingRow> rows = run.results.programming;
  run.results.programming.clear();
  for (int selector = 0; selector < 2 * kStyles; ++selector) {
    for (ProgrammingRow row : rows) {
      if (row.selector != "swim") continue;
      row.selector = "selector" + std::to_string(selector);
      run.results.programming.push_back(row);
    }
  }
  int accuracy_plots = 0;
  for (const Plot& plot : make_plots(run.results)) {
    if (plot.file.rfind("accuracy_vs_", 0) != 0) continue;
    ++accuracy_plots;
    std::set<std::string> looks;
    for (std::size_t at = plot.svg.find("<polyline"); at != std::string::npos; at = plot.svg.find("<polyline", at + 1)) {
      const std::size_t paint = plot.svg.find(" fill=", at);
      looks.insert(plot.svg.substr(paint, plot.svg.find('\n', paint) - paint));
    }
    EXPECT_EQ(looks.size(), static_cast<std::size_t>(2 * kStyles)) << plot.file;
  }
  EXPECT_EQ(accuracy_plots, 4);
}

TEST(SvgPlot, EmptyResultsHaveNoPlots) { EXPECT_TRUE(make_plots(RunResults{}).empty()); }

TEST(SvgPlot, NamesAreEscaped) {
  LinePlot plot;
  plot.id = "x";
  plot.title = "<b>&\"'";
  plot.x.label = plot.y.label = "a<b";
  plot.series = {{"</svg><script>", {{0, 1, 1, 1}, {1, 2, 1, 3}}, 0, false}};
  const std::string svg = line_plot_svg(plot);
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
}

TEST(SvgPlot, ValuesThatAreNotFiniteAreLeftOut) {
  LinePlot plot;
  plot.id = "x";
  plot.series = {{"a", {{0, 1, kNan, kNan}, {kNan, 1, 1, 1}, {1, std::numeric_limits<double>::infinity(), 0, 1}, {2, 3, 3, 3}}, 0, false}};
  const std::string svg = line_plot_svg(plot);
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

TEST(SvgPlot, ALogAxisLeavesOutWhatIsNotPositive) {
  LinePlot plot;
  plot.id = "x";
  plot.x.log = plot.y.log = true;
  plot.series = {{"a", {{0, 1, 1, 1}, {1, 0, 0, 0}, {10, 100, -1, 200}, {1000, 5, 4, 6}}, 0, false}};
  const std::string svg = line_plot_svg(plot);
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(SvgPlot, EmptyPlotsStillDraw) {
  EXPECT_EQ(xml_problem(line_plot_svg({"x", "t", "d", {}, {}, {}})), "");
  EXPECT_EQ(xml_problem(histogram_svg({"x", "t", "d", {}, {}, 0, {}, false})), "");
  EXPECT_EQ(xml_problem(bar_plot_svg({"x", "t", "d", {}, {}, {}})), "");
}

TEST(AxisScale, TicksAreNice) {
  EXPECT_EQ(tick_texts({"", false, false, false}, {91.2, 97.9}), (std::vector<std::string>{"90", "92", "94", "96", "98"}));
  EXPECT_EQ(tick_texts({"", false, true, false}, {0.1, 1}), (std::vector<std::string>{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(tick_texts({"", true, false, false}, {1e-3, 10}), (std::vector<std::string>{"0.001", "0.01", "0.1", "1", "10"}));
  EXPECT_EQ(tick_texts({"", false, false, true}, {-0.5, 29.5}), (std::vector<std::string>{"0", "10", "20"}));
}

TEST(AxisScale, EqualAndMissingValuesGiveAnAxis) {
  for (const std::vector<double>& values : {std::vector<double>{}, {5}, {0}, {-3, -3}, {kNan}, {1e-300, 1e-300}}) {
    for (bool zero : {false, true}) {
      const AxisScale scale({"", false, zero, false}, values, 0, 100);
      EXPECT_GE(scale.ticks().size(), 2u);
      EXPECT_LE(scale.ticks().size(), 20u);
    }
  }
}

TEST(SvgCanvas, MarkersOfOneColourDiffer) {
  std::set<std::string> looks;
  for (int style = 0; style < 2 * kStyles; ++style) {
    SvgCanvas canvas;
    canvas.marker(0, 0, style, false);
    looks.insert(canvas.finish("x", "t", "d", 10, 10));
  }
  EXPECT_EQ(looks.size(), static_cast<std::size_t>(2 * kStyles));
}

TEST(SvgCanvas, LongNamesAreCutBetweenLetters) {
  EXPECT_EQ(shortened("conv1", 10), "conv1");
  EXPECT_EQ(shortened("abcdefghij", 5), "ab\u2026ij");
  EXPECT_EQ(shortened("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc", 5), "\u00e4\u00f6\u2026\u00f6\u00fc");
}

}  // namespace
}  // namespace swimsim
