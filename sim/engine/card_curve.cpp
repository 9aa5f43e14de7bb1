#include "sim/engine/card_curve.h"

#include <cmath>

#include "models/array/open_row.h"
#include "models/device/kernels/neurosim_curve.h"

namespace swimsim {

namespace {

constexpr int kPulses = 100;  ///< of each polarity, where the card does not say how many its curve has

/// The start of the ramp; its middle for a device that is erased, since the start of a FeFET's ramp switches nothing.
double train_V(const Device& device, int polarity) {
  const VoltageRamp ramp = device.ramp(polarity);
  return device.erases() ? (ramp.start_V + ramp.stop_V) / 2 : ramp.start_V;
}

/// The median device of a card, alone and without noise.
class MedianCell {
 public:
  explicit MedianCell(const Device& device) : device_(&device), lanes_(padded_to_lanes(1)), zeros_(lanes_, 0.0f), active_(lanes_, 0) {
    active_[0] = 1;
    cell_.variation.resize(static_cast<std::size_t>(device.variations()));
    cell_.state.resize(static_cast<std::size_t>(device.states()));
    cell_.resize(lanes_);
    for (int which = 0; which < device.variations(); ++which) {
      device.shape_variation(which, lanes_, cell_.variation[static_cast<std::size_t>(which)].data());
    }
    device.initialize(row());
    if (device.erases()) device.erase(row(), zeros_.data());
  }

  double g_S() const { return cell_.g_S[0]; }

  void pulse(int polarity, double volts_V) {
    const std::vector<std::int8_t> sign(lanes_, static_cast<std::int8_t>(polarity));
    const std::vector<float> amplitude_V(lanes_, static_cast<float>(volts_V));
    Pulse pulse;
    pulse.polarity = sign.data();
    pulse.amplitude_V = amplitude_V.data();
    pulse.width_s = device_->pulse_width_s();
    pulse.noise = zeros_.data();
    device_->apply_pulse(row(), pulse);
  }

 private:
  CellRow row() { return cell_.row(0, lanes_, active_.data()); }

  const Device* device_;
  std::size_t lanes_;
  std::vector<float> zeros_;
  std::vector<std::uint8_t> active_;
  CellColumns cell_;
};

/// One polarity of a published curve in the number of its pulses.
struct PublishedBranch {
  double g_min_S, g_max_S, pulses, a;

  PublishedBranch(const Card& card, int polarity)
      : g_min_S(card.number("g_min")),
        g_max_S(card.number("g_max")),
        pulses(card.number(polarity > 0 ? "pulses_set" : "pulses_reset")),
        a(pulses * normalised_a(polarity > 0 ? card.number("nl_set") : -card.number("nl_reset"))) {}

  double way_S(int pulse) const { return (g_max_S - g_min_S) * std::expm1(-pulse / a) / std::expm1(-pulses / a); }
  double after_S(int polarity, int pulse) const { return polarity > 0 ? g_min_S + way_S(pulse) : g_max_S - way_S(pulse); }
};

}  // namespace

CardCurve card_curve(const Card& card, const Device& device) {
  CardCurve curve;
  if (device.counts_cycles()) return curve;
  curve.card = card.name;
  curve.set_V = train_V(device, +1);
  curve.reset_V = train_V(device, -1);
  curve.width_s = device.pulse_width_s();
  curve.has_published = card.kernel == "neurosim";

  MedianCell cell(device);
  curve.points.push_back({0, 0, cell.g_S(), curve.has_published ? card.number("g_min") : 0});
  int total = 0;
  for (const int polarity : {+1, -1}) {
    const double volts_V = polarity > 0 ? curve.set_V : curve.reset_V;
    if (!(volts_V > 0)) continue;
    const int pulses = curve.has_published ? static_cast<int>(PublishedBranch(card, polarity).pulses) : kPulses;
    for (int pulse = 1; pulse <= pulses; ++pulse) {
      cell.pulse(polarity, volts_V);
      const double published_S = curve.has_published ? PublishedBranch(card, polarity).after_S(polarity, pulse) : 0;
      curve.points.push_back({++total, polarity, cell.g_S(), published_S});
    }
  }
  return curve;
}

}  // namespace swimsim
