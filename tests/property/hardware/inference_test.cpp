// The SystemC chip and the batched evaluator compute one network: the same codes and logits, bit for bit.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/inference_bench.h"
#include "tests/support/orders.h"

namespace swimsim {
namespace {

using testing::ArrayExample;
using testing::Kind;
using testing::LayerSpec;

/// One SystemC simulation a process: whether `check` holds in a child.
bool holds_in_child(const std::function<bool()>& check) {
  const pid_t child = fork();
  if (child == 0) std::_Exit(check() ? 0 : 1);
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

LayerSpec convolution(int height, int width) {
  const int kernel = *rc::gen::inRange(1, std::min({4, height + 1, width + 1}));
  return {Kind::conv, *rc::gen::inRange(1, 6), testing::window_of(kernel, *rc::gen::inRange(1, 3), *rc::gen::inRange(0, kernel))};
}

/// A convolution, perhaps a pool and another convolution, then linear layers.
Network any_network() {
  const Shape input{*rc::gen::inRange(1, 4), *rc::gen::inRange(3, 9), *rc::gen::inRange(3, 9), false};
  std::vector<LayerSpec> specs = {convolution(static_cast<int>(input.height), static_cast<int>(input.width)), {Kind::relu, 0, {}}};
  if (*rc::gen::arbitrary<bool>()) specs.push_back({Kind::max_pool, 0, testing::window_of(2, 1, 1)});
  if (*rc::gen::arbitrary<bool>()) specs.push_back({Kind::conv, 3, testing::window_of(1, 1, 0)});
  specs.push_back({Kind::flatten, 0, {}});
  if (*rc::gen::arbitrary<bool>()) {
    specs.push_back({Kind::linear, *rc::gen::inRange(1, 9), {}});
    specs.push_back({Kind::relu, 0, {}});
  }
  specs.push_back({Kind::linear, *rc::gen::inRange(2, 7), {}});
  return testing::build_network(input, specs);
}

ArrayExample any_example() {
  testing::ArrayExampleOptions options;
  options.bits_per_device = *rc::gen::element(1, 2, 4);
  options.activation_bits = *rc::gen::element(0, 3, 4);
  options.tile_rows = *rc::gen::inRange(2, 20);
  options.tile_cols = 8 * *rc::gen::inRange(1, 4);
  options.per_channel = *rc::gen::arbitrary<bool>();
  options.read_noise = *rc::gen::element(0.0, 0.02);
  ArrayExample example(any_network(), options, 6);
  if (*rc::gen::arbitrary<bool>()) example.reorder(testing::any_orders(example.mapping->layers()));
  return example;
}

InferenceOptions any_options() {
  InferenceOptions options;
  options.input_bits = *rc::gen::inRange(1, 9);
  options.dac_bits = *rc::gen::inRange(1, 3);
  options.adc_bits = *rc::gen::inRange(4, 10);
  options.calibration_images = 4;
  options.read_noise = *rc::gen::arbitrary<bool>();
  options.adc_offset_sigma = *rc::gen::element(0.0, 1.0);
  options.adc_gain_sigma = *rc::gen::element(0.0, 0.02);
  options.column_mux = *rc::gen::element(1, 4, 8);
  return options;
}

InferenceCosts any_costs() {
  InferenceCosts costs;
  costs.clock_ps = *rc::gen::inRange<std::int64_t>(1, 20'000);
  costs.read_ps = *rc::gen::inRange<std::int64_t>(1, 200'000);
  costs.mux_switch_ps = *rc::gen::inRange<std::int64_t>(0, 3'000);
  costs.conversion_ps = *rc::gen::inRange<std::int64_t>(1, 50'000);
  costs.digital_lanes = *rc::gen::inRange(1, 200);
  return costs;
}

bool agree(const testing::InferenceBench& bench, const ProgrammedArray& array, std::size_t images) {
  CodesDigest batched, chip;
  const std::vector<float> logits =
      ArrayEvaluator(bench.network, 3).logits(array, bench.example.images, 1, images, [&](const ReadCodes& read) { batched.add(read); });
  const ChipInferenceResult result = bench.run(array, 1, images, [&](const ReadCodes& read) { chip.add(read); });
  return result.logits == logits && chip.reads() == batched.reads() && chip.value() == batched.value();
}

RC_GTEST_PROP(InferenceProperty, ChipAndBatchedEvaluatorGiveTheSameBits, ()) {
  testing::InferenceBench bench(any_example(), any_options());
  bench.inference.costs = any_costs();
  const ProgrammedArray array(bench.network, bench.example.scattered_S(0.2), ChipSample{*rc::gen::arbitrary<std::uint64_t>(), 1});
  const std::size_t images = *rc::gen::inRange<std::size_t>(1, 5);
  RC_ASSERT(holds_in_child([&] { return agree(bench, array, images); }));
}

// The comparison bites: other cells give other codes.
TEST(InferenceProperty, TheComparisonBites) {
  const testing::InferenceBench bench{ArrayExample(testing::small_network())};
  const ProgrammedArray array(bench.network, bench.example.targets_S()), other(bench.network, bench.example.scattered_S(0.5));
  CodesDigest batched, chip;
  ArrayEvaluator(bench.network).logits(array, bench.example.images, 0, 1, [&](const ReadCodes& read) { batched.add(read); });
  bench.run(other, 0, 1, [&](const ReadCodes& read) { chip.add(read); });
  EXPECT_EQ(batched.reads(), chip.reads());
  EXPECT_NE(batched.value(), chip.value());
}

RC_GTEST_PROP(InferenceProperty, ImagesEndInOrderAndBusyTimesFitIntoTheRun, ()) {
  testing::InferenceBench bench(any_example(), any_options());
  bench.inference.costs = any_costs();
  const ProgrammedArray array(bench.network, bench.example.targets_S());
  RC_ASSERT(holds_in_child([&] {
    const ChipInferenceResult result = bench.run(array, 0, 4);
    bool fits = true;
    for (std::size_t image = 1; image < 4; ++image) {
      fits = fits && result.started_ps[image] > result.started_ps[image - 1] && result.finished_ps[image] > result.finished_ps[image - 1] &&
             result.finished_ps[image] - result.started_ps[image] >= result.latency_ps();
    }
    for (const LayerUse& use : result.layers)
      fits = fits && use.array_busy_ps <= use.tiles * result.total_ps() && use.adc_busy_ps <= use.tiles * result.total_ps();
    return fits;
  }));
}

}  // namespace
}  // namespace swimsim
