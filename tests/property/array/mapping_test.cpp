#include "models/array/mapping.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>
#include <tuple>

#include "models/array/rebuild.h"
#include "tests/support/orders.h"

namespace swimsim {
namespace {

Mapping any_mapping() {
  MappingOptions options;
  options.bits_per_device = *rc::gen::inRange(1, 5);
  options.weight_bits = options.bits_per_device * *rc::gen::inRange(1, 4);
  options.code_max = (1 << options.weight_bits) - (*rc::gen::arbitrary<bool>() ? 1 : 0);
  options.tile_rows = *rc::gen::inRange(1, 20);
  options.tile_cols = *rc::gen::inRange(1, 20);
  std::vector<MatrixShape> layers;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    layers.push_back({"layer", *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 30)});
    if (*rc::gen::arbitrary<bool>()) continue;  // with the bits of the options
    layers.back().weight_bits = options.bits_per_device * *rc::gen::inRange(1, 4);
    layers.back().code_max = (1 << layers.back().weight_bits) - (*rc::gen::arbitrary<bool>() ? 1 : 0);
  }
  return Mapping(layers, options, *rc::gen::arbitrary<bool>() ? testing::any_orders(layers) : std::vector<LayerOrder>());
}

RC_GTEST_PROP(Mapping, EveryCellHasOnePlaceAndBack, ()) {
  const Mapping mapping = any_mapping();
  std::set<std::tuple<std::int64_t, int, int>> places;
  for (std::size_t layer = 0; layer < mapping.layers().size(); ++layer) {
    const MatrixShape& shape = mapping.layers()[layer];
    for (std::int64_t weight = 0; weight < shape.outputs * shape.inputs; ++weight) {
      for (int slice = 0; slice < mapping.slices(layer); ++slice) {
        for (int arm = 0; arm < 2; ++arm) {
          const CellAddress address{static_cast<std::int64_t>(layer), weight, slice, arm};
          const CellPlace place = mapping.place(address);
          const TileExtent& tile = mapping.tiles()[static_cast<std::size_t>(place.tile)];
          RC_ASSERT(place.row < tile.used_rows && place.col < tile.used_cols);
          RC_ASSERT(mapping.address(place) == address);
          RC_ASSERT(places.insert({place.tile, place.row, place.col}).second);
        }
      }
    }
  }
  std::int64_t used = 0;
  for (const TileExtent& tile : mapping.tiles()) used += static_cast<std::int64_t>(tile.used_rows) * tile.used_cols;
  RC_ASSERT(used == mapping.cells());
  RC_ASSERT(static_cast<std::int64_t>(places.size()) == used);
}

RC_GTEST_PROP(Mapping, CellsAtTheirTargetsGiveTheWeightBack, ()) {
  const Mapping mapping = any_mapping();
  std::vector<std::vector<std::int32_t>> codes;
  for (const MatrixShape& layer : mapping.layers()) {
    codes.push_back(*rc::gen::container<std::vector<std::int32_t>>(static_cast<std::size_t>(layer.outputs * layer.inputs),
                                                                   rc::gen::inRange(-layer.code_max, layer.code_max + 1)));
  }
  // Scales of 1, 2, ... : one for the layer, or one for each output channel.
  std::vector<std::vector<float>> scale;
  for (const MatrixShape& shape : mapping.layers()) {
    scale.emplace_back(*rc::gen::arbitrary<bool>() ? static_cast<std::size_t>(shape.outputs) : 1);
    for (std::size_t channel = 0; channel < scale.back().size(); ++channel) scale.back()[channel] = static_cast<float>(channel + 1);
  }
  WeightRebuilder rebuilder(mapping, scale, 1e-6, 3e-6);
  for (std::size_t t = 0; t < mapping.tiles().size(); ++t) {
    std::vector<float> g_S;
    for (int row = 0; row < mapping.tiles()[t].used_rows; ++row) {
      for (int col = 0; col < mapping.tiles()[t].used_cols; ++col) {
        const CellAddress cell = mapping.address({static_cast<std::int64_t>(t), row, col});
        const auto layer = static_cast<std::size_t>(cell.layer);
        const int digit = mapping.digit(layer, codes[layer][static_cast<std::size_t>(cell.weight)], cell.slice, cell.arm);
        RC_ASSERT(digit >= 0 && digit <= mapping.digit_max(layer, cell.slice));
        g_S.push_back(static_cast<float>(1e-6 + 2e-6 * digit / mapping.digit_max(layer, cell.slice)));
      }
    }
    rebuilder.add_tile(t, g_S);
  }
  const auto weights = rebuilder.weights();
  for (std::size_t layer = 0; layer < weights.size(); ++layer) {
    const std::size_t part = weights[layer].size() / scale[layer].size();
    for (std::size_t i = 0; i < weights[layer].size(); ++i) {
      const float wanted = static_cast<float>(codes[layer][i]) * scale[layer][i / part];
      RC_ASSERT(std::fabs(weights[layer][i] - wanted) < 1e-2f * scale[layer][i / part]);
    }
  }
}

