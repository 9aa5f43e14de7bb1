#pragma once

#include <systemc>
#include <vector>

#include "sim/hardware/inference_interfaces.h"
#include "sim/hardware/interfaces.h"

namespace swimsim {

/// The memory cells between word lines and bit and source lines. The lines of a tile are driven together, a row step at a time, so they
/// are watched together: who drives them, and until when.
class Crossbar final : public sc_core::sc_module, public CrossbarIf, public ComputeIf {
 public:
  /// A word line takes `row_settle_ps` to settle.
  Crossbar(sc_core::sc_module_name name, TileArray& array, std::int64_t row_settle_ps)
      : sc_module(name), array_(&array), row_settle_ps_(row_settle_ps) {}
  sc_core::sc_port<WordLineIf> word_lines{"word_lines"};
  /// Throws std::logic_error unless `row` is the word line that is on, and nobody else drives the lines.
  TileArray& drive(LineDriver driver, int row, std::int64_t begin_ps, std::int64_t length_ps) override;
  void sense(std::int64_t begin_ps) override;

  /// What the cells hold from now on, for a layer whose noise is in units of `noise_scale`, if there is any.
  void hold(const ProgrammedTile& cells, bool noisy, float noise_scale);
  void compute(const std::int32_t* digits, const PlaneRead& read, std::int64_t begin_ps, std::int64_t length_ps) override;
  const std::int32_t* column_sums(std::int64_t begin_ps) override;
  /// Sum over all cells of conductance times digit^2 of the last inputs, in units of the layer's column sums.
  std::int64_t driven() const { return driven_; }
  std::int64_t columns() const { return static_cast<std::int64_t>(sums_.size()); }

 private:
  const SelectedRow& find_row(LineDriver driver, int row, std::int64_t begin_ps);
  void check_row_stayed(const SelectedRow& selected) const;
  [[noreturn]] void refuse(LineDriver driver, std::int64_t begin_ps) const;

  TileArray* array_;
  std::int64_t row_settle_ps_;
  LineDriver driver_ = LineDriver::none;
  std::int64_t settled_ps_ = 0, until_ps_ = 0;  ///< of the driver that was last on
  std::int64_t row_since_ps_ = 0;               ///< when its word line was switched on
  const ProgrammedTile* cells_ = nullptr;
  bool noisy_ = false;
  float noise_scale_ = 0;
  std::vector<std::int32_t> sums_, variances_;
  std::vector<std::int64_t> row_g_;  ///< summed over the columns
  std::int64_t driven_ = 0;
};

}  // namespace swimsim
