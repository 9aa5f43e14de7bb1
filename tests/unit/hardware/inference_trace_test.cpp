#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/hardware/cycle_driver.h"
#include "tests/support/inference_bench.h"
#include "tests/support/vcd_reader.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::ArrayExample;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// The tile of inference_chip_test.cpp: 4 x 4 cells, two planes, a clock of 10 ns, a read of three of them, two columns for a converter, a
/// conversion of 9 ns.
class InferenceTrace : public ::testing::Test {
 protected:
  static InferenceOptions options() {
    InferenceOptions options;
    options.input_bits = 1;
    options.column_mux = 2;
    options.read_noise = false;
    return options;
  }
  InferenceTrace() {
    std::filesystem::create_directories(folder);
    bench.inference.costs.read_ps = 25'000;
    bench.inference.costs.conversion_ps = 9'000;
    bench.inference.costs.digital_lanes = 4;
    bench.job.blind = false;
    window.path = (folder / "trace.vcd").string();
    window.inference = true;
    window.row_last = window.col_last = 3;
    window.to_ps = 1'000'000;
  }
  ~InferenceTrace() override { std::filesystem::remove_all(folder); }

  ChipInferenceResult run(const ObserveCodes& observe = {}) {
    ChipInferenceResult result;
    make_cycle_driver()(bench.job, window, {}, [&](const ChipProgram& chip, const ChipTimes&) {
      result = chip.inference()->run(array, bench.example.images, 0, 1, observe);
    });
    return result;
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("inference_trace_" + std::to_string(getpid()));
  testing::InferenceBench bench{ArrayExample(testing::build_network({4, 1, 1, true}, {{testing::Kind::linear, 2, {}}})), options()};
  ProgrammedArray array{bench.network, bench.example.targets_S()};
  TraceWindow window;
};

/// A signal that takes these values; a VCD does not show one that stays.
testing::VcdReader::Changes changes(testing::VcdReader::Changes values) {
  const auto same = [](const auto& a, const auto& b) { return a.second == b.second; };
  values.erase(std::unique(values.begin(), values.end(), same), values.end());
  return values;
}

TEST_F(InferenceTrace, ShowsTheHandCalculation) {
  std::vector<std::int32_t> code_of_column_1;
  run([&](const ReadCodes& read) { code_of_column_1.push_back(read.codes[1]); });
  const testing::VcdReader vcd(window.path);
  EXPECT_THAT(vcd.of("state"), ElementsAre(Pair(0, 1), Pair(10'000, 2), Pair(70'000, 0)));
  EXPECT_THAT(vcd.of("wl_en"), ElementsAre(Pair(0, 0), Pair(10'000, 1), Pair(70'000, 0)));
  EXPECT_THAT(vcd.of("plane"), ElementsAre(Pair(0, 0), Pair(40'000, 1)));
  EXPECT_THAT(vcd.of("adc_busy"), ElementsAre(Pair(0, 0), Pair(40'000, 1), Pair(60'000, 0), Pair(70'000, 1), Pair(90'000, 0)));
  EXPECT_THAT(vcd.of("adc_col"), ElementsAre(Pair(0, 0), Pair(49'000, 1), Pair(70'000, 0), Pair(79'000, 1)));
  ASSERT_EQ(code_of_column_1.size(), 2U);
  const std::int64_t first = code_of_column_1[0], second = code_of_column_1[1];
  EXPECT_EQ(vcd.of("adc_code_1"), changes({{0, 0}, {58'000, first}, {88'000, second}}));
  // Plane 0 weighs 1, that of the sign -2.
  EXPECT_EQ(vcd.of("acc_1"), changes({{0, 0}, {70'000, first}, {100'000, first - 2 * second}}));
}

TEST_F(InferenceTrace, ShowsWhatIsInTheWindowOnly) {
  window.from_ps = 45'000;
  window.to_ps = 75'000;
  window.col_first = 1;
  run();
  const testing::VcdReader vcd(window.path);
  EXPECT_THAT(vcd.of("adc_busy"), ElementsAre(Pair(0, 0), Pair(70'000, 1)));
  EXPECT_THROW(vcd.of("adc_code_0"), std::out_of_range);
}

TEST_F(InferenceTrace, HasASaveFileForGtkwave) {
  run();
  std::ifstream in(folder / "trace.gtkw");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_THAT(text, HasSubstr("SystemC.tile_0.adc_code_3[16:0]"));
  EXPECT_THAT(text, HasSubstr("[dumpfile] \"trace.vcd\""));
}

TEST_F(InferenceTrace, ChangesNothing) {
  const ChipInferenceResult traced = run();
  EXPECT_EQ(traced.latency_ps(), 130'000);
  EXPECT_EQ(traced.logits, ArrayEvaluator(bench.network).logits(array, bench.example.images, 0, 1));
}

}  // namespace
}  // namespace swimsim
