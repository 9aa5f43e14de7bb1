#pragma once

#include <systemc>

#include "models/programming/timing.h"
#include "sim/hardware/interfaces.h"

namespace swimsim {

/// Bit-line and source-line write drivers with their DACs. They hold the lines for as long as a pulse or an erase lasts at least.
class WriteDrivers final : public sc_core::sc_module, public WriteDriverIf {
 public:
  /// A tile that is one block is erased with its first row, `erase_by_row` being false.
  WriteDrivers(sc_core::sc_module_name name, const ProgrammingTiming& timing, bool erase_by_row)
      : sc_module(name), timing_(timing), erase_by_row_(erase_by_row) {}
  sc_core::sc_port<CrossbarIf> crossbar{"crossbar"};
  void erase(int row, std::uint32_t event, std::int64_t begin_ps) override;
  void blind_write(int row, std::uint32_t event, std::int64_t begin_ps) override;
  void pulse(int row, int polarity, const RowCells& cells, std::uint32_t event, std::int64_t begin_ps) override;
  void counted_cycle(int row, const RowCells& cells, std::int64_t begin_ps) override;

 private:
  std::int64_t pulse_ps(int polarity, const RowCells& cells) const;

  ProgrammingTiming timing_;
  bool erase_by_row_;
};

}  // namespace swimsim
