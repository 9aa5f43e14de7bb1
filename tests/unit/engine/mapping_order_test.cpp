#include "sim/engine/mapping_order.h"

#include <gtest/gtest.h>

#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using testing::Kind;

// 2 channels of 2 x 1 pixels, 3 feature maps, flattened, 2 classes.
Network tiny() {
  return testing::build_network(Shape{2, 2, 1},
                                {{Kind::conv, 3, testing::window_of(1, 1, 0)}, {Kind::flatten, 0, {}}, {Kind::linear, 2, {}}});
}

Mapping mapping_of(const Network& network) {
  std::vector<MatrixShape> shapes;
  for (const WeightLayer& layer : network.weight_layers()) shapes.push_back({layer.name, layer.outputs, layer.inputs});
  return Mapping(shapes, {});
}

TEST(MappingOrder, OutputsGoByTheirSensitivityAndInputsFollow) {
  const Network network = tiny();
  // Sums of the three outputs: 1, 4 (a sign does not count) and 3.
  const std::vector<std::vector<double>> sensitivity{{0.5, 0.5, -2, 2, 3, 0}, std::vector<double>(12, 1.0)};
  const std::vector<LayerOrder> orders = order_by_sensitivity(network, mapping_of(network), sensitivity, 2, false);
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_TRUE(orders[0].inputs.empty());  // the image
  EXPECT_EQ(orders[0].outputs, (std::vector<std::int64_t>{1, 2, 0}));
  EXPECT_EQ(orders[1].inputs, (std::vector<std::int64_t>{2, 3, 4, 5, 0, 1}));
  EXPECT_TRUE(orders[1].outputs.empty());  // the logits
}

TEST(MappingOrder, TheMuxSpreadsThem) {
  const Network network = tiny();
  const std::vector<std::vector<double>> sensitivity{{1, 0, 4, 0, 3, 0}, std::vector<double>(12, 1.0)};
  // Four columns share a converter: places 0 and 2 are in groups 0 and 1.
  EXPECT_EQ(order_by_sensitivity(network, mapping_of(network), sensitivity, 4, false)[0].outputs, (std::vector<std::int64_t>{1, 0, 2}));
}

// Two outputs a tile: the best two share the first, or each begins a tile of its own.
TEST(MappingOrder, TilesAreFilledOneByOneOrTogether) {
  const Network network = tiny();
  std::vector<MatrixShape> shapes;
  for (const WeightLayer& layer : network.weight_layers()) shapes.push_back({layer.name, layer.outputs, layer.inputs});
  MappingOptions options;
  options.tile_cols = 4;
  const Mapping mapping(shapes, options);
  const std::vector<std::vector<double>> sensitivity{{1, 0, 4, 0, 3, 0}, std::vector<double>(12, 1.0)};
  EXPECT_EQ(order_by_sensitivity(network, mapping, sensitivity, 4, false)[0].outputs, (std::vector<std::int64_t>{1, 2, 0}));
  EXPECT_EQ(order_by_sensitivity(network, mapping, sensitivity, 4, true)[0].outputs, (std::vector<std::int64_t>{1, 0, 2}));
}

}  // namespace
}  // namespace swimsim
