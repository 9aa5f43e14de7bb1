// erase_then_program: for devices that are erased row by row (FeFET). The row is erased and its cells are programmed by a SET ramp only; a
// cell is done once it reads within the tolerance. After an overshoot the whole row is erased and begins again, at most max_reversals
// times; then a cell that overshoots is given up, and so is one that the strongest pulse has not taken there. Where nothing is erased (a
// ReRAM card, erase_granularity: tile) an overshoot gives the cell up at once.

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class EraseThenProgram final : public Scheme {
 public:
  explicit EraseThenProgram(const SchemeOptions& options)
      : tolerance_S_(static_cast<float>(options.tolerance_S)), max_reversals_(options.max_reversals), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }
  bool erases_first() const override { return true; }

  void begin(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    for (int col = 0; col < row.columns; ++col) {
      if (row.active[col] && !accept(row, col, tolerance_S_) && !too_high(row, col)) begin_ramp(ramps, row, col);
    }
  }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) {
      if (too_high(row, col)) return;
      ++row.step[col];
      take_step(ramps, row, col, max_reversals_);
    });
  }

 private:
  /// Asks for an erase, or gives the cell up; it gets no pulse.
  bool too_high(RowUnderVerify& row, int col) const {
    if (towards_target(row, col) > 0) return false;
    const bool may_erase = row.erases > 0 && row.erases <= max_reversals_;
    row.erase_row |= may_erase;
    row.failed[col] = !may_erase;
    row.polarity[col] = 0;
    return true;
  }

  float tolerance_S_;
  int max_reversals_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind erase_then_program_scheme() {
  return {"erase_then_program", "erases the row, then a SET ramp; an overshoot erases the row again and all its cells begin anew", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<EraseThenProgram>(options); }};
}

}  // namespace swimsim
