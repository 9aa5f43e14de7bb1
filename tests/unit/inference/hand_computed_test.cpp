// A layer of 4 inputs and 2 outputs on a tile of 4 x 4 cells, with every code written out.
//
// A cell holds 10 uS + 10 uS x digit. Weights by input: 3 -2 0 1 and -1 1 2 -3, so the columns plus, minus, plus, minus hold (uS)
//   input 0:  40 10 10 20
//   input 1:  10 30 20 10
//   input 2:  10 10 30 10
//   input 3:  20 10 10 40
// Inputs 1 2 3 5 in three planes drive the rows 0 2 3, then 1 2, then 3: sums (uS)
//   70 30 50 70,  20 40 50 20,  20 10 10 40
// The ADC has 3 bits over 0 .. 70 uS, 10 uS a step.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/network/layers/linear.h"
#include "tests/support/array_example.h"

namespace swimsim {
namespace {

using ::testing::ElementsAre;

class HandComputed : public ::testing::Test {
 protected:
  HandComputed() : network_("hand", Shape{4, 1, 1, true}) {
    const std::vector<float> codes{3, -2, 0, 1, -1, 1, 2, -3};
    std::vector<float> weights;
    for (const float code : codes) weights.push_back(code / 3);
    network_.add("linear", make_linear(2, 4), {0}, WeightLayer{"weight", {2, 4}, 2, 4}, weights, {0.5f, 0.0f});
    images_.channels = 4;
    images_.height = images_.width = 1;
    images_.classes = 2;
    add_image({1, 2, 3, 5});
    add_image({0, 0, 0, 0});
    add_image({7, 0, 0, 0});  // the largest input is 7 steps
    Card card;
    card.name = card.kernel = "swim_pulse";
    for (const auto& [name, value] : std::vector<std::pair<std::string, double>>{{"g_min", 10e-6},
                                                                                 {"g_max", 40e-6},
                                                                                 {"step", 0.01},
                                                                                 {"sigma_d2d", 0},
                                                                                 {"sigma_c2c", 0},
                                                                                 {"sigma_blind", 0},
                                                                                 {"sigma_read", 0},
                                                                                 {"sigma_relax", 0},
                                                                                 {"v_set", 1.5},
                                                                                 {"v_reset", 1.5},
                                                                                 {"pulse_width", 1e-7},
                                                                                 {"v_blind", 2},
                                                                                 {"blind_width", 1e-7}}) {
      CardParameter parameter;
      parameter.name = name;
      parameter.value = value;
      card.parameters.push_back(parameter);
    }
    device_ = find_kernel("swim_pulse")->make(card, {});
    quantized_ = quantize_weights(network_, 2, Quantizer::clamp);
    MappingOptions options;
    options.weight_bits = options.bits_per_device = 2;
    options.code_max = 3;
    options.tile_rows = options.tile_cols = 4;
    mapping_ = std::make_unique<Mapping>(std::vector<MatrixShape>{{"weight", 2, 4}}, options);
    inference_.input_bits = inference_.adc_bits = 3;
    inference_.calibration_images = 3;
  }

  void add_image(std::initializer_list<int> steps) {
    for (const int step : steps) images_.pixels.push_back(static_cast<std::uint8_t>(36 * step));
    images_.labels.push_back(0);
  }

  ArrayNetwork compiled() const {
    return ArrayNetwork({&network_, &quantized_, &ranges_, &normalization_, mapping_.get(), device_.get(), 0, &images_}, inference_);
  }
  std::vector<std::vector<float>> targets_S() const { return target_conductances(*mapping_, quantized_, *device_); }

  /// Codes of the first image, plane after plane.
  static std::vector<std::vector<std::int32_t>> codes(const ArrayNetwork& network, const ProgrammedArray& array, const ImageSet& images) {
    std::vector<std::vector<std::int32_t>> planes(network.layers()[0].planes.size());
    ArrayEvaluator(network).logits(array, images, 0, 1,
                                   [&](const ReadCodes& read) { planes[read.plane].assign(read.codes, read.codes + read.cols); });
    return planes;
  }

