// incremental: small pulses towards the target from whichever side the blind write left the cell; stop where the sign of the error
// changes. Stopping at the change of sign aims at the centre: accepting anywhere inside the window would leave every cell at the edge
// it came in by.

#include <cmath>

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class Incremental final : public Scheme {
 public:
  explicit Incremental(const SchemeOptions& options) : tolerance_S_(static_cast<float>(options.tolerance_S)), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }

  void begin(const Device& device, RowUnderVerify& row) const override {
    for (int col = 0; col < row.columns; ++col) row.polarity[col] = row.believed_S[col] < row.target_S[col] ? +1 : -1;
    set_amplitudes(device, row);
  }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const float *believed_S = row.believed_S, *target_S = row.target_S;
    std::uint8_t* __restrict active = row.active;
    std::int8_t* __restrict polarity = row.polarity;
    const float tolerance_S = tolerance_S_;
    for (int col = 0, n = row.columns; col < n; ++col) {
      const float error_S = believed_S[col] - target_S[col], ahead_S = polarity[col] > 0 ? error_S : -error_S;
      const int crossed = ahead_S >= 0 ? 1 : 0, inside = ahead_S <= tolerance_S ? 1 : 0;
      active[col] = static_cast<std::uint8_t>(active[col] & (1 - (crossed & inside)));
      polarity[col] = static_cast<std::int8_t>(polarity[col] * (1 - 2 * crossed));
    }
    set_amplitudes(device, row);
  }

 private:
  void set_amplitudes(const Device& device, RowUnderVerify& row) const {
    const Ramps ramps(device, ramps_);
    if (ramps_.set.start_V.size() > 1 || ramps_.reset.start_V.size() > 1) {
      for (int col = 0; col < row.columns; ++col) row.amplitude_V[col] = static_cast<float>(ramp_of(ramps, row, col).start_V);
      return;
    }
    const float set_V = static_cast<float>(ramps.of(+1, 0).start_V);
    const float reset_V = static_cast<float>(ramps.of(-1, 0).start_V);
    for (int col = 0; col < row.columns; ++col) row.amplitude_V[col] = row.polarity[col] > 0 ? set_V : reset_V;
  }

  float tolerance_S_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind incremental_scheme() {
  return {"incremental", "small pulses from both sides, stop where the sign of the error changes", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<Incremental>(options); }};
}

}  // namespace swimsim
