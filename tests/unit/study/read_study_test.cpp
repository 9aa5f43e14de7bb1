#include "sim/study/read_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swimsim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

ReadOptions options() {
  ReadOptions options;
  options.words = {{"swim", "magnitude", "random", "all", "none"},
                   {"incremental", "counted"},
                   {"counted"},
                   {"glyphs"},
                   {},
                   {"lenet"},
                   {"adam", "sgd"},
                   {"cosine"},
                   {},
                   {},
                   {},
                   {"tile_after_tile"}};
  options.words.selectors.emplace_back("swim_pays");
  options.words.paying_selectors = {"swim_pays"};
  options.words.selector_aliases = {{"auto", "swim_pays"}};
  return options;
}

const std::string head =
    "schema: swimsim-study/1\nworkload: {network: {builtin: lenet}, dataset: {name: glyphs}, device: {card: swim_pulse}}\n";

StudyOrErrors read(const std::string& rest, const StudyOverrides& overrides = {}, const std::string& first = head) {
  return read_study({first + rest, "s.yaml", "s", "."}, options(), overrides);
}

std::string mistakes_of(const StudyOrErrors& result) {
  std::string text;
  for (const Diagnostic& mistake : result.mistakes) text += to_string(mistake) + "\n";
  return text;
}

Study sound(const std::string& rest, const StudyOverrides& overrides = {}) {
  StudyOrErrors result = read(rest, overrides);
  if (!result.study) throw std::runtime_error(mistakes_of(result));
  return *result.study;
}

TEST(ReadStudy, TheBaseAloneIsAPoint) {
  const Study study = sound("");
  ASSERT_THAT(study.points, SizeIs(1));
  EXPECT_EQ(study.name, "s");
  EXPECT_EQ(study.points[0].folder, "points/001-base");
  EXPECT_EQ(study.points[0].workload.evaluate.trials, 10);
  EXPECT_EQ(study.points[0].workload.results.cells, "no");
}

TEST(ReadStudy, SetsAndVariesKeys) {
  const Study study =
      sound("set: {selection.images: 77}\ngrid: {device.set.sigma_c2c: [0.01, 0.02], mapping.tile_rows: [32, 64]}\ntrials: {at_most: 5}\n");
  ASSERT_THAT(study.points, SizeIs(4));
  EXPECT_THAT(study.keys, ElementsAre("device.set.sigma_c2c", "mapping.tile_rows"));
  const StudyPoint& third = study.points[2];
  EXPECT_EQ(third.number, 3);
  EXPECT_THAT(third.values, ElementsAre("0.02", "32"));
  EXPECT_EQ(third.workload.selection.images, 77);
  EXPECT_EQ(third.workload.mapping.tile_rows, 32);
  EXPECT_EQ(third.workload.evaluate.trials, 5);
  EXPECT_EQ(third.workload.name, "s, sigma_c2c=0.02, tile_rows=32");
}

TEST(ReadStudy, NamedPointsLeaveKeysEmpty) {
  const Study study = sound("points: [{name: small, set: {mapping.tile_rows: 32}}, {name: plain}]\ngrid: {seed: [1, 2]}\n");
  ASSERT_THAT(study.points, SizeIs(4));
  EXPECT_EQ(study.points[0].label, "small, seed=1");
  EXPECT_THAT(study.points[0].values, ElementsAre("32", "1"));
  EXPECT_THAT(study.points[3].values, ElementsAre("", "2"));
}

TEST(ReadStudy, ListsAreValuesToo) {
  const Study study = sound("grid: {selection.selectors: [[swim, random], [magnitude]]}\n");
  EXPECT_THAT(study.points[0].workload.selection.selectors, ElementsAre("swim", "random"));
  EXPECT_THAT(study.points[1].values, ElementsAre("[magnitude]"));
}

TEST(ReadStudy, TheCommandLineHolds) {
  const Study study =
      sound("set: {selection.images: 77}\ntrials: {at_most: 50, at_least: 20}\n", {{parse_override("selection.images=78")}, 15});
  EXPECT_EQ(study.points[0].workload.selection.images, 78);
  EXPECT_EQ(study.trials.at_most, 15);
  EXPECT_EQ(study.trials.at_least, 15);
  EXPECT_THAT(mistakes_of(read("grid: {seed: [1, 2]}\n", {{parse_override("seed=3")}, {}})),
              HasSubstr("--set seed: the study varies this key from point to point"));
}

TEST(ReadStudy, SaysAllMistakesAtOnceWithTheirPlaces) {
  const std::string text =
      mistakes_of(read("grd: {seed: [1]}\n"
                       "set: {mapping.tile_row: 3, evaluate.trials: 4, quantize.weight_bits: 99}\n"
                       "grid: {mapping.tile_cols: 64, hardware.column_mux: [8, 8]}\n"
                       "trials: {at_most: 0}\n"));
  EXPECT_THAT(text, HasSubstr("s.yaml:3:1: unknown key 'grd'; did you mean 'grid'?"));
  EXPECT_THAT(text, HasSubstr("s.yaml:4:7: unknown key 'mapping.tile_row' of a workload; did you mean 'mapping.tile_rows'?"));
  EXPECT_THAT(text, HasSubstr("s.yaml:4:28: 'evaluate.trials' cannot be set here: how many trials a point gets stands under 'trials'"));
  EXPECT_THAT(text, HasSubstr("s.yaml:4:70: 99 is out of range for 'quantize.weight_bits'; expected 1 to 16"));
  EXPECT_THAT(text, HasSubstr("s.yaml:5:27: 'grid.mapping.tile_cols' wants a list, found '64'; write [64]"));
  EXPECT_THAT(text, HasSubstr("s.yaml:5:56: 8 appears twice in 'grid.hardware.column_mux'"));
  EXPECT_THAT(text, HasSubstr("s.yaml:6:19: 0 is out of range for 'trials.at_most'; expected 1 to 1000000"));
}

