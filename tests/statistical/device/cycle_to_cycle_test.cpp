// Scatter of many pulses (validation row 10) and of an unverified write. Fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "models/common/random.h"
#include "models/device/card_reader.h"

namespace swimsim {
namespace {

constexpr std::size_t kCells = 100'000;

std::vector<float> normals(Purpose purpose, std::uint32_t event) {
  std::vector<std::uint32_t> weight(kCells), cell(kCells, pack_cell(0, 0, 0));
  for (std::size_t i = 0; i < kCells; ++i) weight[i] = static_cast<std::uint32_t>(i);
  std::vector<float> z(kCells);
  fill_normals({11, 0, purpose, event}, kCells, weight.data(), cell.data(), z.data());
  return z;
}

struct Population {
  std::unique_ptr<Device> device;
  std::vector<float> g_S, target_S, variation[kMaxVariations];
  std::vector<std::uint8_t> active;
  CellRow row;

  explicit Population(const Card& card) : g_S(kCells), target_S(kCells), active(kCells, 1) {
    device = find_kernel(card.kernel)->make(card, {});
    row = {kCells, g_S.data(), target_S.data(), active.data(), {}};
    for (int which = 0; which < device->variations(); ++which) {
      variation[which] = normals(Purpose::device_to_device, static_cast<std::uint32_t>(which));
      device->shape_variation(which, kCells, variation[which].data());
      row.variation[which] = variation[which].data();
    }
    device->initialize(row);
  }
  double mean_uS() const {
    double sum = 0;
    for (const float g : g_S) sum += g;
    return sum / kCells * 1e6;
  }
  double std_uS() const {
    const double mean = mean_uS();
    double squares = 0;
    for (const float g : g_S) squares += (g * 1e6 - mean) * (g * 1e6 - mean) / kCells;
    return std::sqrt(squares);
  }
};

// sigma_c2c range sqrt(N), where neither the bounds nor the curve's own contraction matter: an almost linear curve, from the middle.
TEST(NeuroSimCell, ScatterOfManyPulsesGrowsWithTheirSquareRoot) {
  Card card = *load_card("reram_taox_hfox", "", {}).card;
  card.find("sigma_c2c")->value = 0.01;
  for (const int pulses : {1, 4, 16, 36}) {
    Population cells(card);
    std::fill(cells.g_S.begin(), cells.g_S.end(), 5e-6f);
    const std::vector<std::int8_t> up(kCells, 1);
    const std::vector<float> volts(kCells, 1.6f);
    for (int p = 0; p < pulses; ++p) {
      const std::vector<float> noise = normals(Purpose::verify_pulse, static_cast<std::uint32_t>(p));
      cells.device->apply_pulse(cells.row, {up.data(), volts.data(), 50e-9, noise.data()});
    }
    const double expected_uS = 0.01 * 9 * std::sqrt(pulses);
    EXPECT_NEAR(cells.std_uS(), expected_uS, 0.03 * expected_uS) << pulses;
    EXPECT_NEAR(cells.mean_uS(), 5 + 9.0 * pulses / 128, 0.02 * 9.0 * pulses / 128 + 0.002) << pulses;
  }
}

// The blind write in one go scatters like as many single pulses.
TEST(NeuroSimCell, BlindWriteScattersLikeItsPulses) {
  Card card = *load_card("reram_taox_hfox", "", {}).card;
  card.find("sigma_c2c")->value = 0.01;
  Population cells(card);
  std::fill(cells.target_S.begin(), cells.target_S.end(), 5.5e-6f);  // 64 pulses
  cells.device->blind_write(cells.row, normals(Purpose::blind_write, 0).data());
  EXPECT_NEAR(cells.mean_uS(), 5.5, 0.05);
  EXPECT_NEAR(cells.std_uS(), 0.01 * 9 * 8, 0.03 * 0.01 * 9 * 8);
}

// One unverified SET of the NeuRRAM-like cell: a log-normal of sigma_v_set / vt_set and sigma_c2c, cut by the soft bound. Its error is as
// wide as the range: this is what the card says, and why such cells are verified.
TEST(NeurramLike, BlindWriteScattersOverTheWholeRange) {
  Card card = *load_card("reram_neurram_like", "", {}).card;
  card.find("initial")->value = "hrs";
  for (const double target_uS : {1.0, 5.0, 10.0, 20.0, 30.0, 40.0}) {
    Population cells(card);
    std::fill(cells.target_S.begin(), cells.target_S.end(), static_cast<float>(target_uS * 1e-6));
    cells.device->blind_write(cells.row, normals(Purpose::blind_write, 0).data());
    std::vector<float> sorted = cells.g_S;
    std::sort(sorted.begin(), sorted.end());
    const double median_uS = sorted[kCells / 2] * 1e6;
    const double spread = std::log((sorted[kCells * 84134 / 100'000] - 0.5e-6) / (sorted[kCells / 2] - 0.5e-6));
    std::printf("blind write of %.0f uS: mean %.2f, median %.2f, std %.2f uS, ln of upper 1 sigma %.2f\n", target_uS, cells.mean_uS(),
                median_uS, cells.std_uS(), spread);
    // Devices whose own bound is near pull the median of the population down.
    EXPECT_NEAR(median_uS, target_uS, (target_uS <= 20 ? 0.01 : 0.1) * target_uS) << target_uS;
    if (target_uS <= 5) {
      EXPECT_NEAR(spread, std::hypot(0.2 / 0.15, 0.65), 0.03);  // far from the bound
    }
    if (target_uS >= 10) {
      EXPECT_GT(cells.std_uS(), 12);
    }
  }
}

}  // namespace
}  // namespace swimsim
