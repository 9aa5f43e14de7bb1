#include "sim/study/grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swimsim {
namespace {

using ::testing::ElementsAre;

Override setting(const std::string& path, const std::string& value) { return {path, value, "here"}; }

std::vector<std::string> labels(const std::vector<GridPoint>& points) {
  std::vector<std::string> list;
  for (const GridPoint& point : points) list.push_back(point_label(point));
  return list;
}

const GridAxis sigma{"device.set.sigma_before", {setting("device.set.sigma_before", "0.1"), setting("device.set.sigma_before", "0.2")}};
const GridAxis rows{"mapping.tile_rows", {setting("mapping.tile_rows", "64"), setting("mapping.tile_rows", "128")}};

TEST(Grid, IsTheProductWithTheLastAxisFastest) {
  EXPECT_THAT(labels(expand_grid({}, {sigma, rows})), ElementsAre("sigma_before=0.1, tile_rows=64", "sigma_before=0.1, tile_rows=128",
                                                                  "sigma_before=0.2, tile_rows=64", "sigma_before=0.2, tile_rows=128"));
}

TEST(Grid, NamedPointsComeFirst) {
  const std::vector<GridPoint> points = expand_grid({{"a", {setting("seed", "3")}}, {"b", {}}}, {sigma});
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points[1].name, "a");
  EXPECT_EQ(points[1].settings[0].path, "seed");
  EXPECT_EQ(points[1].settings[1].value, "0.2");
  EXPECT_EQ(points[3].name, "b");
  EXPECT_EQ(points[3].settings.size(), 1u);
}

TEST(Grid, WithoutAxesIsTheBase) { EXPECT_THAT(labels(expand_grid({}, {})), ElementsAre("base")); }

TEST(Grid, SizeStopsCountingAboveTheLimit) {
  EXPECT_EQ(grid_size(0, {}, 100), 1u);
  EXPECT_EQ(grid_size(3, {sigma, rows}, 100), 12u);
  EXPECT_EQ(grid_size(26, {sigma, rows}, 100), 101u);
  EXPECT_EQ(grid_size(5000, std::vector<GridAxis>(200, sigma), 100), 101u);
}

TEST(Grid, FoldersAreSafeNamesInOrder) {
  EXPECT_EQ(point_folder(7, 12, "sigma_before=0.1, tile_rows=64"), "007-sigma_before=0.1_tile_rows=64");
  EXPECT_EQ(point_folder(7, 5000, "../x y/z"), "0007-.._x_y_z");
  EXPECT_EQ(point_folder(1, 1, "[]"), "001-point");
  EXPECT_LE(point_folder(1, 1, std::string(1000, 'a')).size(), 100u);
}

// What a value is written as must read back as the same value.
TEST(Grid, ValuesReadBackTheSame) {
  for (const char* value :
       {"0.1", "6 %", "10 ns", "[swim, random]", "{conv1.weight: {weight_bits: 8}}", "\"0.1\"", "'a, b'", "\"a: b\"", "true", "[]"}) {
    const YamlDocument document = parse_yaml(value, "x");
    ASSERT_TRUE(document.mistakes.empty()) << value;
    const std::string text = one_line(document.root);
    const YamlDocument again = parse_yaml(text, "x");
    ASSERT_TRUE(again.mistakes.empty()) << text;
    EXPECT_EQ(one_line(again.root), text);
    EXPECT_EQ(again.root.kind, document.root.kind);
    EXPECT_EQ(again.root.text, document.root.text);
    EXPECT_EQ(again.root.quoted, document.root.quoted) << value;
  }
}

}  // namespace
}  // namespace swimsim
