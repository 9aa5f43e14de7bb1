// incremental_width: amplitudes stay at the start of the card's ramps, pulses of the same polarity grow longer by a factor. An overshoot
// reverses the polarity and begins again at the card's width. A cell is given up after max_reversals, or when the longest pulse has not
// helped. A kernel that knows no widths takes all pulses alike.

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class IncrementalWidth final : public Scheme {
 public:
  explicit IncrementalWidth(const SchemeOptions& options)
      : tolerance_S_(static_cast<float>(options.tolerance_S)),
        max_reversals_(options.max_reversals),
        ramps_(options.ramps),
        growth_(static_cast<float>(options.width_growth)),
        longest_(static_cast<float>(options.width_stop)) {}

  bool reads_first() const override { return true; }
  bool varies_width() const override { return true; }
  void begin(const Device& device, RowUnderVerify& row) const override { begin_ramps(Ramps(device, ramps_), row, tolerance_S_); }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) {
      row.width[col] = turn_to_target(row, col) ? 1.0f : row.width[col] * growth_;
      row.failed[col] = row.reversals[col] > max_reversals_ || row.width[col] > longest_;
      row.amplitude_V[col] = static_cast<float>(volts_at(ramp_of(ramps, row, col), 0));
    });
  }

 private:
  float tolerance_S_;
  int max_reversals_;
  RampOverrides ramps_;
  float growth_, longest_;  // of the card's width
};

}  // namespace

SchemeKind incremental_width_scheme() {
  return {"incremental_width",
          "equal amplitudes, each pulse longer by a factor than the one before; an overshoot restarts at the card's width", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<IncrementalWidth>(options); }};
}

}  // namespace swimsim
