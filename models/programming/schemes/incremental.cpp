// incremental: small pulses towards the target from whichever side the blind write left the cell; stop where the sign of the error
// changes. Stopping at the change of sign aims at the centre: accepting anywhere inside the window would leave every cell at the edge
// it came in by. A cell with a wider window of its own stops as far before the centre as its window is wider, or does not begin at all.

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
    for (int col = 0; row.tolerance_S != nullptr && col < row.columns; ++col) {
      const float near_S = row.tolerance_S[col] - tolerance_S_;
      if (std::fabs(row.believed_S[col] - row.target_S[col]) < near_S) row.active[col] = 0;
    }
    set_amplitudes(device, row);
  }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const float tolerance_S = tolerance_S_;
    if (row.tolerance_S == nullptr) {
      stop_or_turn(row, [tolerance_S](int) { return Window{tolerance_S, 0}; });
    } else {
      const float* of_cell_S = row.tolerance_S;
      stop_or_turn(row, [tolerance_S, of_cell_S](int col) { return Window{of_cell_S[col], tolerance_S - of_cell_S[col]}; });
    }
    set_amplitudes(device, row);
  }

 private:
  /// Where a cell may stop, seen in the direction of its pulses: at most so far beyond the target, and not before `from_S`.
  struct Window {
    float to_S, from_S;
  };

  template <class WindowOf>
  static void stop_or_turn(RowUnderVerify& row, const WindowOf& window_of) {
    const float *believed_S = row.believed_S, *target_S = row.target_S;
    std::uint8_t* __restrict active = row.active;
    std::int8_t* __restrict polarity = row.polarity;
    for (int col = 0, n = row.columns; col < n; ++col) {
      const float error_S = believed_S[col] - target_S[col], ahead_S = polarity[col] > 0 ? error_S : -error_S;
      const Window window = window_of(col);
      const int crossed = ahead_S >= 0 ? 1 : 0, inside = ahead_S >= window.from_S && ahead_S <= window.to_S ? 1 : 0;
      active[col] = static_cast<std::uint8_t>(active[col] & (1 - inside));
      polarity[col] = static_cast<std::int8_t>(polarity[col] * (1 - 2 * crossed));
    }
  }

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
