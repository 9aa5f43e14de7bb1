// fixed: identical pulses towards the target, SET from below and RESET from above, until the cell reads within the tolerance. The
// amplitude is the start of the card's ramp; nothing but max_attempts ends it.

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class Fixed final : public Scheme {
 public:
  explicit Fixed(const SchemeOptions& options) : tolerance_S_(static_cast<float>(options.tolerance_S)), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }
  void begin(const Device& device, RowUnderVerify& row) const override { begin_ramps(Ramps(device, ramps_), row, tolerance_S_); }
  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    choose_pulses(row, tolerance_S_, [&](int col) { begin_ramp(ramps, row, col); });
  }

 private:
  float tolerance_S_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind fixed_scheme() {
  return {"fixed", "equal pulses towards the target until it reads within the tolerance", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<Fixed>(options); }};
}

}  // namespace swimsim
