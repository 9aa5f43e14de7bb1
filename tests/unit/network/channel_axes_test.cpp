#include "models/network/channel_axes.h"

#include <gtest/gtest.h>

#include "tests/support/graph_examples.h"

namespace swimsim {
namespace {

using testing::Example;
using testing::Op;

ChannelAxes axes_of(const Example& example) { return find_channel_axes(testing::build_graph(example.input, example.nodes)); }

using Layers = std::vector<std::size_t>;

// Weight layers: stem 0, block 1; block 2, shortcut 3; linear 4 and 5.
TEST(ChannelAxes, AnAdditionTiesItsOperands) {
  const ChannelAxes axes = axes_of(testing::residual_example(6));
  ASSERT_EQ(axes.axes.size(), 5u);
  EXPECT_TRUE(axes.axes[0].fixed);  // the image
  EXPECT_EQ(axes.axes[1].layers, (Layers{0, 1}));
  EXPECT_EQ(axes.axes[2].layers, (Layers{2, 3}));
  EXPECT_EQ(axes.axes[3].layers, (Layers{4}));
  EXPECT_EQ(axes.axes[4].layers, (Layers{5}));
  for (const std::size_t axis : {1u, 2u, 3u}) EXPECT_FALSE(axes.axes[axis].fixed) << axis;
  EXPECT_TRUE(axes.axes[4].fixed);  // the logits
  ASSERT_EQ(axes.inputs[3].size(), 1u);
  EXPECT_EQ(axes.inputs[3][0].axis, 1u);
  EXPECT_EQ(axes.inputs[3][0].each, 1);
  EXPECT_EQ(axes.inputs[2][0].each, 9);
}

TEST(ChannelAxes, FlatteningMakesSoManyInputsOfAChannel) {
  Example example{"flat", Shape{2, 6, 5}, {}};
  example.nodes = {{Op::conv, {0}, 3, testing::window(3, 1, 0), 1, false}, {Op::relu, {1}, 0, {}, 1, false}};
  testing::close(example);
  const ChannelAxes axes = axes_of(example);
  ASSERT_EQ(axes.inputs[1].size(), 1u);
  EXPECT_EQ(axes.inputs[1][0].axis, axes.outputs[0]);
  EXPECT_EQ(axes.inputs[1][0].each, 4 * 3);
  std::vector<std::vector<std::int64_t>> order(axes.axes.size());
  order[axes.outputs[0]] = {2, 0, 1};
  const std::vector<std::int64_t> rows = order_of_parts(axes, axes.inputs[1], order);
  ASSERT_EQ(rows.size(), 36u);
  EXPECT_EQ(rows[0], 24);
  EXPECT_EQ(rows[11], 35);
  EXPECT_EQ(rows[12], 0);
  EXPECT_TRUE(order_of_parts(axes, axes.inputs[0], order).empty());
}

TEST(ChannelAxes, AConcatenationPutsThemSideBySide) {
  const ChannelAxes axes = axes_of(testing::pool_example(5));  // three pools of one convolution side by side
  ASSERT_EQ(axes.inputs[1].size(), 3u);
  for (const ChannelAxes::Part& part : axes.inputs[1]) EXPECT_EQ(part.axis, axes.outputs[0]);
  EXPECT_FALSE(axes.axes[axes.outputs[0]].fixed);
}

// Weight layers: 0; depthwise 1; of two groups 2; 3 and 4 read what it gives and are concatenated.
TEST(ChannelAxes, GroupsKeepTheirOrder) {
  const ChannelAxes axes = axes_of(testing::conv_example(6, 2));
  for (const std::size_t layer : {0u, 1u, 2u}) EXPECT_TRUE(axes.axes[axes.outputs[layer]].fixed) << layer;
  for (const std::size_t layer : {3u, 4u, 5u}) EXPECT_FALSE(axes.axes[axes.outputs[layer]].fixed) << layer;
}

// What is flattened here and added there: channels of two widths cannot be tied.
TEST(ChannelAxes, OperandsOfTwoFormsKeepTheirOrder) {
  Example example{"two forms", Shape{2, 2, 2}, {}};
  example.nodes = {{Op::conv, {0}, 3, testing::window(1, 1, 0), 1, false},
                   {Op::flatten, {1}, 0, {}, 1, false},
                   {Op::flatten, {0}, 0, {}, 1, false},
                   {Op::linear, {3}, 12, {}, 1, false},
                   {Op::add, {2, 4}, 0, {}, 1, false},
                   {Op::linear, {5}, 4, {}, 1, false}};
  const ChannelAxes axes = axes_of(example);
  EXPECT_TRUE(axes.axes[axes.outputs[0]].fixed);
  EXPECT_TRUE(axes.axes[axes.outputs[1]].fixed);
}

// A layer that says nothing of its channels.
class Shuffle final : public Layer {
 public:
  const char* kind() const override { return "Shuffle"; }
  Shape output_shape(const std::vector<Shape>& inputs) const override { return inputs.at(0); }
  std::unique_ptr<LayerOperator> make_operator(const OperatorContext&) const override { return nullptr; }
};

TEST(ChannelAxes, AnUnknownLayerFixesItsInputs) {
  Network network = testing::build_graph(Shape{2, 2, 2}, {{Op::conv, {0}, 3, testing::window(1, 1, 0), 1, false}});
  network.add("shuffle", std::make_shared<Shuffle>(), {1});
  network.add("relu", make_relu(), {2});
  EXPECT_TRUE(find_channel_axes(network).axes[find_channel_axes(network).outputs[0]].fixed);
}

}  // namespace
}  // namespace swimsim
