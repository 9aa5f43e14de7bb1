#include "sim/hardware/inference_chip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

#include "models/dataset/datasets.h"
#include "models/dataset/glyphs.h"
#include "models/network/builtin.h"
#include "models/network/onnx_import.h"
#include "tests/support/inference_bench.h"

// One SystemC simulation a process: ctest runs every TEST in its own.
namespace swimsim {
namespace {

using testing::AllCodes;
using testing::ArrayExample;
using ::testing::ElementsAre;
using testing::InferenceBench;

TEST(InferenceChip, GivesTheCodesAndLogitsOfTheBatchedEvaluator) {
  const InferenceBench bench{ArrayExample(testing::small_network())};
  const ProgrammedArray array(bench.network, bench.example.scattered_S(0.1), ChipSample{3, 2});
  AllCodes batched, chip;
  const std::vector<float> logits =
      ArrayEvaluator(bench.network).logits(array, bench.example.images, 1, 5, testing::collect_codes(batched));
  const ChipInferenceResult result = bench.run(array, 1, 5, testing::collect_codes(chip));
  EXPECT_EQ(result.logits, logits);
  EXPECT_TRUE(chip == batched);
  EXPECT_FALSE(chip.empty());
}

void expect_equal_codes(const InferenceBench& bench, std::size_t images) {
  const ProgrammedArray array(bench.network, bench.example.scattered_S(0.05), ChipSample{1, 0});
  CodesDigest batched, chip;
  const std::vector<float> logits =
      ArrayEvaluator(bench.network).logits(array, bench.example.images, 0, images, [&](const ReadCodes& read) { batched.add(read); });
  const ChipInferenceResult result = bench.run(array, 0, images, [&](const ReadCodes& read) { chip.add(read); });
  EXPECT_EQ(result.logits, logits);
  EXPECT_EQ(chip.reads(), batched.reads());
  EXPECT_EQ(chip.value(), batched.value());
}

testing::ArrayExampleOptions big_tiles() {
  testing::ArrayExampleOptions options;
  options.tile_rows = options.tile_cols = 128;
  options.read_noise = 0.01;
  return options;
}

TEST(InferenceChip, GivesTheCodesOfLenetForThirtyTwoGlyphs) {
  ArrayExample example(make_builtin_network("lenet", 1), big_tiles(), 1);
  example.images = draw_glyphs(1, GlyphHalf::test, 32);
  expect_equal_codes(InferenceBench(std::move(example)), 32);
}

// Branches that are added, strides, batch norms and a pool over everything.
TEST(InferenceChip, GivesTheCodesOfAResidualNetwork) {
  expect_equal_codes(InferenceBench(ArrayExample(make_builtin_network("resnet18", 1, 4), big_tiles(), 3)), 2);
}

TEST(InferenceChip, GivesTheCodesOfTheSharedLenetForMnist) {
  const char* models = std::getenv("SWIMSIM_MODELS");
  const char* data = std::getenv("SWIMSIM_DATA");
  if (models == nullptr || data == nullptr)
    GTEST_SKIP() << "SWIMSIM_MODELS and SWIMSIM_DATA name the folders with lenet5_mnist.onnx and mnist/";
  ArrayExample example(import_onnx(std::string(models) + "/lenet5_mnist.onnx"), big_tiles(), 1);
  example.images = load_dataset("mnist", data, 1, 1, 32).test;
  expect_equal_codes(InferenceBench(std::move(example)), 32);
}

/// A linear layer of 4 inputs and 2 outputs: a tile of 4 x 4 cells, plus and minus of each output. Inputs of one bit and a sign:
/// two planes. The clock is 10 ns; a read of 25 ns takes three clocks; two columns share a converter.
class FourByFour : public ::testing::Test {
 protected:
  static ArrayExample example() { return ArrayExample(testing::build_network({4, 1, 1, true}, {{testing::Kind::linear, 2, {}}})); }
  static InferenceOptions options() {
    InferenceOptions options;
    options.input_bits = 1;
    options.column_mux = 2;
    options.read_noise = false;
    return options;
  }
  FourByFour() {
    InferenceCosts& costs = bench.inference.costs;
    costs.read_ps = 25'000;
    costs.conversion_ps = 9'000;
    costs.digital_lanes = 4;
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  }

  using Times = std::tuple<std::int64_t, std::int64_t, std::int64_t>;  // applied, sampled, converted
  ChipInferenceResult run(std::size_t images) {
    Chip chip("chip", bench.job);
    InferenceChip infer("inference", bench.inference, chip);
    chip.tile(0).inference()->controller.on_plane_seen = [&](std::int64_t, const TileRead&, const PlaneTimes& times) {
      planes.emplace_back(times.applied_ps, times.sampled_ps, times.converted_ps);
    };
    return infer.run(array, bench.example.images, 0, images, {});
  }

