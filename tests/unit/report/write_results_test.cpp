#include "sim/report/write_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/common/errors.h"
#include "models/common/hash.h"
#include "tests/unit/report/fake_results.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class WriteResults : public ::testing::Test {
 protected:
  WriteResults() : folder_(fs::path(::testing::TempDir()) / ("write_results_" + std::to_string(::getpid()))) { fs::remove_all(folder_); }
  ~WriteResults() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string text(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  nlohmann::json manifest() const { return nlohmann::json::parse(text("manifest.json")); }
  void put(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name)) << content;
  }

  testing::FakeRun run_;
  fs::path folder_;
};

TEST_F(WriteResults, TheManifestListsEveryFileWithItsHash) {
  write_results(run_.results, run_.info(), folder_.string());
  const auto files = manifest()["files"];
  std::size_t on_disk = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file() || entry.path().filename() == "manifest.json") continue;
    ++on_disk;
    const std::string name = fs::relative(entry.path(), folder_).string();
    EXPECT_EQ(files.at(name), sha256_hex_of_file(entry.path().string())) << name;
  }
  EXPECT_EQ(files.size(), on_disk);
  for (const char* name : {"workload.resolved.yaml",
                           "summary.json",
                           "trials.csv",
                           "programming.csv",
                           "layers.csv",
                           "levels.csv",
                           "quantization.csv",
                           "schedule.h5",
                           "cells.h5",
                           "report.html",
                           "plots/accuracy_vs_nwc.svg",
                           "plots/accuracy_vs_fraction.svg",
                           "plots/accuracy_vs_seconds.svg",
                           "plots/accuracy_vs_joules.svg",
                           "plots/nwc_and_time_vs_fraction.svg",
                           "plots/pulse_histogram.svg",
                           "plots/error_per_level.svg",
                           "plots/pulse_response.svg",
                           "plots/pulse_train.svg",
                           "pulse_train.csv",
                           "modules.csv",
                           "rows.csv",
                           "tiles.csv",
                           "plots/time_and_energy_per_layer.svg"}) {
    EXPECT_TRUE(files.contains(name)) << name;
  }
  EXPECT_EQ(text("workload.resolved.yaml"), run_.results.resolved_workload);
  EXPECT_FALSE(fs::exists(path("loop.csv")));
}

TEST_F(WriteResults, OnlyTheVolatilePartDiffersBetweenEqualRuns) {
  write_results(run_.results, run_.info(), folder_.string());
  auto first = manifest();
  ManifestInfo other = run_.info();
  other.threads = 64;
  other.host = "elsewhere";
  other.host_time = "2030-01-01T00:00:00Z";
  other.wall_seconds = {{"train", 1}};
  put("trace.vcd", "$end");
  write_results(run_.results, other, folder_.string());
  auto second = manifest();
  EXPECT_NE(first["volatile"], second["volatile"]);
  EXPECT_TRUE(second["volatile"]["files"].contains("trace.vcd"));
  first.erase("volatile");
  second.erase("volatile");
  EXPECT_EQ(first, second);
}

TEST_F(WriteResults, FilesThatThisRunDoesNotHaveGo) {
  run_.results.loop.push_back({"swim", 0, 0, 0.05, 0.05, 1, 1, 0.9, -1, false});
  write_results(run_.results, run_.info(), folder_.string());
  EXPECT_TRUE(fs::exists(path("loop.csv")));
  EXPECT_TRUE(manifest()["files"].contains("loop.csv"));
  put("trace.vcd", "$end");
  RunResults bare;
  bare.resolved_workload = "seed: 1\n";
  write_results(bare, run_.info(), folder_.string());
  for (const char* name : {"loop.csv", "schedule.h5", "cells.h5", "plots/accuracy_vs_nwc.svg", "plots/pulse_histogram.svg"}) {
    EXPECT_FALSE(fs::exists(path(name))) << name;
  }
  EXPECT_TRUE(fs::exists(path("trace.vcd")));
  EXPECT_TRUE(fs::exists(path("report.html")));
}

TEST_F(WriteResults, AFailureLeavesNoManifest) {
  put("manifest.json", "{\"status\": \"complete\"}");
  fs::create_directories(path("report.html/in_the_way"));
  EXPECT_THROW(write_results(run_.results, run_.info(), folder_.string()), ResourceError);
  EXPECT_FALSE(fs::exists(path("manifest.json")));
  EXPECT_TRUE(fs::exists(path("trials.csv")));
}

TEST_F(WriteResults, AFolderThatCannotBeMadeIsNamed) {
  put("file", "");
  for (const std::string& folder : {path("file"), path("file/below"), std::string("/proc/swimsim")}) {
    try {
      write_results(run_.results, run_.info(), folder);
      FAIL() << folder;
    } catch (const ResourceError& error) {
      EXPECT_THAT(error.what(), HasSubstr(folder));
    }
  }
}

TEST_F(WriteResults, NothingTemporaryStays) {
  write_results(run_.results, run_.info(), folder_.string());
  write_results(run_.results, run_.info(), folder_.string());
  EXPECT_EQ(manifest()["files"].size() + 1,
            static_cast<std::size_t>(
                std::count_if(fs::recursive_directory_iterator(folder_), {}, [](const auto& entry) { return entry.is_regular_file(); })));
}

TEST_F(WriteResults, PlotFilesAreXml) {
  write_results(run_.results, run_.info(), folder_.string());
  for (const auto& entry : fs::directory_iterator(path("plots"))) {
    const std::string svg = text("plots/" + entry.path().filename().string());
    EXPECT_EQ(svg.rfind("<?xml", 0), 0u);
    EXPECT_EQ(testing::xml_problem(svg), "") << entry.path();
  }
}

}  // namespace
}  // namespace swimsim
