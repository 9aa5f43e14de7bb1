#include <gtest/gtest.h>

#include <cmath>

#include "models/common/random.h"
#include "models/device/card_reader.h"

namespace swimsim {
namespace {

/// Some cells of a soft_bound card, with spreads and noise drawn.
struct Cells {
  static constexpr std::size_t n = 64;
  Card card;
  std::unique_ptr<Device> device;
  std::vector<float> g_S, target_S, noise, amplitude_V;
  std::vector<float> variation[kMaxVariations];
  std::vector<std::int8_t> polarity;
  std::vector<std::uint8_t> active;
  CellRow row;

  explicit Cells(const Card& with) : card(with), g_S(n), target_S(n, 20e-6f), noise(n), amplitude_V(n), polarity(n), active(n, 1) {
    device = find_kernel(card.kernel)->make(card, {});
    row = {n, g_S.data(), target_S.data(), active.data(), {}};
    for (int which = 0; which < device->variations(); ++which) {
      variation[which] = normals(static_cast<std::uint32_t>(which));
      device->shape_variation(which, n, variation[which].data());
      row.variation[which] = variation[which].data();
    }
    device->initialize(row);
  }
  static std::vector<float> normals(std::uint32_t event) {
    std::vector<float> z(n);
    DrawId id;
    id.purpose = Purpose::device_to_device;
    id.event = event;
    for (float& value : z) {
      value = random_normal(id);
      ++id.weight;
    }
    return z;
  }
  void pulse(double width_s) { device->apply_pulse(row, {polarity.data(), amplitude_V.data(), width_s, noise.data()}); }
};

Card neurram() { return *load_card("reram_neurram_like", "", {}).card; }

TEST(SoftBound, MatchesTheEquationInDoublePrecision) {
  Cells cells(neurram());
  cells.noise = Cells::normals(77);
  for (std::size_t i = 0; i < Cells::n; ++i) {
    cells.polarity[i] = i % 2 == 0 ? +1 : -1;
    cells.amplitude_V[i] = 1.2f + 0.1f * static_cast<float>(i % 12);
  }
  const std::vector<float> before = cells.g_S;
  cells.pulse(2e-6);  // twice the card's width, exponent 1
  const std::vector<float> z[3] = {Cells::normals(0), Cells::normals(1), Cells::normals(2)};
  for (std::size_t i = 0; i < Cells::n; ++i) {
    const bool up = cells.polarity[i] > 0;
    const double high = 60e-6 * std::exp(0.3 * z[2][i]), low = 0.5e-6;
    const double shift = 0.2 * (up ? z[0][i] : z[1][i]);
    const double strength = 1.6e-6 * 2 * std::exp((cells.amplitude_V[i] - (up ? 1.2 : 1.5) - shift) / (up ? 0.15 : 0.18));
    const double scatter = std::exp(0.65 * cells.noise[i] - 0.65 * 0.65 / 2);
    const double room = (up ? high - before[i] : before[i] - low) / (high - low);
    const double expected = std::clamp(before[i] + (up ? 1 : -1) * strength * scatter * room, low, high);
    EXPECT_NEAR(cells.g_S[i], expected, 5e-6 * expected + 1e-12) << i;
  }
}

TEST(SoftBound, InitialStateIsTheLowBoundOrAnywhereInTheRange) {
  Card card = neurram();
  const Cells uniform(card);
  double sum = 0;
  for (const float g : uniform.g_S) {
    EXPECT_GE(g, 0.5e-6f);
    EXPECT_LE(g, 40e-6f);
    sum += g;
  }
  EXPECT_NEAR(sum / Cells::n, 20.5e-6, 5e-6);
  card.find("initial")->value = "hrs";
  for (const float g : Cells(card).g_S) EXPECT_EQ(g, 0.5e-6f);
  card.find("sigma_g_low")->value = 0.3;
  const Cells spread(card);
  EXPECT_NE(spread.g_S[0], spread.g_S[1]);
}

TEST(SoftBound, BlindWriteHasTheTargetAsItsMedianWithoutDeviceSpread) {
  Card card = neurram();
  card.find("initial")->value = "hrs";
  for (const char* name : {"sigma_v_set", "sigma_g_high"}) card.find(name)->value = 0.0;
  Cells cells(card);
  for (std::size_t i = 0; i < Cells::n; ++i) cells.target_S[i] = static_cast<float>(1e-6 + 39e-6 * static_cast<double>(i) / Cells::n);
  cells.device->blind_write(cells.row, cells.noise.data());  // no noise: the median
  for (std::size_t i = 0; i < Cells::n; ++i) EXPECT_NEAR(cells.g_S[i], cells.target_S[i], 1e-3 * cells.target_S[i]);
}

TEST(SoftBound, BlindWriteIsClippedToTheStopOfTheRamp) {
  Card card = neurram();
  card.find("initial")->value = "hrs";
  for (const char* name : {"sigma_v_set", "sigma_g_high"}) card.find(name)->value = 0.0;
  card.find("set_stop")->value = 1.4;
  Cells cells(card);
  cells.target_S.assign(Cells::n, 40e-6f);
  cells.device->blind_write(cells.row, cells.noise.data());
  const double largest = 0.5e-6 + 1.6e-6 * std::exp(0.2 / 0.15 - 0.65 * 0.65 / 2);
  EXPECT_NEAR(cells.g_S[0], largest, 1e-4 * largest);
  EXPECT_EQ(cells.device->blind_amplitude_V(), 1.4);
}

TEST(SoftBound, AnInactiveCellDoesNotMove) {
  Cells cells(neurram());
  cells.active.assign(Cells::n, 0);
  cells.polarity.assign(Cells::n, 1);
  cells.amplitude_V.assign(Cells::n, 3.3f);
  const std::vector<float> before = cells.g_S;
  cells.pulse(1e-6);
  cells.device->blind_write(cells.row, cells.noise.data());
  EXPECT_EQ(cells.g_S, before);
}

TEST(SoftBound, RelaxationOffChangesNothing) {
  Card card = neurram();
  card.find("relaxation")->value = "off";
  EXPECT_EQ(Cells(card).device->relaxed_S(12.3e-6f, 3.0f), 12.3e-6f);
}

TEST(SoftBound, FlatRelaxationShiftsAndScattersWithTheLogOfTime) {
  Card card = *load_card("reram_cmo_hfox", "", {}).card;
  card.find("relax_time")->value = 3600.0;
  const Cells cells(card);
  const double e_folds = std::log(3600.0);
  EXPECT_NEAR(cells.device->relaxed_S(50e-6f, 0.0f), 50e-6 - 0.0890e-6 * e_folds, 1e-10);
  EXPECT_NEAR(cells.device->relaxed_S(50e-6f, 1.0f), 50e-6 - 0.0890e-6 * e_folds + 0.4118e-6 + 0.0420e-6 * e_folds, 1e-10);
}

TEST(SoftBound, PolynomialRelaxationSaturatesAtBothEnds) {
  const auto sigma = [](double time_s) {
    Card card = neurram();
    card.find("relax_time")->value = time_s;
    return Cells(card).device->relaxed_S(16e-6f, 1.0f) - 16e-6f;
  };
  EXPECT_EQ(sigma(0), sigma(1));
  EXPECT_EQ(sigma(86'400), sigma(1e8));
  EXPECT_LT(sigma(1), sigma(100));
  EXPECT_NEAR(sigma(std::sqrt(86'400.0)), (sigma(1) + sigma(86'400)) / 2, 1e-10);
}

}  // namespace
}  // namespace swimsim
