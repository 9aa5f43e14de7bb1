// Where `inspect` says that a cell comes from is where the mapping put it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/engine/module_rows.h"
#include "sim/report/inspected_run.h"
#include "tests/support/orders.h"

namespace swimsim {
namespace {

RC_GTEST_PROP(CellOrigin, IsTheMappings, ()) {
  MappingOptions options;
  options.bits_per_device = *rc::gen::element(1, 2, 4);
  options.tile_rows = *rc::gen::inRange(1, 20);
  options.tile_cols = *rc::gen::inRange(2, 40);
  const std::vector<MatrixShape> layers{{"a", *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 30)}, {"b", 3, 5, 8, 255}};
  const Mapping mapping(layers, options, *rc::gen::arbitrary<bool>() ? testing::any_orders(layers) : std::vector<LayerOrder>());
  const std::vector<TileRow> tiles = tile_rows(mapping);
  const auto number = *rc::gen::inRange<std::size_t>(0, tiles.size());
  const TileRow& tile = tiles[number];
  const int row = *rc::gen::inRange(0, static_cast<int>(tile.used_rows)), col = *rc::gen::inRange(0, static_cast<int>(tile.used_cols));
  const CellAddress address = mapping.address({static_cast<std::int64_t>(number), row, col});
  const CellOrigin origin = cell_origin(tile, row, col);
  RC_ASSERT(tile.layer == mapping.layers()[static_cast<std::size_t>(address.layer)].name);
  RC_ASSERT(origin.output * tile.inputs + origin.input == address.weight);
  RC_ASSERT(origin.slice == address.slice);
  RC_ASSERT(origin.minus == (address.arm == 1));
}

}  // namespace
}  // namespace swimsim
