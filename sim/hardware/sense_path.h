#pragma once

#include <algorithm>
#include <systemc>
#include <vector>

#include "sim/hardware/interfaces.h"

namespace swimsim {

/// Biases the bit lines of a row and switches the columns of one group onto the sense lines.
class ColumnMux final : public sc_core::sc_module, public ColumnMuxIf {
 public:
  ColumnMux(sc_core::sc_module_name name, std::size_t columns) : sc_module(name), seen_S_(columns) {}
  sc_core::sc_port<CrossbarIf> crossbar{"crossbar"};
  void bias(int row, const RowCells& cells, std::uint32_t event, double since_pulse_s) override {
    crossbar->on_bit_lines(row).read(cells, event, since_pulse_s, seen_S_.data());
  }
  const float* sense_lines() const override { return seen_S_.data(); }

 private:
  std::vector<float> seen_S_;
};

class SampleHold final : public sc_core::sc_module, public SampleHoldIf {
 public:
  SampleHold(sc_core::sc_module_name name, std::size_t columns) : sc_module(name), held_(columns) {}
  sc_core::sc_port<ColumnMuxIf> mux{"mux"};
  void sample(std::size_t first, std::size_t count) override { std::copy_n(mux->sense_lines() + first, count, &held_[first]); }
  const float* held() const override { return held_.data(); }

 private:
  std::vector<float> held_;
};

class AdcBank final : public sc_core::sc_module, public AdcBankIf {
 public:
  AdcBank(sc_core::sc_module_name name, TileArray& array) : sc_module(name), array_(&array), codes_(array.lanes()) {}
  sc_core::sc_port<SampleHoldIf> input{"input"};
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override {
    return array_->convert(cells, first, count, input->held(), codes_.data());
  }
  const std::uint16_t* codes() const override { return codes_.data(); }

 private:
  TileArray* array_;
  std::vector<std::uint16_t> codes_;
};

}  // namespace swimsim
