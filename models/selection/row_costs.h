#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace swimsim {

/// Where the weights lie on the chip, and what verifying some cells of a row is expected to take.
///
/// A row is a word line of a tile. It takes as long as its slowest cell, and each verify of it converts the groups of the column mux that
/// still have active cells. What is ranked (weights, or slices at device granularity) is called a thing here.
struct RowCosts {
  struct GroupCells {
    int group = 0, cells = 0;
    bool operator==(const GroupCells& o) const { return group == o.group && cells == o.cells; }
  };

  std::vector<std::vector<std::uint32_t>> row;        ///< of every thing, per layer; numbered over the chip, tile after tile
  std::vector<std::vector<std::uint16_t>> footprint;  ///< likewise: which cells of its row it takes, an index into `footprints`
  std::vector<std::vector<GroupCells>> footprints;    ///< groups of the column mux in rising order
  std::vector<int> groups;                            ///< of every row: how many it has columns in

  std::vector<std::uint32_t> slot;  ///< of every row: which slot of the chip it is dealt to; a slot takes row after row

  /// Per layer, for k = 0 up to the cells of a row: the expected cycles of the slowest of k cells.
  std::vector<std::vector<double>> slowest;
  std::vector<double> cycle_ps;  ///< per layer: a cycle without its conversions

  double open_ps = 0;   ///< once a row: selection, what is erased and written again, the first look without its conversions
  double group_ps = 0;  ///< the conversions of a group in one verify
  int first_reads = 0;  ///< 1 if the cells are read before their first pulse
};

/// The expected maximum of k independent draws, k = 0 .. most: sum over n of 1 - F(n)^k. `share_done[n]` is F(n), the share of draws that
/// are at most n; rising, and 1 at the end.
std::vector<double> expected_maxima(const std::vector<double>& share_done, std::size_t most);

}  // namespace swimsim
