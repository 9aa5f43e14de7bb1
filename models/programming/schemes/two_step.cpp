// two_step: first roughly, then finely. The ramp climbs several of the card's steps at a time until the cell is near its target; then it
// goes on in the card's own steps, from one coarse step below where it is. An overshoot starts the other ramp, in fine steps. A cell is
// given up after max_reversals, or when the strongest pulse of a ramp has not helped.

#include <algorithm>
#include <cmath>

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

constexpr int kCoarseSteps = 4;  // of the card, in a coarse step
constexpr float kNear = 4;       // tolerances

class TwoStep final : public Scheme {
 public:
  explicit TwoStep(const SchemeOptions& options)
      : tolerance_S_(static_cast<float>(options.tolerance_S)), max_reversals_(options.max_reversals), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }
  void begin(const Device& device, RowUnderVerify& row) const override { begin_ramps(Ramps(device, ramps_), row, tolerance_S_); }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) {
      const bool was_fine = row.stage[col] == fine;
      const bool near = std::fabs(row.believed_S[col] - row.target_S[col]) <= kNear * tolerance_of(row, col, tolerance_S_);
      const bool reversed = turn_to_target(row, col);
      const bool at_stop = beyond(ramp_of(ramps, row, col), row.step[col] + kCoarseSteps);
      row.stage[col] = was_fine || reversed || near || at_stop ? fine : coarse;
      row.step[col] = static_cast<std::uint16_t>(next_step(row, col, reversed, !was_fine && near));
      take_step(ramps, row, col, max_reversals_);
    });
  }

 private:
  enum Stage : std::uint8_t { coarse = 0, fine = 1 };

  static int next_step(const RowUnderVerify& row, int col, bool reversed, bool arrived) {
    if (reversed) return 0;
    if (arrived) return std::max(0, row.step[col] - kCoarseSteps);
    return row.step[col] + (row.stage[col] == coarse ? kCoarseSteps : 1);
  }

  float tolerance_S_;
  int max_reversals_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind two_step_scheme() {
  return {"two_step", "coarse ramp until near the target, then the card's steps; an overshoot starts the other ramp, in fine steps", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<TwoStep>(options); }};
}

}  // namespace swimsim
