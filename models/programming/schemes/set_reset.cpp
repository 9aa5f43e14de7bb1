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
      : tolerance_S_(static_cast<float>(options.tolerance_S)), max_reversals_(options.max_reversals) {}

  bool reads_first() const override { return true; }
  void begin(const Device& device, RowUnderVerify& row) const override { begin_ramps(device, row, tolerance_S_); }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device);
    for (int col = 0; col < row.columns; ++col) {
      if (!row.active[col] || accept(row, col, tolerance_S_) || !row.pulsed[col]) continue;
      const std::int8_t wanted = towards_target(row, col);
      const bool reversed = wanted != row.polarity[col];
      row.polarity[col] = wanted;
      row.step[col] = static_cast<std::uint16_t>(reversed ? 0 : row.step[col] + 1);
      row.reversals[col] = static_cast<std::uint16_t>(row.reversals[col] + (reversed ? 1 : 0));
      row.failed[col] = row.reversals[col] > max_reversals_ || ramps.beyond(wanted, row.step[col]);
      row.amplitude_V[col] = static_cast<float>(ramps.volts(wanted, row.step[col]));
    }
  }

 private:
  float tolerance_S_;
  int max_reversals_;
};

}  // namespace

SchemeKind set_reset_scheme() {
  return {"set_reset", "SET and RESET ramps in turn, an overshoot restarts the other; gives up at a ramp's stop", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<SetReset>(options); }};
}

}  // namespace swimsim
