#pragma once

#include <systemc>

#include "sim/hardware/interfaces.h"

namespace swimsim {

/// The memory cells between word lines and bit and source lines. The lines of a tile are driven together, a row step at a time, so they
/// are watched together: who drives them, and until when.
class Crossbar final : public sc_core::sc_module, public CrossbarIf {
 public:
  /// A word line takes `row_settle_ps` to settle.
  Crossbar(sc_core::sc_module_name name, TileArray& array, std::int64_t row_settle_ps)
      : sc_module(name), array_(&array), row_settle_ps_(row_settle_ps) {}
  sc_core::sc_port<WordLineIf> word_lines{"word_lines"};
  /// Throws std::logic_error unless `row` is the word line that is on, and nobody else drives the lines.
  TileArray& drive(LineDriver driver, int row, std::int64_t begin_ps, std::int64_t length_ps) override;
  void sense(std::int64_t begin_ps) override;

 private:
  const SelectedRow& find_row(LineDriver driver, int row, std::int64_t begin_ps);
  void check_row_stayed(const SelectedRow& selected) const;
  [[noreturn]] void refuse(LineDriver driver, std::int64_t begin_ps) const;

  TileArray* array_;
  std::int64_t row_settle_ps_;
  LineDriver driver_ = LineDriver::none;
  std::int64_t settled_ps_ = 0, until_ps_ = 0;  ///< of the driver that was last on
  std::int64_t row_since_ps_ = 0;               ///< when its word line was switched on
};

}  // namespace swimsim
