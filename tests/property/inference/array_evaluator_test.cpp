// Random networks on random tiles: the batched evaluator and reads one by one give the same bits, and both what the rebuilt weights give.
#include "models/inference/array_evaluator.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <stdexcept>

#include "models/array/rebuild.h"
#include "models/network/evaluator.h"
#include "models/network/layers/layer.h"
#include "models/network/layers/window.h"
#include "tests/support/array_example.h"
#include "tests/support/graph_examples.h"
#include "tests/support/orders.h"

namespace swimsim {
namespace {

using testing::ArrayExample;
using testing::ArrayExampleOptions;

Network any_network() {
  if (*rc::gen::arbitrary<bool>()) return testing::small_network();
  const std::vector<testing::Example> examples = testing::examples();
  const auto& graph = examples[*rc::gen::inRange<std::size_t>(0, examples.size())];
  return testing::build_graph(graph.input, graph.nodes);
}

ArrayExampleOptions any_example(int activation_bits) {
  ArrayExampleOptions options;
  options.bits_per_device = *rc::gen::inRange(1, 4);
  options.weight_bits = options.bits_per_device * *rc::gen::inRange(1, 3);
  options.activation_bits = activation_bits;
  options.tile_rows = *rc::gen::inRange(3, 70);
  options.tile_cols = *rc::gen::inRange(1, 70);
  options.per_channel = *rc::gen::arbitrary<bool>();
  options.read_noise = *rc::gen::element(0.0, 0.02);
  return options;
}

/// Orders for all layers but convolutions with groups, which keep theirs.
std::vector<LayerOrder> any_orders(const Network& network, const Mapping& mapping) {
  std::vector<LayerOrder> orders = testing::any_orders(mapping.layers());
  for (const Node& node : network.nodes()) {
    if (node.weights < 0 || node.layer->window() == nullptr) continue;
    const auto layer = static_cast<std::size_t>(node.weights);
    const Window& window = *node.layer->window();
    const std::int64_t all = network.value_shape(node.inputs[0]).channels * window.height * window.width;
    if (mapping.layers()[layer].inputs != all) orders[layer] = {};
  }
  return orders;
}

TEST(ArrayEvaluator, ReadsOneByOneGiveTheSameBits) {
  const bool holds = rc::check("reads one by one give the same bits", [] {
    ArrayExample example(any_network(), any_example(*rc::gen::inRange(0, 6)), 4);
    if (*rc::gen::arbitrary<bool>()) example.reorder(any_orders(example.network, *example.mapping));
    InferenceOptions options;
    options.input_bits = *rc::gen::inRange(1, 10);
    options.dac_bits = *rc::gen::inRange(1, 5);
    options.adc_bits = *rc::gen::inRange(0, 13);
    options.adc_range = *rc::gen::element(AdcRangeRule::maximum, AdcRangeRule::percentile);
    options.adc_percentile = 99;
    options.calibration_images = *rc::gen::inRange(1, 5);
    options.read_noise = *rc::gen::arbitrary<bool>();
    options.adc_offset_sigma = *rc::gen::element(0.0, 1.5);
    options.adc_gain_sigma = *rc::gen::element(0.0, 0.03);
    options.adc_calibration = *rc::gen::element(AdcCalibration::none, AdcCalibration::offset, AdcCalibration::offset_and_gain);
    options.column_mux = *rc::gen::inRange(1, 9);
    const ArrayNetwork network(example.source(), options);
    const ProgrammedArray array(network, example.scattered_S(0.2), {*rc::gen::arbitrary<std::uint64_t>(), 1});
    const std::vector<float> batched = ArrayEvaluator(network).logits(array, example.images, 0, 2);
    std::vector<float> single;
    for (std::size_t image = 0; image < 2; ++image) {
      const std::vector<float> logits = testing::logits_one_by_one(network, array, example.images, image);
      single.insert(single.end(), logits.begin(), logits.end());
    }
    RC_ASSERT(batched == single);
  });
  EXPECT_TRUE(holds);
}

// Sums of whole numbers do not mind their order: without noise and with converters that lose nothing, no bit changes.
TEST(ArrayEvaluator, OrderOfRowsAndColumnsChangesNoBitOfTheLogits) {
  const bool holds = rc::check("the order of rows and columns changes no bit", [] {
    const Network network = any_network();
    const ArrayExampleOptions how = any_example(*rc::gen::inRange(0, 6));
    const ArrayExample natural(network, how, 4);
    ArrayExample ordered(network, how, 4);
    ordered.reorder(any_orders(network, *natural.mapping));
    InferenceOptions options;
    options.input_bits = *rc::gen::inRange(1, 10);
    options.adc_bits = 0;
    options.read_noise = false;
    const auto logits = [&](const ArrayExample& example) {
      const ArrayNetwork compiled(example.source(), options);
      return ArrayEvaluator(compiled).logits(ProgrammedArray(compiled, example.targets_S()), example.images, 0, 3);
    };
    RC_ASSERT(logits(natural) == logits(ordered));
  });
  EXPECT_TRUE(holds);
}

TEST(ArrayEvaluator, RefusesAnOrderForAConvolutionWithGroups) {
  const testing::Example graph = testing::conv_example(6, 2);
  ArrayExample example(testing::build_graph(graph.input, graph.nodes), {}, 1);
  std::vector<LayerOrder> orders(example.mapping->layers().size());
  orders[1].outputs = {5, 4, 3, 2, 1, 0};
  example.reorder(orders);
  EXPECT_THROW(ArrayNetwork(example.source(), {}), std::logic_error);
}

// Without activation quantisers, which could tip over, with 16 bits of input and converters that lose nothing: what is left is the rounding
// of the inputs (2^-16 of the largest) and of the conductances (2^-16 of the largest or less), a thousandth of the largest logit at most.
TEST(ArrayEvaluator, FineInputsAndIdealConvertersGiveTheLogitsOfTheRebuiltWeights) {
  const bool holds = rc::check("fine inputs and ideal converters give the logits of the rebuilt weights", [] {
    const ArrayExample example(any_network(), any_example(0), 4);
    InferenceOptions options;
    options.input_bits = 16;
    options.adc_bits = 0;
    options.dac_bits = *rc::gen::inRange(1, 3);
    options.read_noise = false;
    const ArrayNetwork network(example.source(), options);
    const auto g_S = example.targets_S();
    const std::vector<float> logits = ArrayEvaluator(network).logits(ProgrammedArray(network, g_S), example.images, 0, 3);
    const auto weights = rebuilt_weights(*example.mapping, example.quantized.scale, *example.device, g_S);
    const std::vector<float> expected = Evaluator(example.network, {}, example.normalization).logits(weights, example.images, 0, 3);
    float largest = 0;
    for (const float logit : expected) largest = std::max(largest, std::fabs(logit));
    for (std::size_t i = 0; i < logits.size(); ++i) RC_ASSERT(std::fabs(logits[i] - expected[i]) <= 1e-3f * largest);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace swimsim