  InferenceBench bench{example(), options()};
  ProgrammedArray array{bench.network, bench.example.targets_S()};
  std::vector<Times> planes;
};

// By hand:    0 load the input register                               10 ns
//            10 plane 0 on the word lines, three clocks; sampled at   40 ns
//            40 two conversions of 9 ns, two clocks; done at          60 ns    40 plane 1 on the word lines; sampled at 70 ns
//            70 plane 1 is converted                                  90 ns
//            90 shift and add, output register                       110 ns
//           110 digital unit: 4 columns, 2 biases, 2 activations on 4 lanes, two clocks
//           130 the logits are there
TEST_F(FourByFour, TakesTheTimeOfAHandCalculation) {
  ASSERT_EQ(bench.network.layers()[0].planes.size(), 2U);
  const ChipInferenceResult result = run(1);
  EXPECT_THAT(planes, ElementsAre(Times{10'000, 40'000, 60'000}, Times{40'000, 70'000, 90'000}));
  EXPECT_EQ(result.latency_ps(), 130'000);
  EXPECT_EQ(result.layers[0].array_busy_ps, 60'000);
  EXPECT_EQ(result.layers[0].adc_busy_ps, 40'000);
}

// A conversion of 30 ns: plane 1 has settled at 70 ns, but is sampled when the converters are free at 100 ns.
TEST_F(FourByFour, WaitsForSlowConverters) {
  bench.inference.costs.conversion_ps = 30'000;
  const ChipInferenceResult result = run(1);
  EXPECT_THAT(planes, ElementsAre(Times{10'000, 40'000, 100'000}, Times{40'000, 100'000, 160'000}));
  EXPECT_EQ(result.latency_ps(), 160'000 + 20'000 + 20'000);
}

// The next image is loaded when plane 1 of this one has been sampled, at 70 ns.
TEST_F(FourByFour, OverlapsTheImages) {
  const ChipInferenceResult result = run(3);
  EXPECT_THAT(result.started_ps, ElementsAre(0, 70'000, 140'000));
  EXPECT_THAT(result.finished_ps, ElementsAre(130'000, 200'000, 270'000));
  EXPECT_DOUBLE_EQ(result.images_per_s(), 1e12 / 70'000);
}

TEST_F(FourByFour, SpendsTheEnergyOfAHandCalculation) {
  InferenceCosts& costs = bench.inference.costs;
  costs.v_read_V = 0.2;
  costs.dac_energy_J = 1e-12;
  costs.sample_hold_energy_J = 2e-12;
  costs.adc_energy_J = 3e-12;
  costs.shift_add_energy_J = 4e-12;
  costs.register_energy_J = 5e-12;
  costs.digital_energy_J = 6e-12;
  costs.tile_leakage_W = 1e-3;
  costs.chip_leakage_W = 2e-3;
  const ChipInferenceResult result = run(1);
  const InferenceLedger energy = result.energy();
  constexpr std::int64_t kPicojoule_aJ = 1'000'000;
  EXPECT_EQ(energy.dac_aJ, 2 * 4 * kPicojoule_aJ);
  EXPECT_EQ(energy.sample_hold_aJ, 2 * 4 * 2 * kPicojoule_aJ);
  EXPECT_EQ(energy.adc_aJ, 2 * 4 * 3 * kPicojoule_aJ);
  EXPECT_EQ(energy.shift_add_aJ, 2 * 4 * 4 * kPicojoule_aJ);
  EXPECT_EQ(energy.register_aJ, (2 * 4 + 4 * (8 + 1 + 1)) * 5 * kPicojoule_aJ);
  EXPECT_EQ(energy.digital_aJ, 8 * 6 * kPicojoule_aJ);
  EXPECT_EQ(energy.leakage_aJ, 130 * 3 * kPicojoule_aJ);  // 3 mW for 130 ns

  std::vector<std::int32_t> codes(4);
  const ArrayLayer& layer = bench.network.layers()[0];
  std::vector<float> image(4);
  bench.network.load_image(bench.example.images, 0, image.data());
  layer.coding.codes(image.data(), 4, codes.data());
  double array_J = 0;  // V^2 g t where a bit is 1
  for (int cell = 0; cell < 16; ++cell) {
    for (const Plane& plane : layer.planes)
      array_J += 0.2 * 0.2 * static_cast<double>(bench.example.targets_S()[0][static_cast<std::size_t>(cell)]) * 25e-9 *
                 plane.digit(codes[static_cast<std::size_t>(cell / 4)]);
  }
  EXPECT_GT(array_J, 0);
  EXPECT_NEAR(static_cast<double>(energy.array_aJ) * 1e-18, array_J, 1e-4 * array_J);
}

}  // namespace
}  // namespace swimsim
