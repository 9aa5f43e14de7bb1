#include "sim/report/inspected_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "models/common/build_info.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"
#include "sim/report/inspect_text.h"
#include "sim/report/slowest.h"
#include "sim/report/write_results.h"
#include "tests/unit/report/fake_results.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

constexpr std::size_t kLargest = 1 << 24;

/// A result folder of made-up numbers.
class InspectedRunTest : public ::testing::Test {
 protected:
  InspectedRunTest() : folder_(fs::path(::testing::TempDir()) / ("swimsim_inspected_" + std::to_string(getpid()))) { write_folder(); }
  ~InspectedRunTest() override { fs::remove_all(folder_); }

  void write_folder() {
    ManifestInfo info = testing::FakeRun::info();
    info.version = program_version();
    write_results(run_.results, info, folder_.string());
  }
  void put(const std::string& file, const std::string& text) { std::ofstream(folder_ / file, std::ios::binary) << text; }
  Json manifest() const { return Json::parse(read_file((folder_ / "manifest.json").string(), kLargest)); }
  /// Changes a file, and its hash in the manifest with it.
  void change(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = read_file((folder_ / file).string(), kLargest);
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    put(file, text);
    Json changed = manifest();
    changed["files"][file] = sha256_hex(text);
    put("manifest.json", changed.dump());
  }
  std::string refusal() const { return refusal(folder_.string()); }
  static std::string refusal(const std::string& folder) {
    try {
      const InspectedRun run(folder);
    } catch (const InputError& error) {
      return to_string(error.diagnostics().front());
    }
    return "nothing was refused";
  }

  fs::path folder_;
  testing::FakeRun run_;
};