TEST(ReadStudy, SaysAMistakeOfAllPointsOnce) {
  const StudyOrErrors result = read("set: {quantize.weight_bits: 99}\ngrid: {seed: [1, 2, 3]}\n");
  EXPECT_THAT(result.mistakes, SizeIs(1)) << mistakes_of(result);
}

TEST(ReadStudy, AGroupIsNotAKey) {
  EXPECT_THAT(mistakes_of(read("set: {device: {card: swim_pulse}}\n")),
              HasSubstr("unknown key 'device' of a workload; it is a group: write its keys with their paths, such as 'device.card'"));
}

TEST(ReadStudy, AKeyHasOnePlace) {
  EXPECT_THAT(mistakes_of(read("set: {seed: 3}\ngrid: {seed: [1, 2]}\n")), HasSubstr("s.yaml:4:15: 'seed' stands in 'set' and in 'grid'"));
}

TEST(ReadStudy, TheRuleFindsWhatItLooksAt) {
  const std::string trials = "trials: {at_most: 100}\n";
  EXPECT_TRUE(read(trials + "until: {ci95_half_width: 0.01, at: {selector: swim, fraction: 0.1}}\n").study);
  EXPECT_THAT(mistakes_of(read(trials + "until: {ci95_half_width: 0.01, at: {selector: swin}}\n")),
              HasSubstr("point 1 (base) has no selector 'swin'; did you mean 'swim'?"));
  EXPECT_THAT(mistakes_of(read(trials + "until: {ci95_half_width: 0.01, at: {fraction: 0.2}}\n")),
              HasSubstr("0.2 is not among 'selection.fractions' of point 1 (base)"));
  const std::string pays = trials + "set: {selection.selectors: [swim, auto]}\n";
  const StudyOrErrors by_alias = read(pays + "until: {ci95_half_width: 0.01, at: {selector: auto}}\n");
  ASSERT_TRUE(by_alias.study) << mistakes_of(by_alias);
  EXPECT_EQ(by_alias.study->until->selector, "swim_pays");
  EXPECT_THAT(mistakes_of(read(pays + "until: {ci95_half_width: 0.01, at: {selector: swim_pays, fraction: 0.1}}\n")),
              HasSubstr("'until.at.fraction': selector 'swim_pays' has other points than fractions"));
  EXPECT_THAT(mistakes_of(read(trials + "until: {of: acuracy}\n")),
              HasSubstr("'acuracy' is not known for 'until.of'; did you mean 'accuracy'?"));
  EXPECT_THAT(mistakes_of(read(trials + "until: {of: nwc}\n")), HasSubstr("key 'until.ci95_half_width' is missing"));
}

TEST(ReadStudy, ARuleThatIsNeverLookedAtIsAMistake) {
  EXPECT_THAT(mistakes_of(read("trials: {at_most: 10}\nuntil: {ci95_half_width: 0.01}\n")), HasSubstr("'until' is never looked at"));
  EXPECT_THAT(mistakes_of(read("until: {ci95_half_width: 0.01}\n")), HasSubstr("'until' wants 'trials.at_most' beside it"));
}

TEST(ReadStudy, HasBounds) {
  const std::string ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
  EXPECT_THAT(mistakes_of(read("grid: {seed: " + ten + ", evaluate.images: " + ten + ", selection.images: " + ten +
                               ", selection.probes: " + ten + ", quantize.activation_bits: [4, 5]}\n")),
              HasSubstr("more than 10000 points"));
}

TEST(ReadStudy, WantsASchemaAndAWorkload) {
  const std::string text = mistakes_of(read("grid: {seed: [1]}\n", {}, ""));
  EXPECT_THAT(text, HasSubstr("key 'schema' is missing"));
  EXPECT_THAT(text, HasSubstr("key 'workload' is missing"));
  EXPECT_THAT(mistakes_of(read("", {}, "schema: swimsim-study/2\nworkload: lenet_glyphs\n")),
              HasSubstr("s.yaml:1:9: schema 'swimsim-study/2' is not 'swimsim-study/1'"));
  EXPECT_THAT(mistakes_of(read("", {}, "schema: swimsim-study/1\nworkload: lenet_glyps\n")),
              HasSubstr("s.yaml:2:11: there is no workload 'lenet_glyps': neither a file nor built in; did you mean 'lenet_glyphs'?"));
}

TEST(ReadStudy, RefusesWhatIsNoGroup) {
  EXPECT_THAT(mistakes_of(read("", {}, "[1, 2]\n")), HasSubstr("a study is a group of keys"));
  EXPECT_THAT(mistakes_of(read("", {}, "\n")), HasSubstr("empty"));
}

TEST(ReadStudy, BuiltInStudiesAreListed) {
  std::vector<std::string> names = embedded_names(builtin_studies());
  EXPECT_THAT(names, ElementsAre("per_second_abstract", "per_second_fefet", "per_second_reram", "per_second_slices", "reliability_fefet",
                                 "reliability_reram", "smoke", "swim_convnet", "swim_resnet18", "swim_table", "time_abstract", "time_fefet",
                                 "time_reram", "uswim_devices"));
}

}  // namespace
}  // namespace swimsim
