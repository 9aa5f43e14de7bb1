// ispp: incremental step pulses. Each pulse of a polarity is a step stronger than the one before, up to the stop of the card's ramp,
// where it stays; a change of polarity starts the other ramp from its beginning. Nothing but max_attempts gives a cell up.

#include <algorithm>

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class Ispp final : public Scheme {
 public:
  explicit Ispp(const SchemeOptions& options) : tolerance_S_(static_cast<float>(options.tolerance_S)), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }
  void begin(const Device& device, RowUnderVerify& row) const override { begin_ramps(Ramps(device, ramps_), row, tolerance_S_); }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) {
      const std::int8_t polarity = towards_target(row, col);
      const bool reversed = polarity != row.polarity[col];
      row.polarity[col] = polarity;
      if (reversed) row.step[col] = 0;
      const VoltageRamp ramp = ramp_of(ramps, row, col);
      if (!reversed && !beyond(ramp, row.step[col])) ++row.step[col];
      row.amplitude_V[col] = static_cast<float>(std::min(volts_at(ramp, row.step[col]), ramp.stop_V));
    });
  }

 private:
  float tolerance_S_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind ispp_scheme() {
  return {"ispp", "amplitude ramp of each polarity, held at its stop; a reversal restarts the ramp", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<Ispp>(options); }};
}

}  // namespace swimsim
