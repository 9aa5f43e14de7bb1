#include "models/inference/input_source.h"

#include <gtest/gtest.h>

#include "tests/support/graph_examples.h"

namespace swimsim {
namespace {

using testing::GraphNode;
using testing::Op;

GraphNode node(Op kind, std::vector<int> inputs, std::int64_t outputs = 0) {
  return {kind, std::move(inputs), outputs, testing::window(kind == Op::conv ? 3 : 2, 1, kind == Op::conv ? 1 : 0), 1, false};
}

// 1 conv, 2 relu, 3 max pool, 4 conv, 5 batch norm, 6 relu, 7 average pool, 8 sum, 9 flatten.
Network network() {
  return testing::build_graph(Shape{2, 6, 6}, {node(Op::conv, {0}, 3), node(Op::relu, {1}), node(Op::max_pool, {2}), node(Op::conv, {3}, 3),
                                               node(Op::batch_norm, {4}), node(Op::relu, {5}), node(Op::average_pool, {6}),
                                               node(Op::add, {6, 3}), node(Op::flatten, {8})});
}

ActivationRanges ranges() {
  ActivationRanges made;
  made.bits = 4;
  made.range = {1.5f, 2.5f};
  return made;
}

TEST(QuantizedSource, GoesBackThroughWhatKeepsLevels) {
  EXPECT_EQ(quantized_source(network(), ranges(), 3), 0);
  EXPECT_EQ(quantized_source(network(), ranges(), 4), 1);
}

TEST(QuantizedSource, EndsAtWhatMakesNewNumbers) {
  for (const int value : {0, 5, 6, 7, 8, 9}) EXPECT_EQ(quantized_source(network(), ranges(), value), -1) << value;
}

TEST(QuantizedSource, IsNoneWhereTheQuantiserIsOff) {
  ActivationRanges off = ranges();
  off.range[0] = 0;
  EXPECT_EQ(quantized_source(network(), off, 3), -1);
  off = ranges();
  off.layer_bits = {0, 4};
  EXPECT_EQ(quantized_source(network(), off, 3), -1);
  EXPECT_EQ(quantized_source(network(), ActivationRanges{}, 3), -1);
}

TEST(MayBeNegative, WhatComesOfRelusIsNot) {
  const Normalization centred{{0.5f, 0}, {1, 1}}, plain{{0, 0}, {1, 1}};
  for (const int value : {2, 3, 6, 7, 8, 9}) EXPECT_FALSE(may_be_negative(network(), centred, value)) << value;
  for (const int value : {1, 4, 5}) EXPECT_TRUE(may_be_negative(network(), centred, value)) << value;
  EXPECT_TRUE(may_be_negative(network(), centred, 0));
  EXPECT_FALSE(may_be_negative(network(), plain, 0));
}

TEST(MayBeNegative, AClipIsWhatItsLowerLimitSays) {
  Network clipped("clipped", Shape{1, 2, 2});
  const int from_zero = clipped.add("relu6", make_clip(0, 6), {0}), below = clipped.add("symmetric", make_clip(-1, 1), {0});
  EXPECT_FALSE(may_be_negative(clipped, {{0.5f}, {1}}, from_zero));
  EXPECT_TRUE(may_be_negative(clipped, {{0.5f}, {1}}, below));
}

}  // namespace
}  // namespace swimsim
