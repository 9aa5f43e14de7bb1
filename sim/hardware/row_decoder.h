#pragma once

#include <systemc>

#include "sim/hardware/interfaces.h"

namespace swimsim {

/// Row decoder and word-line drivers: one word line of the tile, or none, is on.
class RowDecoder final : public sc_core::sc_module, public WordLineIf {
 public:
  SC_HAS_PROCESS(RowDecoder);
  RowDecoder(sc_core::sc_module_name name, int rows);
  sc_core::sc_in<bool> wl_en{"wl_en"};
  sc_core::sc_in<int> row{"row"};

  const SelectedRow& selected() const override { return selected_; }
  /// Throws std::logic_error if the row that is wanted does not exist.
  const SelectedRow& selected_now() override;

 private:
  void decode();

  int rows_;
  SelectedRow selected_;
};

}  // namespace swimsim
