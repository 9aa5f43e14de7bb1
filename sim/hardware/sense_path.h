#pragma once

#include <systemc>
#include <vector>

#include "models/programming/tile_controller.h"
#include "sim/hardware/inference_interfaces.h"
#include "sim/hardware/interfaces.h"

namespace swimsim {

/// Biases the bit lines of a row and switches the columns of one group onto the sense lines.
class ColumnMux final : public sc_core::sc_module, public ColumnMuxIf {
 public:
  /// The bias takes `settle_ps` to settle.
  ColumnMux(sc_core::sc_module_name name, std::size_t columns, std::int64_t settle_ps)
      : sc_module(name), settle_ps_(settle_ps), seen_S_(columns) {}
  sc_core::sc_port<CrossbarIf> crossbar{"crossbar"};
  void bias(int row, const RowCells& cells, std::uint32_t event, double since_pulse_s, std::int64_t begin_ps) override;
  const float* sense_lines(std::int64_t begin_ps) override;

 private:
  std::int64_t settle_ps_;
  std::vector<float> seen_S_;
};

class SampleHold final : public sc_core::sc_module, public SampleHoldIf, public HoldSumsIf {
 public:
  SampleHold(sc_core::sc_module_name name, std::size_t columns) : sc_module(name), held_(columns) {}
  sc_core::sc_port<ColumnMuxIf> mux{"mux"};
  void sample(std::size_t first, std::size_t count, std::int64_t begin_ps) override;
  const float* held() const override { return held_.data(); }

  /// Of a tile that computes: its columns.
  sc_core::sc_port<ComputeIf, 1, sc_core::SC_ZERO_OR_MORE_BOUND> crossbar{"crossbar"};
  void sample_sums(std::int64_t begin_ps) override;
  const std::int32_t* held_sums(std::int64_t until_ps) override;
  void hold(const ProgrammedTile& cells) { held_sums_.resize(static_cast<std::size_t>(cells.matrix.cols)); }

 private:
  std::vector<float> held_;
  std::vector<std::int32_t> held_sums_;
  std::int64_t held_until_ps_ = 0;
};

/// The ADCs, one for `column_mux` columns. They are busy until the last of their conversions is over.
class AdcBank final : public sc_core::sc_module, public AdcBankIf, public ConvertSumsIf {
 public:
  AdcBank(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options);
  sc_core::sc_port<SampleHoldIf> input{"input"};
  bool convert(const RowCells& cells, std::size_t first, std::size_t count, std::int64_t begin_ps) override;
  const std::uint16_t* codes() const override { return codes_.data(); }

  /// Of a tile that computes.
  sc_core::sc_port<HoldSumsIf, 1, sc_core::SC_ZERO_OR_MORE_BOUND> sums{"sums"};
  const std::int32_t* convert_sums(const TileRead& columns, std::int64_t begin_ps, std::int64_t length_ps) override;
  std::int64_t busy_until_ps() const override { return busy_until_ps_; }
  void hold(const ProgrammedTile& cells);

 private:
  void check_free(std::int64_t begin_ps) const;
  std::int64_t length_ps(const RowCells& cells, std::size_t first, std::size_t count, bool second) const;

  TileArray* array_;
  ProgrammingTiming timing_;
  std::int64_t converters_;
  std::vector<std::uint16_t> codes_;
  std::int64_t busy_until_ps_ = 0;
  const ColumnConverters* transfer_ = nullptr;  ///< of column sums
  std::vector<std::int32_t> sum_codes_;
};

}  // namespace swimsim
