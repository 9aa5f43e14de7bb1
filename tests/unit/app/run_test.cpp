// What every run promises: equal bytes for equal seeds, however it was run, and results that can be read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/app/run_fixture.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::read;

class Run : public testing::RunTest {};

TEST_F(Run, SameBytesForAnyThreadsTraceAndDriver) {
  const auto one = result("small.yaml --threads 1", "one");
  fs::remove_all(folder_ / "cache");  // the network is trained again, on two threads
  expect_equal(one, result("small.yaml --threads 2 --trace", "two"));
  EXPECT_TRUE(fs::exists(folder_ / "two/trace.gtkw"));
  expect_equal(one, result("small.yaml --threads 1 --trace", "traced"));
  const std::string trace = read(folder_ / "two/trace.vcd");
  EXPECT_THAT(trace, HasSubstr("$enddefinitions"));
  EXPECT_TRUE(trace == read(folder_ / "traced/trace.vcd")) << "trace.vcd differs";
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

TEST_F(Run, LeavesTheFilesOfTheDesignAndNoOthers) {
  const auto files = result("small.yaml --trace", "out");
  for (const char* name :
       {"manifest.json", "workload.resolved.yaml", "summary.json", "trials.csv", "programming.csv", "layers.csv", "loop.csv", "schedule.h5",
        "cells.h5", "report.html", "plots/accuracy_vs_nwc.svg", "plots/accuracy_vs_seconds.svg"}) {
    EXPECT_EQ(files.count(name), 1u) << name;
  }
  for (const char* name : {"unfinished.journal", ".swimsim.lock", "trace.vcd.raw.vcd"}) {
    EXPECT_FALSE(fs::exists(folder_ / "out" / name)) << name;
  }
  EXPECT_THAT(files.at("report.html"), HasSubstr("synthetic"));
}

}  // namespace
}  // namespace swimsim
