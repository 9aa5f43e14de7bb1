// Wherever a weight sits, it meets the same noise: an order of rows and columns moves cells and time, and no conductance.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/engine/batched_driver.h"
#include "tests/support/orders.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

const std::vector<MatrixShape> kLayers{{"a", 9, 21}, {"b", 5, 13}};

SmallChip chip_of(const Card& card) {
  MappingOptions options;
  options.bits_per_device = 2;
  options.tile_rows = 8;
  options.tile_cols = 16;
  return SmallChip(kLayers, card, options);
}

/// Of the cell of the other chip that holds the same part of the same weight.
template <typename Values>
auto same_cell(const SmallChip& chip, const SmallChip& other, const Values& of_other, std::size_t tile, int row, int col) {
  const CellPlace place = other.mapping->place(chip.mapping->address({static_cast<std::int64_t>(tile), row, col}));
  const TileExtent& extent = other.mapping->tiles()[static_cast<std::size_t>(place.tile)];
  return of_other[static_cast<std::size_t>(place.tile)][static_cast<std::size_t>(place.row * extent.used_cols + place.col)];
}

/// Whether weights of both chips, some verified and some not, end the same after the same pulses.
void expect_same_weights(const Card& card) {
  SmallChip natural = chip_of(card), ordered = chip_of(card);
  for (SmallChip* chip : {&natural, &ordered}) {
    for (auto& layer : chip->job.group_of_weight) {
      for (std::size_t weight = 0; weight < layer.size(); ++weight) layer[weight] = weight % 3 == 0 ? std::int16_t{0} : std::int16_t{-1};
    }
  }
  ordered.reorder(any_orders(kLayers));
  const ChipImage of_natural = run_chip(make_batched_driver(), natural.job), of_ordered = run_chip(make_batched_driver(), ordered.job);
  for (std::size_t tile = 0; tile < of_natural.final_S.size(); ++tile) {
    const TileExtent& extent = natural.mapping->tiles()[tile];
    for (int row = 0; row < extent.used_rows; ++row) {
      for (int col = 0; col < extent.used_cols; ++col) {
        const auto at = static_cast<std::size_t>(row * extent.used_cols + col);
        RC_ASSERT(of_natural.final_S[tile][at] == same_cell(natural, ordered, of_ordered.final_S, tile, row, col));
        RC_ASSERT(of_natural.pulses[tile][at] == same_cell(natural, ordered, of_ordered.pulses, tile, row, col));
      }
    }
  }
}

RC_GTEST_PROP(OrderedMapping, WeightsOfGaussianCellsMeetTheSameNoise, ()) { expect_same_weights(gaussian_card()); }

RC_GTEST_PROP(OrderedMapping, WeightsOfPulsedCellsMeetTheSameNoise, ()) { expect_same_weights(pulse_card()); }

/// The layers with rows and columns really moved, without an order.
std::vector<std::vector<std::int32_t>> moved(const std::vector<std::vector<std::int32_t>>& codes, const std::vector<LayerOrder>& orders) {
  std::vector<std::vector<std::int32_t>> result = codes;
  for (std::size_t layer = 0; layer < codes.size(); ++layer) {
    const auto inputs = static_cast<std::size_t>(kLayers[layer].inputs);
    for (std::size_t weight = 0; weight < codes[layer].size(); ++weight) {
      const LayerOrder& order = orders[layer];
      const std::size_t o = weight / inputs, i = weight % inputs;
      const std::size_t output = order.outputs.empty() ? o : static_cast<std::size_t>(order.outputs[o]);
      const std::size_t input = order.inputs.empty() ? i : static_cast<std::size_t>(order.inputs[i]);
      result[layer][weight] = codes[layer][output * inputs + input];
    }
  }
  return result;
}

RC_GTEST_PROP(OrderedMapping, HoldsTheTargetsOfLayersThatAreReallyMoved, ()) {
  const std::vector<LayerOrder> orders = any_orders(kLayers);
  SmallChip ordered = chip_of(gaussian_card()), plain = chip_of(gaussian_card());
  ordered.reorder(orders);
  plain.codes = moved(plain.codes, orders);
  for (std::size_t tile = 0; tile < plain.mapping->tiles().size(); ++tile) {
    const auto index = static_cast<std::int64_t>(tile);
    const TileArray of_ordered(*ordered.mapping, index, ordered.codes, *ordered.device, ordered.job.array);
    const TileArray of_plain(*plain.mapping, index, plain.codes, *plain.device, plain.job.array);
    RC_ASSERT(of_ordered.targets() == of_plain.targets());
  }
}

}  // namespace
}  // namespace swimsim
