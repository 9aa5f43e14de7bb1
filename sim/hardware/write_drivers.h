#pragma once

#include <systemc>

#include "sim/hardware/interfaces.h"

namespace swimsim {

/// Bit-line and source-line write drivers with their DACs.
class WriteDrivers final : public sc_core::sc_module, public WriteDriverIf {
 public:
  explicit WriteDrivers(sc_core::sc_module_name name) : sc_module(name) {}
  sc_core::sc_port<CrossbarIf> crossbar{"crossbar"};
  void erase(int row, std::uint32_t event) override { crossbar->on_bit_lines(row).erase(event); }
  void blind_write(int row, std::uint32_t event) override { crossbar->on_bit_lines(row).blind_write(event); }
  void pulse(int row, int polarity, const RowCells& cells, std::uint32_t event) override {
    crossbar->on_bit_lines(row).pulse(polarity, cells, event);
  }
  void counted_cycle(int row, const RowCells& cells) override { crossbar->on_bit_lines(row).counted_cycle(cells); }
};

}  // namespace swimsim
