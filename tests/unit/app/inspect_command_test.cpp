#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/app/run_fixture.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read;
using testing::write;

class InspectTest : public testing::RunTest {
 protected:
  void make(const std::string& name, const std::string& more = "") {
    const Answer answer = run("run small.yaml --set evaluate.trials=1 --set selection.selectors=[random] " + more + " --out " + name);
    ASSERT_EQ(answer.exit_code, 0) << answer.errors;
  }
};

TEST_F(InspectTest, ShowsTreeStatesRowsAndCells) {
  make("made");
  const Answer answer = run("inspect made");
  ASSERT_EQ(answer.exit_code, 0) << answer.errors;
  for (const char* words : {"made: everything verified, trial 0, seed 1", "19 tiles", "tile_*.adc_bank", "conversions", "14 more tiles",
                            "where the time of all tiles together goes", "set_pulse", "slowest rows", "slowest cells", "fc1.weight"})
    EXPECT_THAT(answer.output, HasSubstr(words));
  const Answer tile = run("inspect made --tile 1 --depth 3 --top 2");
  ASSERT_EQ(tile.exit_code, 0) << tile.errors;
  EXPECT_THAT(tile.output, HasSubstr("where the time of tile 1 goes"));
  EXPECT_THAT(tile.output, HasSubstr("conv2.weight"));
  EXPECT_THAT(tile.output, Not(HasSubstr("fc1.weight")));
}

TEST_F(InspectTest, BothDriversTellTheSame) {
  make("cycle", "--set programming.driver=cycle");
  make("batched", "--set programming.driver=batched");
  const std::string modules = read(folder_ / "cycle" / "modules.csv");
  EXPECT_FALSE(modules.empty());
  EXPECT_EQ(modules, read(folder_ / "batched" / "modules.csv"));
  EXPECT_EQ(read(folder_ / "cycle" / "rows.csv"), read(folder_ / "batched" / "rows.csv"));
  EXPECT_EQ(read(folder_ / "cycle" / "tiles.csv"), read(folder_ / "batched" / "tiles.csv"));
  make("slower", "--set hardware.adc_conversion='200 ns'");
  EXPECT_NE(modules, read(folder_ / "slower" / "modules.csv"));  // the comparison bites
}

TEST_F(InspectTest, TheHeatMapIsThatOfTheTileAndTheSameTwice) {
  make("made");
  ASSERT_EQ(run("inspect made --tile 0 --svg a.svg").exit_code, 0);
  ASSERT_EQ(run("inspect made --tile 0 --svg b.svg --json").exit_code, 0);
  const std::string svg = read(folder_ / "a.svg");
  EXPECT_EQ(testing::xml_problem(svg), "");
  EXPECT_TRUE(svg == read(folder_ / "b.svg"));
  for (const char* words : {"9 x 12 of 128 x 128 cells used", "tile 0 (conv1.weight)"})
    EXPECT_NE(svg.find(words), std::string::npos) << words;
  ASSERT_EQ(run("inspect made --svg c.svg").exit_code, 0);  // the busiest
  EXPECT_NE(read(folder_ / "c.svg").find("(fc1.weight)"), std::string::npos);
}

TEST_F(InspectTest, JsonAgreesWithTheSummary) {
  make("made");
  const Answer answer = run("inspect made --json");
  ASSERT_EQ(answer.exit_code, 0) << answer.errors;
  const auto json = nlohmann::json::parse(answer.output);
  const auto summary = nlohmann::json::parse(read(folder_ / "made" / "summary.json"));
  EXPECT_NEAR(json["time_ps"].get<double>() * 1e-12, summary["full_time_s"]["value"].get<double>(), 1e-12);
  const auto& chip = json["modules"][0];
  EXPECT_NEAR(chip["energy_J"].get<double>(), summary["full_energy_J"]["value"].get<double>(), 1e-18);
  EXPECT_EQ(chip["events"].get<double>(),
            summary["full_pulses"]["value"].get<double>() + summary["full_blind_pulses"]["value"].get<double>());
  double conversions = 0, adc_J = 0;
  for (const auto& module : json["modules"]) {
    if (module["kind"] != "adc_bank") continue;
    conversions += module["events"].get<double>();
    adc_J += module["energy_J"].get<double>();
  }
  EXPECT_EQ(conversions, summary["full_verify_reads"]["value"].get<double>());
  EXPECT_NEAR(adc_J, summary["full_energy_adc_J"]["value"].get<double>(), 1e-18);
  EXPECT_EQ(json["slowest_cells"].size(), 5u);
}

// No point asks for everything verified, but that is what is shown.
TEST_F(InspectTest, EverythingVerifiedNeedsNoPointOfTheWorkload) {
  make("made", "--set selection.fractions=[0,0.1]");
  const Answer answer = run("inspect made --svg map.svg");
  ASSERT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("slowest cells"));
  EXPECT_NE(read(folder_ / "map.svg").find(", 0 not verified."), std::string::npos);
}

TEST_F(InspectTest, WithoutCellsThereIsATreeAndNoMap) {
  make("made", "--set results.cells=no");
  const Answer answer = run("inspect made");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("no cells.h5"));
  const Answer map = run("inspect made --svg map.svg");
  EXPECT_EQ(map.exit_code, 2);
  EXPECT_THAT(map.errors, HasSubstr("--svg: this result has no cells.h5"));
  EXPECT_FALSE(fs::exists(folder_ / "map.svg"));
}

TEST_F(InspectTest, RefusesWhatItCannotShow) {
  const auto refuses = [&](const std::string& arguments, const std::string& why) {
    const Answer answer = run("inspect " + arguments);
    EXPECT_EQ(answer.exit_code, 2) << arguments;
    EXPECT_THAT(answer.errors, HasSubstr(why));
    EXPECT_EQ(answer.output, "");
  };
  refuses("", "RESULT is required");
  refuses("nowhere", "there is no such folder");
  fs::create_directories(folder_ / "empty");
  refuses("empty", "no result of 'swimsim run'");
  write(folder_ / "empty" / "unfinished.journal", "");
  refuses("empty", "unfinished");
  make("made");
  refuses("made --tile 19", "--tile: 19 is not a tile of this result, 0 to 18");
  refuses("made --tile -1", "--tile");
  refuses("made --depth 4", "--depth");
  refuses("made --dept 1", "did you mean '--depth'?");
  write(folder_ / "made" / "modules.csv", "path\n");
  refuses("made", "this file has changed since the run");
}

TEST_F(InspectTest, HelpIsEnough) {
  const Answer answer = run("inspect --help");
  EXPECT_EQ(answer.exit_code, 0);
  for (const char* word : {"RESULT", "--tile", "--depth", "--top", "--svg", "--json", "results.cells", "Examples"})
    EXPECT_THAT(answer.output, HasSubstr(word));
  EXPECT_THAT(run("--help").output, HasSubstr("inspect"));
}

}  // namespace
}  // namespace swimsim
