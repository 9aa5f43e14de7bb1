#include "sim/report/heat_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGivenUp = "#D55E00";
constexpr const char* kUnverified = "#9E9E9E";

/// 3 x 4 of 6 x 8 cells; cell i took i pulses.
HeatMap made_map() {
  HeatMap map;
  map.id = "m";
  map.title = "Pulses <of> \"it\"";
  map.rows = 6;
  map.cols = 8;
  map.cells.rows = 3;
  map.cells.cols = 4;
  for (std::uint32_t i = 0; i < 12; ++i) map.cells.pulses.push_back(i);
  map.cells.failed.assign(12, 0);
  map.cells.verified.assign(12, 1);
  return map;
}

std::string group(const std::string& svg, const std::string& id) {
  const std::size_t first = svg.find("<g id=\"" + id + "\"");
  return svg.substr(first, svg.find("</g>", first) - first);
}

int count(const std::string& text, const std::string& word) {
  int found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

TEST(HeatMap, IsWellFormedWithOneRectangleACell) {
  const std::string svg = heat_map_svg(made_map());
  EXPECT_EQ(testing::xml_problem(svg), "");
  EXPECT_EQ(count(group(svg, "m-cells"), "<rect"), 12);
  EXPECT_EQ(count(group(svg, "m-rows"), "<rect"), 3);
  EXPECT_EQ(svg, heat_map_svg(made_map()));
}

TEST(HeatMap, MorePulsesAreDarker) {
  const std::string cells = group(heat_map_svg(made_map()), "m-cells");
  EXPECT_EQ(count(cells, "#FFFFD9"), 1);  // no pulse
  EXPECT_EQ(count(cells, "#081D58"), 2);  // the most, and the one at which the scale ends
  EXPECT_EQ(count(cells, kGivenUp) + count(cells, kUnverified), 0);
}

TEST(HeatMap, GivenUpAndUnverifiedCellsHaveLooksOfTheirOwn) {
  HeatMap map = made_map();
  map.cells.failed[5] = 1;
  map.cells.verified[0] = map.cells.verified[7] = 0;
  const std::string svg = heat_map_svg(map), cells = group(svg, "m-cells");
  EXPECT_EQ(testing::xml_problem(svg), "");
  EXPECT_EQ(count(cells, kGivenUp), 1);
  EXPECT_EQ(count(cells, kUnverified), 2);
  EXPECT_THAT(svg, HasSubstr("given up (1)"));
  EXPECT_THAT(svg, HasSubstr("not verified (2)"));
}

TEST(HeatMap, SaysHowMuchOfTheTileIsUnused) {
  EXPECT_THAT(heat_map_svg(made_map()), HasSubstr("not used (36)"));
  HeatMap full = made_map();
  full.rows = 3;
  full.cols = 4;
  EXPECT_THAT(heat_map_svg(full), Not(HasSubstr("not used")));
}

TEST(HeatMap, OneSlowCellDoesNotTakeTheScale) {
  HeatMap map = made_map();
  map.cells.rows = map.rows = 100;
  map.cells.cols = map.cols = 10;
  map.cells.pulses.assign(1000, 8);
  map.cells.pulses[17] = 5000;
  map.cells.failed.assign(1000, 0);
  map.cells.verified.assign(1000, 1);
  const std::string svg = heat_map_svg(map);
  EXPECT_EQ(count(group(svg, "m-cells"), "#081D58"), 1000);
  EXPECT_THAT(svg, HasSubstr("8 and more"));
}

TEST(HeatMap, OfATileThatHoldsNothingAndOfOneWithoutPulses) {
  HeatMap empty = made_map();
  empty.cells = {};
  EXPECT_EQ(testing::xml_problem(heat_map_svg(empty)), "");
  HeatMap quiet = made_map();
  quiet.cells.pulses.assign(12, 0);
  const std::string svg = heat_map_svg(quiet);
  EXPECT_EQ(testing::xml_problem(svg), "");
  EXPECT_EQ(count(svg, "nan"), 0);
}

}  // namespace
}  // namespace swimsim
