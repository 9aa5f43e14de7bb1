#include "models/network/layers/layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "models/common/errors.h"
#include "models/network/batch_runner.h"
#include "models/network/evaluator.h"
#include "models/network/second_derivative.h"
#include "models/network/worker_team.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using swimsim::testing::build_network;
using swimsim::testing::kSmallInput;
using swimsim::testing::plain_normalization;
using swimsim::testing::test_images;
using swimsim::testing::window_of;

// Routes `diff` through a pool whose input is full of ties; returns the derivative by the input.
std::vector<float> routed(const Window& window, const Shape& in, const std::vector<float>& input) {
  const auto pool = make_max_pool(window);
  OperatorContext context;
  context.batch = 1;
  context.inputs = {in};
  context.output = pool->output_shape({in});
  context.backward = context.input_gradient = true;
  const auto pool_operator = pool->make_operator(context);
  std::vector<float> output(static_cast<std::size_t>(context.output.elements())), diff_in(input.size(), -1.0f), diff_out(output.size());
  for (std::size_t i = 0; i < diff_out.size(); ++i) diff_out[i] = static_cast<float>(i + 1);
  pool_operator->forward({input.data()}, output.data());
  BackwardBuffers buffers;
  buffers.inputs = {input.data()};
  buffers.output = output.data();
  buffers.diff_output = diff_out.data();
  buffers.diff_inputs = {diff_in.data()};
  pool_operator->backward(buffers);
  return diff_in;
}

TEST(MaxPool, TheFirstOfEqualMaximaTakesTheDerivative) {
  const Window two = window_of(2, 2, 0);
  const Shape in{1, 2, 2};
  EXPECT_EQ(routed(two, in, {5, 5, 5, 5}), (std::vector<float>{1, 0, 0, 0}));
  EXPECT_EQ(routed(two, in, {4, 5, 5, 5}), (std::vector<float>{0, 1, 0, 0}));
  EXPECT_EQ(routed(two, in, {4, 4, 5, 5}), (std::vector<float>{0, 0, 1, 0}));
  EXPECT_EQ(routed(two, in, {4, 4, 4, 5}), (std::vector<float>{0, 0, 0, 1}));
  EXPECT_EQ(routed(two, in, {5, 4, 5, 4}), (std::vector<float>{1, 0, 0, 0}));
  EXPECT_EQ(routed(two, Shape{1, 3, 3}, {0, 0, 9, 0, 0, 9, 9, 9, 9}), (std::vector<float>{1, 0, 0, 0, 0, 0, 0, 0, 0})) << "an odd rest";
  EXPECT_EQ(routed(window_of(3, 2, 1), Shape{1, 3, 3}, {7, 7, 7, 7, 7, 7, 7, 7, 7}), (std::vector<float>{1, 2, 0, 3, 4, 0, 0, 0, 0}));
}

// The sum of two values: what a residual network needs.
class Sum final : public Layer {
 public:
  const char* kind() const override { return "Sum"; }
  Shape output_shape(const std::vector<Shape>& inputs) const override { return inputs.at(0); }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const override {
    return std::make_unique<Operator>(context.batch * context.output.elements());
  }

 private:
  class Operator final : public LayerOperator {
   public:
    explicit Operator(std::int64_t count) : count_(count) {}
    void forward(const std::vector<const float*>& inputs, float* output) override {
      std::fill_n(output, count_, 0.0f);
      for (const float* input : inputs) {
        for (std::int64_t i = 0; i < count_; ++i) output[i] += input[i];
      }
    }
    void backward(const BackwardBuffers& buffers) override {
      for (float* diff : buffers.diff_inputs) {
        for (std::int64_t i = 0; diff != nullptr && i < count_; ++i) diff[i] = buffers.diff_output[i];
      }
    }

   private:
    std::int64_t count_;
  };
};

