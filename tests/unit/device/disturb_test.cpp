// Half-select disturb of the soft_bound kernel: the kernel's own law, at the volts that the cell sees.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "models/device/card_reader.h"
#include "models/device/device.h"

namespace swimsim {
namespace {

/// The NeuRRAM-like card without scatter, with 0.15 V an e-fold.
std::unique_ptr<Device> plain_device() {
  Card card = *load_card("reram_neurram_like", "", {}).card;
  for (const char* name : {"sigma_c2c", "sigma_v_set", "sigma_v_reset", "sigma_g_high", "sigma_g_low", "sigma_v_cycle", "sigma_g_low_cycle",
                           "sigma_g_high_cycle", "feedback_onset", "feedback_scale"})
    card.find(name)->value = 0.0;
  for (const char* name : {"vt_set", "vt_reset"}) card.find(name)->value = 0.15;
  card.find("initial")->value = std::string("hrs");
  return find_kernel(card.kernel)->make(card, {});
}

struct OneCell {
  float g_S, target_S = 0;
  std::uint8_t active = 1;
  std::vector<float> variation, state;
  OneCell(const Device& device, float at_S) : g_S(at_S), variation(static_cast<std::size_t>(device.variations()), 0.0f) {
    state.assign(static_cast<std::size_t>(device.states()) + 1, 0.0f);
    for (int which = 0; which < device.variations(); ++which) device.shape_variation(which, 1, &variation[static_cast<std::size_t>(which)]);
  }
  CellRow row() {
    CellRow row{1, &g_S, &target_S, &active, {}, {}};
    for (std::size_t which = 0; which < variation.size(); ++which) row.variation[which] = &variation[which];
    for (std::size_t which = 0; which < state.size(); ++which) row.state[which] = &state[which];
    return row;
  }
};

TEST(Disturb, RateFallsExponentiallyWithTheVolts) {
  const auto device = plain_device();
  for (const int polarity : {+1, -1}) {
    const double full = device->disturb_dose(polarity, 1.5);
    EXPECT_NEAR(device->disturb_dose(polarity, 0.75) / full, 6.7e-3, 0.05e-3);  // V/2
    EXPECT_NEAR(device->disturb_dose(polarity, 0.5) / full, 1.3e-3, 0.05e-3);   // V/3
  }
}

TEST(Disturb, IsTheMeanLawOfManySmallPulses) {
  const auto device = plain_device();
  constexpr int kPulses = 1000;
  for (const int polarity : {+1, -1}) {
    OneCell pulsed(*device, 20e-6f), disturbed(*device, 20e-6f);
    const auto sign = static_cast<std::int8_t>(polarity);
    const float volts = 0.7f, noise = 0, width = 1;
    for (int pulse = 0; pulse < kPulses; ++pulse)
      device->apply_pulse(pulsed.row(), {&sign, &volts, device->pulse_width_s(), &noise, &width});
    const float dose = static_cast<float>(kPulses * device->disturb_dose(polarity, 0.7)), none = 0;
    device->disturb(disturbed.row(), polarity > 0 ? &dose : &none, polarity > 0 ? &none : &dose);
    EXPECT_GT(std::fabs(disturbed.g_S - 20e-6f), 1e-6f);
    EXPECT_NEAR(disturbed.g_S / pulsed.g_S, 1, 2e-3) << polarity;
  }
}

TEST(Disturb, NoDoseNoChange) {
  const auto device = plain_device();
  OneCell cell(*device, 20e-6f);
  const float none = 0;
  device->disturb(cell.row(), &none, &none);
  EXPECT_EQ(cell.g_S, 20e-6f);
}

TEST(Disturb, DosesAddUp) {
  const auto device = plain_device();
  OneCell once(*device, 20e-6f), twice(*device, 20e-6f);
  const float none = 0, half = 5e-6f, whole = 10e-6f;
  device->disturb(once.row(), &whole, &none);
  for (int time = 0; time < 2; ++time) device->disturb(twice.row(), &half, &none);
  EXPECT_NEAR(twice.g_S / once.g_S, 1, 1e-6);
}

}  // namespace
}  // namespace swimsim
