// reset_on_overshoot: a SET ramp that starts over after a full RESET whenever the cell reads above its window, as in the ISPP loop of
// Stanford's RADAR measurements. The RESET is one pulse at the stop of the RESET ramp, repeated while the cell still reads above. A ramp
// whose last SET has not been enough ends in a RESET too. A cell is given up after max_reversals of both together.

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class ResetOnOvershoot final : public Scheme {
 public:
  explicit ResetOnOvershoot(const SchemeOptions& options)
      : tolerance_S_(static_cast<float>(options.tolerance_S)), max_reversals_(options.max_reversals), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }

  void begin(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    begin_ramps(ramps, row, tolerance_S_);
    for (int col = 0; col < row.columns; ++col) {
      if (row.active[col] && row.polarity[col] < 0) row.amplitude_V[col] = static_cast<float>(ramp_of(ramps, row, col).stop_V);
    }
  }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) {
      const int next = row.polarity[col] < 0 ? 0 : row.step[col] + 1;
      const bool starts_over = towards_target(row, col) < 0 || beyond(ramps.of(+1, row.target_S[col]), next);
      row.step[col] = static_cast<std::uint16_t>(starts_over ? 0 : next);
      row.reversals[col] = static_cast<std::uint16_t>(row.reversals[col] + (starts_over ? 1 : 0));
      row.polarity[col] = static_cast<std::int8_t>(starts_over ? -1 : +1);
      row.failed[col] = row.reversals[col] > max_reversals_;
      const VoltageRamp ramp = ramp_of(ramps, row, col);
      row.amplitude_V[col] = static_cast<float>(starts_over ? ramp.stop_V : volts_at(ramp, row.step[col]));
    });
  }

 private:
  float tolerance_S_;
  int max_reversals_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind reset_on_overshoot_scheme() {
  return {"reset_on_overshoot", "SET ramp; after an overshoot, or a ramp in vain, a full RESET and the ramp starts over", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<ResetOnOvershoot>(options); }};
}

}  // namespace swimsim
