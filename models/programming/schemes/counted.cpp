// counted: for devices whose number of cycles is a drawn law (swim_gaussian). Every cycle is pulsed, read and converted, so time and
// energy are those of the hardware; the law decides when a cell is done.

#include "models/programming/schemes/schemes.h"

namespace swimsim {

namespace {

class Counted final : public Scheme {
 public:
  explicit Counted(const SchemeOptions& options) : ramps_(options.ramps) {}

  bool reads_first() const override { return false; }

  void begin(const Device& device, RowUnderVerify& row) const override {
    const Ramps ramps(device, ramps_);
    for (int col = 0; col < row.columns; ++col) {
      row.polarity[col] = +1;
      row.amplitude_V[col] = static_cast<float>(ramps.of(+1, row.target_S[col]).start_V);
    }
  }

  void decide(const Device&, RowUnderVerify& row) const override {
    for (int col = 0; col < row.columns; ++col) row.active[col] = static_cast<std::uint8_t>(row.active[col] && !row.complete[col]);
  }

 private:
  RampOverrides ramps_;
};

}  // namespace

SchemeKind counted_scheme() {
  return {"counted", "cycles drawn from the card's law (swim_gaussian)", true,
          [](const SchemeOptions& options) -> std::unique_ptr<Scheme> { return std::make_unique<Counted>(options); }};
}

}  // namespace swimsim