TEST_F(InspectedRunTest, ReadsBackWhatTheRunWrote) {
  const InspectedRun run(folder_.string());
  EXPECT_EQ(run.name, folder_.filename());
  EXPECT_EQ(InspectedRun(folder_.string() + "/").name, run.name);
  EXPECT_TRUE(run.complete);
  EXPECT_EQ(run.time_ps(), 30'000'000);
  EXPECT_EQ(run.clock_ps(), 10'000);
  ASSERT_EQ(run.tiles.size(), 2u);
  EXPECT_EQ(run.tiles[0].extent.layer, "a \"b\", c");
  EXPECT_EQ(run.tiles[1].modules.size(), 3u);
  EXPECT_EQ(run.tiles[1].states.size(), 2u);
  EXPECT_EQ(run.tiles[1].modules.back().events, 400);
  EXPECT_EQ(run.busiest_tiles(), (std::vector<std::size_t>{1, 0}));
  const TileCellsRecord& written = run_.results.cells[1].tiles[1];  // everything verified
  const TileCellsRecord read = run.cells(1);
  EXPECT_EQ(read.pulses, written.pulses);
  EXPECT_EQ(read.final_uS, written.final_uS);
  EXPECT_EQ(read.verified, written.verified);
  EXPECT_EQ(read.failed, written.failed);
}

TEST_F(InspectedRunTest, ReadsBackTheOrderOfRowsAndColumns) {
  TileRow& tile = run_.results.tiles[1];
  for (std::int64_t row = 0; row < tile.used_rows; ++row) tile.row_inputs.push_back(tile.first_input + tile.used_rows - 1 - row);
  for (std::int64_t col = 0; col < tile.used_cols; ++col) tile.column_outputs.push_back(col / 2 + 7);
  write_folder();
  const InspectedRun run(folder_.string());
  EXPECT_TRUE(run.tiles[0].extent.row_inputs.empty());
  EXPECT_EQ(run.tiles[1].extent.row_inputs, tile.row_inputs);
  EXPECT_EQ(run.tiles[1].extent.column_outputs, tile.column_outputs);
  EXPECT_EQ(cell_origin(run.tiles[1].extent, 0, 3).output, 8);
  EXPECT_EQ(cell_origin(run.tiles[1].extent, 0, 3).input, tile.row_inputs.front());
  tile.row_inputs.pop_back();
  write_folder();
  EXPECT_THAT(refusal(), HasSubstr("orders.csv"));
  EXPECT_THAT(refusal(), HasSubstr("line 2: not one whole number for each used row and column"));
}

TEST_F(InspectedRunTest, RefusesWhatIsNoResult) {
  EXPECT_THAT(refusal("nowhere"), HasSubstr("nowhere: there is no such folder"));
  EXPECT_THAT(refusal((folder_ / "summary.json").string()), HasSubstr("is a file"));
  fs::create_directories(folder_ / "other");
  EXPECT_THAT(refusal((folder_ / "other").string()), HasSubstr("no result of 'swimsim run'"));
  fs::remove(folder_ / "manifest.json");
  EXPECT_THAT(refusal(), HasSubstr("unfinished"));
}

TEST_F(InspectedRunTest, RefusesAWrongManifest) {
  const Json sound = manifest();
  put("manifest.json", "{");
  EXPECT_THAT(refusal(), HasSubstr("no manifest of a swimsim result"));
  Json wrong = sound;
  wrong["version"] = "9.9.9";
  put("manifest.json", wrong.dump());
  EXPECT_THAT(refusal(), HasSubstr("the result is of swimsim 9.9.9"));
  wrong = sound;
  wrong["files"]["network.onnx"] = "x";
  put("manifest.json", wrong.dump());
  EXPECT_THAT(refusal(), HasSubstr("result of 'swimsim train'"));
  wrong = sound;
  wrong["files"].erase("modules.csv");
  put("manifest.json", wrong.dump());
  EXPECT_THAT(refusal(), HasSubstr("no modules.csv"));
  wrong = sound;
  wrong["seed"] = "one";
  put("manifest.json", wrong.dump());
  EXPECT_THAT(refusal(), HasSubstr("no manifest of a swimsim result"));
  put("manifest.json", sound.dump());
  EXPECT_EQ(refusal(), "nothing was refused");
}

TEST_F(InspectedRunTest, RefusesFilesThatHaveChanged) {
  for (const char* file : {"tiles.csv", "modules.csv", "rows.csv", "cells.h5"}) {
    const std::string sound = read_file((folder_ / file).string(), kLargest);
    put(file, sound + "1");
    EXPECT_THAT(refusal(), HasSubstr(std::string(file) + ": this file has changed"));
    put(file, sound);
  }
  EXPECT_EQ(refusal(), "nothing was refused");
}

TEST_F(InspectedRunTest, RefusesWhatDoesNotFitTogether) {
  change("tiles.csv", "64,48,64,64", "64,48,64,99999");
  EXPECT_THAT(refusal(), HasSubstr("cols '99999'"));
  write_folder();
  change("modules.csv", "chip.tile_1,tile", "chip.tile_1,adc");
  EXPECT_THAT(refusal(), HasSubstr("tiles are missing"));
  write_folder();
  change("modules.csv", "chip.tile_1.controller,controller", "chip.tile_9,tile");
  EXPECT_THAT(refusal(), HasSubstr("more tiles than the 2"));
  write_folder();
  change("modules.csv", ",30000000,", ",-1,");
  EXPECT_THAT(refusal(), HasSubstr("modules.csv:2:4: busy_ps '-1'"));
  write_folder();
  change("rows.csv", "1,63,", "1,64,");
  EXPECT_THAT(refusal(), HasSubstr("row '64'"));
  write_folder();
  run_.results.rows.pop_back();
  write_folder();
  EXPECT_THAT(refusal(), HasSubstr("the rows of tile 1 and what comes after it are missing"));
  run_.results.rows.push_back({1, 63, 1, 1});
  run_.results.rows.push_back({1, 64, 1, 1});
  write_folder();
  EXPECT_THAT(refusal(), HasSubstr("more rows than"));
}

TEST_F(InspectedRunTest, RefusesCellsOfAnotherShape) {
  run_.results.cells[1].tiles[0].rows = 48;
  run_.results.cells[1].tiles[0].cols = 64;
  write_folder();
  const InspectedRun run(folder_.string());
  try {
    run.cells(0);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("is not 64 x 48"));
  }
  write_folder();
  put("cells.h5", "no HDF5");
  Json wrong = manifest();
  wrong["files"]["cells.h5"] = sha256_hex("no HDF5");
  put("manifest.json", wrong.dump());
  EXPECT_THAT(refusal(), HasSubstr("this is no HDF5 file"));
}

