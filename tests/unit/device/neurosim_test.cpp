#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/device/card_reader.h"
#include "models/device/kernels/neurosim_curve.h"

namespace swimsim {
namespace {

struct Label {
  double label, a, rounding = 0;  ///< half a unit of the last printed digit
};

TEST(NonlinearityLabel, MatchesNeuroSimsTable) {  // the two ends that are quoted, to 0.1 %
  for (const Label& row : {Label{0.01, 126.27, 0}, Label{6.18, 0.1267, 0}}) {
    EXPECT_NEAR(normalised_a(row.label), row.a, 1e-3 * row.a);
    EXPECT_NEAR(nonlinearity_label(row.a), row.label, 1e-3 * row.label);
  }
}

TEST(NonlinearityLabel, MatchesTheDevicesOfTheTable) {  // to 0.1 %, or as far as the figures are printed
  for (const Label& row : {Label{2.4, 0.499, 0.0005}, Label{4.88, 0.200, 0.0005}, Label{1.85, 0.662, 0.0005}, Label{1.79, 0.686, 0.0005},
                           Label{3.68, 0.301, 0.0005}, Label{6.76, 0.100, 0.0005}, Label{1.94, 0.629, 0.0005}, Label{0.61, 2.063, 0.0005},
                           Label{0.5, 2.520, 0.0005}, Label{0.04, 31.6, 0.05}, Label{0.63, 1.997, 0.0005}, Label{1, 1.252, 0.0005}}) {
    EXPECT_NEAR(normalised_a(row.label), row.a, std::max(0.001 * row.a, row.rounding)) << row.label;
  }
}

TEST(NonlinearityLabel, IsInverseAndSigned) {
  for (double label = 0.02; label < 9; label += 0.01) {
    EXPECT_NEAR(nonlinearity_label(normalised_a(label)), label, 1e-9);
    EXPECT_EQ(normalised_a(-label), -normalised_a(label));
  }
}

TEST(NonlinearityLabel, IsTheDistanceFromAStraightLine) {
  for (const double a : {0.1, 0.5, 2.0}) {
    double largest = 0;
    for (double x = 0; x <= 1; x += 1e-5) largest = std::max(largest, (1 - std::exp(-x / a)) / (1 - std::exp(-1 / a)) - x);
    EXPECT_NEAR(nonlinearity_label(a), 10.101 * largest, 1e-6);
  }
}

/// One cell of a card, without any spread unless a test sets it.
struct OneCell {
  Card card;
  std::unique_ptr<Device> device;
  std::vector<float> g_S{0}, target_S{0}, variation[kMaxVariations];
  std::vector<std::uint8_t> active{1};
  CellRow row;

  OneCell(const std::string& name, double sigma_c2c) : card(*load_card(name, "", {}).card) {
    card.find("sigma_c2c")->value = sigma_c2c;
    device = find_kernel(card.kernel)->make(card, {});
    for (int which = 0; which < device->variations(); ++which) {
      variation[which] = {0.0f};
      device->shape_variation(which, 1, variation[which].data());
    }
    row = {1, g_S.data(), target_S.data(), active.data(), {}};
    for (int which = 0; which < device->variations(); ++which) row.variation[which] = variation[which].data();
    device->initialize(row);
  }
  void pulse(int polarity, float noise = 0) {
    const auto sign = static_cast<std::int8_t>(polarity);
    const float volts = 1;
    device->apply_pulse(row, {&sign, &volts, device->pulse_width_s(), &noise});
  }
};

TEST(NeuroSimCell, FollowsThePublishedCurveUpAndDown) {
  for (const char* name :
       {"reram_ag_asi", "reram_taox_tio2", "reram_pcmo", "reram_alox_hfo2", "reram_epiram", "reram_taox_hfox", "reram_neurosim_target"}) {
    OneCell cell(name, 0);
    const double low = cell.card.number("g_min"), high = cell.card.number("g_max");
    const double up = cell.card.number("pulses_set"), down = cell.card.number("pulses_reset");
    const double a_up = normalised_a(cell.card.number("nl_set")) * up, a_down = normalised_a(-cell.card.number("nl_reset")) * down;
    for (int p = 1; p <= up; ++p) {
      cell.pulse(+1);
      const double expected = (high - low) / (1 - std::exp(-up / a_up)) * (1 - std::exp(-p / a_up)) + low;
      ASSERT_NEAR(cell.g_S[0], expected, 1e-4 * (high - low)) << name << " after " << p;
    }
    EXPECT_NEAR(cell.g_S[0], high, 1e-4 * (high - low)) << name;
    for (int p = static_cast<int>(down) - 1; p >= 0; --p) {
      cell.pulse(-1);
      const double expected = -(high - low) / (1 - std::exp(-down / a_down)) * (1 - std::exp((p - down) / a_down)) + high;
      ASSERT_NEAR(cell.g_S[0], expected, 2e-4 * (high - low)) << name << " down to " << p;
    }
  }
}

TEST(NeuroSimCell, StaysBetweenItsBounds) {
  OneCell cell("reram_taox_hfox", 0.037);
  for (int i = 0; i < 300; ++i) {
    cell.pulse(i % 3 == 0 ? -1 : +1, i % 2 == 0 ? 4.0f : -4.0f);
    EXPECT_GE(cell.g_S[0], 1e-6f * 0.99999f);
    EXPECT_LE(cell.g_S[0], 1e-5f * 1.00001f);
  }
}

TEST(NeuroSimCell, BlindWriteOfTheMedianDeviceLandsWithinAPulse) {
  OneCell cell("reram_epiram", 0);
  const double low = cell.card.number("g_min"), range = cell.card.number("g_max") - low;
  for (int level = 0; level <= 20; ++level) {
    cell.device->initialize(cell.row);
    cell.target_S[0] = static_cast<float>(low + range * level / 20);
    const float noise = 0;
    cell.device->blind_write(cell.row, &noise);
    EXPECT_NEAR(cell.g_S[0], cell.target_S[0], 0.6 * range / 256 * 1.25) << level;  // the first step is 1.22 mean steps
  }
}

TEST(NeuroSimCell, AnInactiveCellDoesNotMove) {
  OneCell cell("reram_taox_hfox", 0.037);
  cell.active[0] = 0;
  const float before = cell.g_S[0];
  cell.pulse(+1, 1.0f);
  const float noise = 1;
  cell.device->blind_write(cell.row, &noise);
  EXPECT_EQ(cell.g_S[0], before);
}

}  // namespace
}  // namespace swimsim
