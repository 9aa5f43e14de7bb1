// What every run promises: equal bytes for equal seeds, however it was run, and results that can be read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/program.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::read;

constexpr const char* kWorkload = R"(schema: swimsim-workload/1
network: {builtin: lenet, train: {epochs: 1, learning_rate: 0.002}}
dataset: {name: glyphs, train_images: 900, test_images: 200}
device: {card: swim_pulse}
programming: {tolerance: 0.06, max_attempts: 100}
selection: {selectors: [swim, random], fractions: [0, 0.1, 1], images: 100, loop: {accuracy_drop: 0.1, step: 0.3, images: 100}}
evaluate: {trials: 2}
)";

/// Everything below a folder but what may differ between equal runs.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = fs::relative(entry.path(), folder).string();
    if (name.rfind("trace.", 0) == 0) continue;
    std::string bytes = read(entry.path());
    if (name == "manifest.json") bytes = bytes.substr(0, bytes.find("\"volatile\""));
    files[name] = bytes;
  }
  return files;
}

class Run : public testing::ProgramTest {
 protected:
  Run() { testing::write(folder_ / "small.yaml", kWorkload); }

  std::map<std::string, std::string> result(const std::string& arguments, const std::string& name) {
    const Answer answer = run("run " + arguments + " --out " + name);
    EXPECT_EQ(answer.exit_code, 0) << answer.errors;
    return contents(folder_ / name);
  }

  static void expect_equal(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
    for (const auto& [name, bytes] : a) EXPECT_TRUE(b.count(name) == 1 && b.at(name) == bytes) << name << " differs";
    EXPECT_EQ(a.size(), b.size());
  }
};

TEST_F(Run, SameBytesForAnyThreadsTraceAndDriver) {
  const auto one = result("small.yaml --threads 1", "one");
  fs::remove_all(folder_ / "cache");  // the network is trained again, on two threads
  expect_equal(one, result("small.yaml --threads 2 --trace", "two"));
  EXPECT_TRUE(fs::exists(folder_ / "two/trace.vcd"));
  EXPECT_TRUE(fs::exists(folder_ / "two/trace.gtkw"));
  EXPECT_EQ(one.at("trials.csv"), result("small.yaml --set programming.driver=batched", "batched").at("trials.csv"));
  EXPECT_NE(one.at("trials.csv"), result("small.yaml --seed 2", "seed").at("trials.csv"));  // the comparison bites
}

TEST_F(Run, TheResolvedWorkloadGivesTheSameBytes) {
  const auto first = result("small.yaml", "first");
  for (const auto& [name, bytes] : result("first/workload.resolved.yaml", "again")) {
    if (name == "manifest.json") continue;  // it names another input
    EXPECT_EQ(first.at(name), bytes) << name;
  }
}

TEST_F(Run, LeavesTheFilesOfTheDesign) {
  const auto files = result("small.yaml", "out");
  for (const char* name :
       {"manifest.json", "workload.resolved.yaml", "summary.json", "trials.csv", "programming.csv", "layers.csv", "loop.csv", "schedule.h5",
        "cells.h5", "report.html", "plots/accuracy_vs_nwc.svg", "plots/accuracy_vs_seconds.svg"}) {
    EXPECT_EQ(files.count(name), 1u) << name;
  }
  EXPECT_EQ(files.count("unfinished.journal"), 0u);
  EXPECT_THAT(files.at("report.html"), HasSubstr("synthetic"));
}

TEST_F(Run, GoesOnAfterAnInterruptToTheSameBytes) {
  const Answer answer = run("run small.yaml --threads 1 --set evaluate.trials=8 --out stopped", "timeout -s INT 2");
  EXPECT_EQ(answer.exit_code, 124) << answer.errors;  // timeout's own; a machine that runs 8 trials in 2 s needs more of them
  if (fs::exists(folder_ / "stopped/manifest.json")) {
    EXPECT_THAT(read(folder_ / "stopped/manifest.json"), HasSubstr("interrupted"));
  }
  EXPECT_TRUE(fs::exists(folder_ / "stopped/unfinished.journal"));
  expect_equal(result("small.yaml --set evaluate.trials=8", "never_stopped"), result("small.yaml --set evaluate.trials=8", "stopped"));
}

}  // namespace
}  // namespace swimsim