TEST_F(InspectedRunTest, LinesOfModulesThatAreNoTilesAreLeftAlone) {
  run_.results.modules.push_back({"chip.host_port", "host_port", "", 10'000, 1, 0.1, 3, "words", 1e-9});
  write_folder();
  EXPECT_EQ(InspectedRun(folder_.string()).tiles[1].modules.size(), 3u);
}

TEST_F(InspectedRunTest, WithoutCellsTheTreeIsStillThere) {
  run_.results.cells.clear();
  write_folder();
  const InspectedRun run(folder_.string());
  EXPECT_FALSE(run.has_cells());
  const std::string text = inspect_text(run, {}, {});
  EXPECT_THAT(text, HasSubstr("tile_1"));
  EXPECT_THAT(text, HasSubstr("no cells.h5"));
  const Slowest slowest = find_slowest(run, {0, 1}, 2);
  EXPECT_EQ(slowest.rows.size(), 2u);
  EXPECT_TRUE(slowest.cells.empty() && slowest.cells_of_row.empty());
  EXPECT_THAT(inspect_text(run, {}, slowest), HasSubstr("9.00 ns"));
}

TEST_F(InspectedRunTest, TheTreeSumsAndChooses) {
  const InspectedRun run(folder_.string());
  const std::string chip = inspect_text(run, {std::nullopt, 2, 1}, find_slowest(run, {0, 1}, 1));
  EXPECT_THAT(chip, HasSubstr("30.0 us of programming (3000 cycles of 10.0 ns), 3.00 uJ; 2 tiles, of whose cells 75.0 % are used"));
  EXPECT_THAT(chip, HasSubstr("tile_*.adc_bank"));
  EXPECT_THAT(chip, HasSubstr("1 more tile "));
  EXPECT_LT(chip.find("tile_1 "), chip.find("1 more tile "));
  EXPECT_THAT(chip, Not(HasSubstr("tile_0 ")));
  const std::string tile = inspect_text(run, {std::size_t{0}, 3, 1}, find_slowest(run, {0}, 1));
  EXPECT_THAT(tile, HasSubstr("tile_0 "));
  EXPECT_THAT(tile, HasSubstr("    convert"));
  EXPECT_THAT(tile, Not(HasSubstr("tile_1")));
  EXPECT_THAT(inspect_text(run, {std::nullopt, 0, 1}, {}), Not(HasSubstr("tile_")));
}

TEST_F(InspectedRunTest, AnIdleTileSaysSo) {
  for (ModuleRow& row : run_.results.modules) {
    if (row.path.compare(0, 11, "chip.tile_0") == 0) row.busy_ps = row.busy_cycles = 0;
  }
  write_folder();
  EXPECT_THAT(inspect_text(InspectedRun(folder_.string()), {}, {}), HasSubstr("tile_0 (idle)"));
  EXPECT_THAT(inspect_text(InspectedRun(folder_.string()), {std::nullopt, 1, 1}, {}), HasSubstr("1 more tile, 1 idle"));
}

// Cell i of a tile took i % 23 pulses and was given up if i is a multiple of 1000; 48 columns. Row r of tile t took (r % 9 + t) ns.
TEST_F(InspectedRunTest, TheSlowestAreFoundWithTheirOrigin) {
  const InspectedRun run(folder_.string());
  const Slowest slowest = find_slowest(run, {0, 1}, 3);
  ASSERT_EQ(slowest.cells.size(), 3u);
  EXPECT_EQ(slowest.cells[0].tile, 0u);
  EXPECT_EQ(slowest.cells[0].row, 0);
  EXPECT_EQ(slowest.cells[0].col, 22);
  EXPECT_EQ(slowest.cells[0].pulses, 22u);
  EXPECT_EQ(slowest.cells[1].col, 45);
  EXPECT_EQ(slowest.cells[2].row, 1);
  ASSERT_EQ(slowest.rows.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(slowest.rows[i].tile, 1);
    EXPECT_EQ(slowest.rows[i].row, 8 + 9 * static_cast<int>(i));
    EXPECT_EQ(slowest.rows[i].busy_ps, 9000);
    EXPECT_EQ(slowest.cells_of_row[i].cells, 48);
  }
  std::uint64_t pulses = 0;
  for (int i = 8 * 48; i < 9 * 48; ++i) pulses += static_cast<std::uint64_t>(i % 23);
  EXPECT_EQ(slowest.cells_of_row[0].pulses, pulses);
  EXPECT_EQ(slowest.cells_of_row[0].failed, 0);
  const std::string text = inspect_text(run, {std::nullopt, 1, 3}, slowest);
  EXPECT_THAT(text, HasSubstr("slowest cells"));
  const Json json = Json::parse(inspect_json(run, {std::nullopt, 3, 3}, slowest));
  EXPECT_EQ(json["modules"].size(), run_.results.modules.size());
  EXPECT_EQ(json["slowest_cells"][0]["output"], (48 + 22) / 4);
  EXPECT_EQ(json["slowest_cells"][0]["slice"], 1);
  EXPECT_EQ(json["slowest_cells"][0]["arm"], "plus");
  for (const auto& [key, figure] : json["figures"].items()) {
    EXPECT_FALSE(figure["unit"].get<std::string>().empty()) << key;
    EXPECT_FALSE(figure["description"].get<std::string>().empty()) << key;
  }
}

}  // namespace
}  // namespace swimsim
