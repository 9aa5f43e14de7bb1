#pragma once

#include <systemc>

#include "sim/hardware/interfaces.h"

namespace swimsim {

/// The memory cells, with the word line that is selected.
class Crossbar final : public sc_core::sc_module, public CrossbarIf {
 public:
  Crossbar(sc_core::sc_module_name name, TileArray& array) : sc_module(name), array_(&array) {}
  sc_core::sc_in<bool> wl_en{"wl_en"};
  sc_core::sc_in<int> row{"row"};
  /// Throws std::logic_error unless `row` is the word line that is on.
  TileArray& on_bit_lines(int wanted_row) override;

 private:
  TileArray* array_;
};

}  // namespace swimsim
