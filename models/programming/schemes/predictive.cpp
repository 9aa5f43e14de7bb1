// predictive: set_reset that does not stop at the edge of the window. A cell within the tolerance gets its last pulse once more as long as
// that, if it did what it did before, would bring it nearer to the centre. A cell with a wider window of its own does that only as far from
// the centre as its window is wider: its edge lies there.

#include <algorithm>
#include <cmath>

#include "models/programming/schemes/schemes.h"
#include "models/programming/schemes/two_sided.h"

namespace swimsim {

namespace {

class Predictive final : public Scheme {
 public:
  explicit Predictive(const SchemeOptions& options)
      : tolerance_S_(static_cast<float>(options.tolerance_S)), max_reversals_(options.max_reversals), ramps_(options.ramps) {}

  bool reads_first() const override { return true; }

  void begin(const Device& device, RowUnderVerify& row) const override {
    begin_ramps(Ramps(device, ramps_), row, tolerance_S_);
    std::copy_n(row.believed_S, row.columns, row.memory_S);
  }

  void decide(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    for (int col = 0; col < row.columns; ++col) {
      if (!row.active[col] || !row.pulsed[col]) continue;
      const float error_S = row.believed_S[col] - row.target_S[col], response_S = row.believed_S[col] - row.memory_S[col];
      const float window_S = tolerance_of(row, col, tolerance_S_);
      const bool inside = std::fabs(error_S) <= window_S, near = std::fabs(error_S) < window_S - tolerance_S_;
      const bool would_help = !near && std::fabs(error_S + response_S) < std::fabs(error_S);
      row.active[col] = !inside || would_help;
      if (!inside) climb_or_reverse(ramps, row, col, max_reversals_);
    }
    std::copy_n(row.believed_S, row.columns, row.memory_S);
  }

 private:
  float tolerance_S_;
  int max_reversals_;
  RampOverrides ramps_;
};

}  // namespace

SchemeKind predictive_scheme() {
  return {"predictive", "set_reset; within the window it goes on while one more such pulse would land nearer to the target", false,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<Predictive>(options); }};
}

}  // namespace swimsim
