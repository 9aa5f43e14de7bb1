#pragma once

#include <vector>

#include "models/selection/row_costs.h"

namespace swimsim::testing {

/// Rows of up to `things_a_row` things of one cell each in one mux group, all in one slot; a cell more takes a cycle more.
inline RowCosts plain_rows(const std::vector<std::size_t>& things_of_layer, std::size_t things_a_row) {
  RowCosts costs;
  costs.footprints = {{{0, 1}}};
  costs.open_ps = 2;
  costs.group_ps = 1;
  for (const std::size_t things : things_of_layer) {
    costs.row.emplace_back();
    costs.footprint.emplace_back(things, std::uint16_t{0});
    for (std::size_t i = 0; i < things; ++i) {
      if (i % things_a_row == 0) {
        costs.groups.push_back(1);
        costs.slot.push_back(0);
      }
      costs.row.back().push_back(static_cast<std::uint32_t>(costs.groups.size() - 1));
    }
    costs.cycle_ps.push_back(1);
    costs.slowest.emplace_back();
    for (std::size_t k = 0; k <= things_a_row; ++k) costs.slowest.back().push_back(static_cast<double>(k));
  }
  return costs;
}

}  // namespace swimsim::testing
