// What every run promises: equal bytes for equal seeds, however it was run, and results that can be read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

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

// Layers of two, four and eight bits in cells of two, a scale for each channel: both drivers, and the resolved workload again.
TEST_F(Run, LayersWithBitsOfTheirOwn) {
  const std::string mixed =
      "small.yaml --set mapping.bits_per_device=2 --set quantize.weight_scale=per_channel --set quantize.weight_range=least_squares"
      " --set quantize.activation_range=percentile"
      " --set 'quantize.layers={conv1.weight: {weight_bits: 8, activation_bits: 6}, fc1.weight: {weight_bits: 2}}'";
  const auto files = result(mixed, "mixed");
  const std::string& table = files.at("quantization.csv");
  EXPECT_THAT(table, HasSubstr("\nconv1.weight,54,8,6,"));
  EXPECT_THAT(table, HasSubstr("\nfc1.weight,94080,2,120,"));
  EXPECT_THAT(files.at("report.html"), HasSubstr("Quantisation by layer"));
  EXPECT_EQ(files.at("trials.csv"), result(mixed + " --set programming.driver=batched", "batched").at("trials.csv"));
  EXPECT_EQ(files.at("trials.csv"), result("mixed/workload.resolved.yaml", "again").at("trials.csv"));
  // 54 weights of 8 cells, 94080 of 2, the other three layers of 4.
  EXPECT_THAT(files.at("summary.json"),
              HasSubstr("\"cells\": {\"value\": " + std::to_string(54 * 8 + 94'080 * 2 + (105'918 - 54 - 94'080) * 4)));
}

// Accuracy read by read: noise, converters and SWIM's loop too, under any driver and for any number of threads.
TEST_F(Run, SameBytesForAnyThreadsAndDriverAtArrayFidelity) {
  const std::string array =
      "small.yaml --set evaluate.fidelity=array --set inference.adc_bits=5 --set inference.adc_offset_sigma=1 --set "
      "effects.read_noise=0.05";
  const auto one = result(array + " --threads 1", "one");
  expect_equal(one, result(array + " --threads 2", "two"));
  EXPECT_EQ(one.at("trials.csv"), result(array + " --set programming.driver=batched", "batched").at("trials.csv"));
  EXPECT_NE(one.at("trials.csv"), result(array + " --set inference.adc_bits=4", "coarser").at("trials.csv"));
  EXPECT_THAT(one.at("summary.json"), HasSubstr("\"accuracy_array\": "));
  EXPECT_THAT(one.at("report.html"), HasSubstr("fidelity: array"));
  EXPECT_EQ(one.at("trials.csv"), result("one/workload.resolved.yaml", "again").at("trials.csv"));
}

// Some images go through the SystemC chip, which checks its codes itself; accuracies are those of fidelity array.
TEST_F(Run, InfersOnTheChipThatItHasProgrammed) {
  const std::string shorter = "small.yaml --set evaluate.trials=1 --set 'selection.selectors=[random]' ";
  const auto cycle = result(shorter + "--set evaluate.fidelity=cycle --set inference.cycle_images=3", "cycle");
  EXPECT_EQ(cycle.at("trials.csv"), result(shorter + "--set evaluate.fidelity=array", "array").at("trials.csv"));
  for (const char* key : {"inference_latency_s", "inference_throughput_images_per_s", "inference_energy_J", "inference_energy_adc_J"})
    EXPECT_THAT(cycle.at("summary.json"), HasSubstr(key));
  EXPECT_THAT(cycle.at("inference.csv"), HasSubstr("conv1.weight,3,1,"));
  EXPECT_THAT(cycle.at("report.html"), HasSubstr("Inference by layer, per image"));

  const std::string traced = " --trace --set trace.phase=inference --set evaluate.fidelity=cycle --set inference.cycle_images=3";
  const auto again = result("cycle/workload.resolved.yaml --threads 2", "again");
  for (const char* file : {"inference.csv", "summary.json", "trials.csv"}) EXPECT_EQ(again.at(file), cycle.at(file)) << file;
  EXPECT_EQ(cycle.at("inference.csv"), result(shorter + traced, "traced").at("inference.csv"));
  EXPECT_THAT(read(folder_ / "traced/trace.vcd"), HasSubstr("in_digit_0"));
}

/// Without the columns of time, energy and conversions: of each point the selector, fraction, trial and accuracy.
std::set<std::string> accuracies(const std::string& trials_csv) {
  std::istringstream in(trials_csv);
  std::string line, title;
  std::getline(in, line);
  std::istringstream titles(line);
  std::vector<std::size_t> kept;
  for (std::size_t column = 0; std::getline(titles, title, ','); ++column) {
    if (title == "selector" || title == "fraction" || title == "trial" || title == "accuracy" || title == "pulses") kept.push_back(column);
  }
  std::set<std::string> points;
  while (std::getline(in, line)) {
    std::vector<std::string> fields;
    std::istringstream of_line(line);
    for (std::string field; std::getline(of_line, field, ',');) fields.push_back(field);
    std::string point;
    for (const std::size_t column : kept) point += fields.at(column) + ",";
    points.insert(point);
  }
  return points;
}

// Weights meet the same noise wherever they sit: accuracy and pulses stay, times change.
TEST_F(Run, TheOrderOfTheMappingMovesNoWeight) {
  const auto natural = result("small.yaml", "natural");
  const std::string ordered = "small.yaml --set mapping.order=sensitivity";
  const auto one = result(ordered + " --threads 1", "one");
  expect_equal(one, result(ordered + " --threads 2", "two"));
  EXPECT_EQ(one.at("trials.csv"), result(ordered + " --set programming.driver=batched", "batched").at("trials.csv"));
  EXPECT_EQ(one.at("trials.csv"), result("one/workload.resolved.yaml", "again").at("trials.csv"));
  EXPECT_EQ(accuracies(one.at("trials.csv")), accuracies(natural.at("trials.csv")));
  EXPECT_NE(one.at("trials.csv"), natural.at("trials.csv"));
  EXPECT_EQ(one.at("schedule.h5"), natural.at("schedule.h5"));  // in the order of the weights
  EXPECT_EQ(natural.count("orders.csv"), 0u);
  EXPECT_THAT(one.at("orders.csv"), HasSubstr("tile,inputs,outputs\n"));
}

// The order needs the sensitivities though no selector does; some images go through the SystemC chip, which checks its codes itself.
TEST_F(Run, TheOrderOfTheMappingAtCycleFidelity) {
  const std::string ordered =
      "small.yaml --set evaluate.trials=1 --set 'selection.selectors=[random]' --set mapping.order=sensitivity_spread --set ";
  const auto cycle = result(ordered + "evaluate.fidelity=cycle --set inference.cycle_images=2", "cycle");
  EXPECT_EQ(cycle.at("trials.csv"), result(ordered + "evaluate.fidelity=array", "array").at("trials.csv"));
}

TEST_F(Run, LeavesTheFilesOfTheDesignAndNoOthers) {
  const auto files = result("small.yaml --trace", "out");
  for (const char* name :
       {"manifest.json", "workload.resolved.yaml", "summary.json", "trials.csv", "programming.csv", "layers.csv", "quantization.csv",
        "loop.csv", "schedule.h5", "cells.h5", "report.html", "plots/accuracy_vs_nwc.svg", "plots/accuracy_vs_seconds.svg"}) {
    EXPECT_EQ(files.count(name), 1u) << name;
  }
  for (const char* name : {"unfinished.journal", ".swimsim.lock", "trace.vcd.raw.vcd"}) {
    EXPECT_FALSE(fs::exists(folder_ / "out" / name)) << name;
  }
  EXPECT_THAT(files.at("report.html"), HasSubstr("synthetic"));
}

TEST_F(Run, TracesTheFirstSelectorThatHasSignals) {
  result("small.yaml --trace --set 'selection.selectors=[in_situ, random]' --set selection.in_situ.max_updates=2 --set evaluate.trials=1",
         "out");
  EXPECT_GT(fs::file_size(folder_ / "out/trace.vcd"), 0u);
}

}  // namespace
}  // namespace swimsim