TEST(Mapping, AnOrderSaysWhichOutputAndInputIsWhere) {
  const Mapping mapping({{"layer", 3, 4}}, {}, {{{2, 0, 1}, {3, 1, 0, 2}}});
  EXPECT_EQ(mapping.place({0, 2 * 4 + 3, 0, 0}), (CellPlace{0, 0, 0}));
  EXPECT_EQ(mapping.place({0, 0 * 4 + 2, 0, 1}), (CellPlace{0, 3, 3}));
  EXPECT_EQ(mapping.address({0, 1, 5}).weight, 1 * 4 + 1);
  EXPECT_EQ(mapping.inputs_of_tile(0), (std::vector<std::int64_t>{3, 1, 0, 2}));
  EXPECT_EQ(mapping.position_of_output(0, 2), 0);
  EXPECT_FALSE(mapping.natural(0));
}

TEST(Mapping, RefusesAnOrderThatIsNoPermutation) {
  const std::vector<MatrixShape> layers{{"layer", 3, 2}};
  for (const std::vector<std::int64_t>& outputs : {std::vector<std::int64_t>{0, 1}, {0, 1, 1}, {0, 1, 3}, {-1, 0, 1}, {0, 1, 2, 3}})
    EXPECT_THROW(Mapping(layers, {}, {{outputs, {}}}), std::logic_error);
  EXPECT_THROW(Mapping(layers, {}, {{{}, {1, 1}}}), std::logic_error);
  EXPECT_THROW(Mapping(layers, {}, {{}, {}}), std::logic_error);
}

TEST(Mapping, LeNetFillsNineteenTiles) {
  const Mapping mapping({{"conv1", 6, 9}, {"conv2", 16, 54}, {"fc1", 120, 784}, {"fc2", 84, 120}, {"fc3", 10, 84}}, {});
  EXPECT_EQ(mapping.weights(), 105'918);
  EXPECT_EQ(mapping.cells(), 211'836);
  EXPECT_EQ(mapping.tiles().size(), 1u + 1u + 14u + 2u + 1u);
}

TEST(Mapping, SwimSigmaOfTheDefaultMapping) {
  const Mapping mapping({{"layer", 1, 1}}, {});
  EXPECT_NEAR(mapping.swim_sigma_per_cell(0), 0.57735 / std::sqrt(2.0), 1e-5);  // two arms of one 4-bit cell
}

TEST(Mapping, LayersWithBitsOfTheirOwnHaveSlicesOfTheirOwn) {
  MappingOptions options;
  options.bits_per_device = 2;
  const Mapping mapping({{"four", 3, 5}, {"six", 2, 7, 6, 63}, {"two", 4, 1, 2, 4}}, options);
  EXPECT_EQ(mapping.slices(0), 2);
  EXPECT_EQ(mapping.slices(1), 3);
  EXPECT_EQ(mapping.slices(2), 1);
  EXPECT_EQ(mapping.cells(), 15 * 4 + 14 * 6 + 4 * 2);
  EXPECT_EQ(mapping.digit(1, -0b110110, 2, 1), 0b11);
  EXPECT_EQ(mapping.digit(1, -0b110110, 1, 1), 0b01);
  EXPECT_EQ(mapping.digit(1, -0b110110, 0, 1), 0b10);
  EXPECT_EQ(mapping.digit(1, -0b110110, 0, 0), 0);
  EXPECT_EQ(mapping.digit_max(2, 0), 4);  // SWIM's quantiser: one more than two bits hold
  EXPECT_EQ(mapping.cell_weight(1, 2, 1), -48);
  // 0.577 of the largest weight, shared by the two arms of three cells worth 3, 12 and 48.
  EXPECT_NEAR(mapping.swim_sigma_per_cell(1), 0.57735 * 63 / std::sqrt(2.0 * (9 + 144 + 2304)), 1e-5);
}

}  // namespace
}  // namespace swimsim
