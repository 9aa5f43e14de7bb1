#include "sim/hardware/row_decoder.h"

#include <fmt/format.h>

#include "sim/hardware/hardware_rules.h"
#include "sim/hardware/simulated_time.h"

namespace swimsim {

RowDecoder::RowDecoder(sc_core::sc_module_name name, int rows) : sc_module(name), rows_(rows) {
  SC_METHOD(decode);
  sensitive << wl_en << row;
  dont_initialize();
}

void RowDecoder::decode() {
  const int wanted = wl_en.read() ? row.read() : SelectedRow::kNone;
  if (wanted == selected_.row) return;
  selected_ = {wanted, simulated_ps()};
}

const SelectedRow& RowDecoder::selected_now() {
  decode();
  if (selected_.row >= rows_)
    break_rule(*this, selected_.since_ps, kRowExists, fmt::format("word line {} is switched on, there are {}", selected_.row, rows_));
  return selected_;
}

}  // namespace swimsim
