#include "sim/hardware/crossbar.h"

#include <stdexcept>

namespace swimsim {

TileArray& Crossbar::on_bit_lines(int wanted_row) {
  if (!wl_en.read() || row.read() != wanted_row) throw std::logic_error("crossbar: the bit lines are driven without a selected word line");
  return *array_;
}

}  // namespace swimsim
