// set_reset: as NeuRRAM programs its cells (Wan et al., Nature 2022, methods: recalled). Pulses of the same polarity grow by a step each;
// an overshoot reverses the polarity and starts the other ramp from its beginning. A cell is given up after max_reversals changes of
// polarity, or when the strongest pulse of a ramp has not helped: clamped there, a cell that cannot reach its target would be pulsed for
// ever.

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class SetReset final : public Scheme {
 public:
  explicit SetReset(const SchemeOptions& options)
      : tolerance_S_(static_cast<float>(options.tolerance_S)), max_reversals_(options.max_reversals), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }
  void begin(const Device& device, RowUnderVerify& row) const override { begin_ramps(Ramps(device, ramps_), row, tolerance_S_); }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) { climb_or_reverse(ramps, row, col, max_reversals_); });
  }

 private:
  float tolerance_S_;
  int max_reversals_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind set_reset_scheme() {
  return {"set_reset", "SET and RESET ramps in turn, an overshoot restarts the other; gives up at a ramp's stop", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<SetReset>(options); }};
}

}  // namespace swimsim