  Network network_;
  ImageSet images_;
  Normalization normalization_{std::vector<float>(4, 0.0f), std::vector<float>(4, 1.0f)};
  ActivationRanges ranges_;
  QuantizedWeights quantized_;
  std::unique_ptr<Mapping> mapping_;
  std::unique_ptr<Device> device_;
  InferenceOptions inference_;
};

TEST_F(HandComputed, TargetsAreThoseOfTheTable) {
  const std::vector<std::vector<float>> tiles_S = targets_S();
  ASSERT_EQ(tiles_S.size(), 1u);
  std::vector<int> uS;
  for (const float g_S : tiles_S[0]) uS.push_back(static_cast<int>(g_S * 1e6f + 0.5f));
  EXPECT_THAT(uS, ElementsAre(40, 10, 10, 20, 10, 30, 20, 10, 10, 10, 30, 10, 20, 10, 10, 40));
}

TEST_F(HandComputed, TheRangeIsThatOfTheSums) {
  const AdcRange range = compiled().layers()[0].adc;
  EXPECT_NEAR(range.low_S, 0, 1e-12);
  EXPECT_NEAR(range.high_S, 70e-6, 1e-9);
  EXPECT_EQ(range.bits, 3);
}

TEST_F(HandComputed, Codes) {
  const ArrayNetwork network = compiled();
  EXPECT_THAT(codes(network, ProgrammedArray(network, targets_S()), images_),
              ElementsAre(ElementsAre(7, 3, 5, 7), ElementsAre(2, 4, 5, 2), ElementsAre(2, 1, 1, 4)));
}

TEST_F(HandComputed, LogitsAreShiftedAddedAndScaled) {
  const ArrayNetwork network = compiled();
  const std::vector<float> logits = ArrayEvaluator(network).logits(ProgrammedArray(network, targets_S()), images_, 0, 1);
  const double step = 36 / 255.0, scale = 1 / 3.0;
  ASSERT_EQ(logits.size(), 2u);
  EXPECT_NEAR(logits[0], 4 * step * scale + 0.5, 1e-4);  // 1 (7 - 3) + 2 (2 - 4) + 4 (2 - 1)
  EXPECT_NEAR(logits[1], -8 * step * scale, 1e-4);       // 1 (5 - 7) + 2 (5 - 2) + 4 (1 - 4)
}

TEST_F(HandComputed, ACellThatConductsMoreIsSeenInItsColumnAndClips) {
  const ArrayNetwork network = compiled();
  std::vector<std::vector<float>> g_S = targets_S();
  g_S[0][12] = 36e-6f;  // input 3, plus of output 0: 20 -> 36 uS; 86 uS are beyond the range
  EXPECT_THAT(codes(network, ProgrammedArray(network, g_S), images_),
              ElementsAre(ElementsAre(7, 3, 5, 7), ElementsAre(2, 4, 5, 2), ElementsAre(4, 1, 1, 4)));
}

TEST_F(HandComputed, SumsAreThoseAtTheEndsOfTheWires) {
  inference_.line_solver = LineSolver::exact;
  inference_.lines.sense_ohm = 5000;
  const ArrayNetwork network = compiled();
  const std::vector<std::vector<float>> g_S = targets_S();
  const ProgrammedArray array(network, g_S), ideal(network, g_S, Wires::ideal);
  const std::vector<std::int32_t> ones(4, 1);
  std::vector<std::int32_t> sums(4);
  for (const bool wires : {true, false}) {
    const ProgrammedArray& here = wires ? array : ideal;
    here.tile(0).matrix.column_sums(ones.data(), sums.data());
    for (std::size_t col = 0; col < 4; ++col) {
      double column_S = 0;
      for (std::size_t row = 0; row < 4; ++row) column_S += static_cast<double>(g_S[0][row * 4 + col]);
      const double expected_S = wires ? column_S / (1 + 5000 * column_S) : column_S;
      EXPECT_NEAR(sums[col] * here.units(0).g_S / expected_S, 1, 1e-5) << col;
    }
  }
}

TEST_F(HandComputed, AGainForTheLayerMakesUpForWhatTheWiresTake) {
  inference_.adc_bits = 14;
  const auto logits = [&] {
    const ArrayNetwork network = compiled();
    return ArrayEvaluator(network).logits(ProgrammedArray(network, targets_S()), images_, 0, 1);
  };
  const std::vector<float> without = logits();
  inference_.line_solver = LineSolver::exact;
  inference_.lines.sense_ohm = 500;
  const std::vector<float> with_gain = logits();
  inference_.gain_calibration = false;
  const std::vector<float> with_nothing = logits();
  ASSERT_GT(std::fabs(with_nothing[1] - without[1]), 0.03f * std::fabs(without[1]));
  EXPECT_LT(std::fabs(with_gain[1] - without[1]), 0.3f * std::fabs(with_nothing[1] - without[1]));
}

TEST_F(HandComputed, InputsBelowZeroGoThroughTheSignPlane) {
  normalization_ = {std::vector<float>(4, 36 * 3 / 255.0f), std::vector<float>(4, 1.0f)};  // 1 2 3 5 are -2 -1 0 2, 7 is 4, 0 is -3
  inference_.input_bits = 3;
  const ArrayNetwork network = compiled();
  const ArrayLayer& layer = network.layers()[0];
  ASSERT_EQ(layer.planes.size(), 4u);
  EXPECT_TRUE(layer.planes.back().sign);
  // Four steps of 36 are seven of the coding's: -2 -1 0 2 become -3.5 -1.75 0 3.5, to even -4 -2 0 4.
  std::vector<float> input(4);
  network.load_image(images_, 0, input.data());
  std::vector<std::int32_t> input_codes(4);
  layer.coding.codes(input.data(), 4, input_codes.data());
  EXPECT_NEAR(layer.coding.step * 7, 4 * 36 / 255.0, 1e-6);
  inference_.adc_bits = 16;
  const ArrayNetwork fine = compiled();
  const std::vector<float> logits = ArrayEvaluator(fine).logits(ProgrammedArray(fine, targets_S()), images_, 0, 1);
  double wanted[2] = {0, 0};
  const int weights[2][4] = {{3, -2, 0, 1}, {-1, 1, 2, -3}};
  for (std::size_t o = 0; o < 2; ++o) {
    for (std::size_t i = 0; i < 4; ++i) wanted[o] += weights[o][i] * input_codes[i];
  }
  const double unit = static_cast<double>(layer.coding.step) / 3;
  EXPECT_NEAR(logits[0], wanted[0] * unit + 0.5, 1e-4);
  EXPECT_NEAR(logits[1], wanted[1] * unit, 1e-4);
}

}  // namespace
}  // namespace swimsim