WeightLayer matrix(const std::string& name, std::int64_t outputs, std::int64_t inputs) {
  WeightLayer layer;
  layer.name = name;
  layer.shape = {outputs, inputs};
  layer.outputs = outputs;
  layer.inputs = inputs;
  return layer;
}

// input -> a -> relu -> (b + shortcut) -> c: the gradient by a has two paths.
Network forked_network() {
  Network network("fork", Shape{6, 1, 1, true});
  const auto weights = [](std::size_t count, std::uint32_t stream) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(swimsim::testing::test_uniform(stream, i));
    return values;
  };
  const int a = network.add("a", make_linear(5, 6), {0}, matrix("a.weight", 5, 6), weights(30, 20), {});
  const int relu = network.add("relu", make_relu(), {a});
  const int b = network.add("b", make_linear(5, 5), {relu}, matrix("b.weight", 5, 5), weights(25, 21), weights(5, 22));
  const int sum = network.add("sum", std::make_shared<Sum>(), {b, relu});
  const int twice = network.add("twice", std::make_shared<Sum>(), {sum, sum});
  network.add("c", make_linear(3, 5), {twice}, matrix("c.weight", 3, 5), weights(15, 23), {});
  return network;
}

TEST(Graph, ForksSumTheirGradients) {
  Network network = forked_network();
  const ImageSet images = test_images(Shape{6, 1, 1}, 20, 3);
  const Normalization normalization = plain_normalization(6);
  const LossGradient gradient = loss_gradient(network, network.all_weights(), {}, images, normalization, 0, 20);
  for (std::size_t layer = 0; layer < 3; ++layer) {
    for (std::size_t i = 0; i < network.weights(layer).size(); i += 3) {
      constexpr float kStep = 1e-2f;
      auto moved = network.all_weights();
      moved[layer][i] += kStep;
      const double up = loss_gradient(network, moved, {}, images, normalization, 0, 20).loss;
      moved[layer][i] -= 2 * kStep;
      const double down = loss_gradient(network, moved, {}, images, normalization, 0, 20).loss;
      EXPECT_NEAR(gradient.weights[layer][i], (up - down) / (2 * kStep), 2e-3) << "layer " << layer << " weight " << i;
    }
  }
}

TEST(Graph, RefusesWhatDoesNotFit) {
  Network network("n", kSmallInput);
  EXPECT_THROW(network.add("fc", make_linear(3, 198), {0}, matrix("w", 3, 198), std::vector<float>(594), {}), InputError)
      << "not flattened";
  EXPECT_THROW(network.add("conv", make_conv(3, 4, window_of(3, 1, 1)), {0}), InputError) << "four channels wanted, two there";
  EXPECT_THROW(network.add("pool", make_max_pool(window_of(20, 1, 0)), {0}), InputError);
  EXPECT_THROW(network.add("pool", make_max_pool(window_of(2, 0, 0)), {0}), InputError);
  const int flat = network.add("flat", make_flatten(), {0});
  EXPECT_THROW(network.add("fc", make_linear(3, 198), {flat}, matrix("w", 3, 198), std::vector<float>(593), {}), InputError);
}

TEST(WorkerTeam, RunsEveryTaskOnceAndPassesExceptionsOn) {
  for (const int threads : {1, 2, 4}) {
    WorkerTeam team(threads);
    for (int round = 0; round < 50; ++round) {
      std::vector<std::atomic<int>> runs(11);
      team.run(11, [&](int task) { ++runs[static_cast<std::size_t>(task)]; });
      for (const auto& count : runs) EXPECT_EQ(count, 1);
    }
    EXPECT_THROW(team.run(4,
                          [](int task) {
                            if (task == 3) throw std::runtime_error("task");
                          }),
                 std::runtime_error);
    std::atomic<int> after{0};
    team.run(3, [&](int) { ++after; });
    EXPECT_EQ(after, 3) << "the team works on after a failure";
  }
}

}  // namespace
}  // namespace swimsim
