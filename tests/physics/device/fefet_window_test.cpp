// The FeFET cards against what was published or follows from the fit: rows 12, 13, 14 and 17 of the validation table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/fefet_cells.h"

namespace swimsim {
namespace {

struct WindowPoint {
  double width_s, volts, window_V;
};

std::vector<WindowPoint> measured_window(const std::string& folder) {
  std::ifstream file(folder + "/devices/fefet_memory_window.csv");
  std::vector<WindowPoint> points;
  std::string line;
  std::getline(file, line);  // titles
  for (WindowPoint point{}; std::getline(file, line);) {
    if (std::sscanf(line.c_str(), "%lf,%lf,%lf", &point.width_s, &point.volts, &point.window_V) == 3) points.push_back(point);
  }
  return points;
}

/// A median device of so many domains that the draw does not matter.
Card median_card() { return fefet_with({{"domains", 1e5}, {"sigma_ea_device", 0}}); }

enum class Procedure { from_erased, single_swing, cycled };

/// Threshold after the negative less threshold after the positive pulse. From erased: the card's block erase is the negative pulse, as in
/// the fit. Swings: both pulses have the point's volts and width, once or until it repeats.
double window_V(const Card& card, const WindowPoint& point, Procedure procedure) {
  FefetCells cells(card, 1);
  double swing = 0;
  for (int cycle = 0; cycle < (procedure == Procedure::cycled ? 8 : 1); ++cycle) {
    cells.pulse(+1, point.volts, point.width_s);
    const double up = cells.mean_share();
    if (procedure == Procedure::from_erased) {
      cells.device->erase(cells.row, cells.noise.data());
    } else {
      cells.pulse(-1, point.volts, point.width_s);
    }
    swing = up - cells.mean_share();
  }
  return swing * card.number("window");
}

/// Negative windows, which are trapped charge, count as 0, as in the fit.
double rms_error_V(const Card& card, const std::vector<WindowPoint>& points, Procedure procedure) {
  double squares = 0;
  for (const WindowPoint& point : points) {
    const double error_V = window_V(card, point, procedure) - std::max(0.0, point.window_V);
    squares += error_V * error_V;
  }
  return std::sqrt(squares / static_cast<double>(points.size()));
}

// Row 12, a calibration: the law was fitted to these points.
TEST(FefetHzo, MemoryWindowFollowsTheMeasuredPoints) {
  const char* data = std::getenv("SWIMSIM_DATA");
  if (data == nullptr) GTEST_SKIP() << "SWIMSIM_DATA names the folder with devices/fefet_memory_window.csv";
  const std::vector<WindowPoint> points = measured_window(data);
  ASSERT_EQ(points.size(), 36u);
  const double erased_V = rms_error_V(median_card(), points, Procedure::from_erased);
  const double single_V = rms_error_V(median_card(), points, Procedure::single_swing);
  const double cycled_V = rms_error_V(median_card(), points, Procedure::cycled);
  std::printf("memory window, 36 points: RMSE %.1f mV from erased, %.1f mV in one swing, %.1f mV in repeated swings\n", erased_V * 1e3,
              single_V * 1e3, cycled_V * 1e3);
  EXPECT_NEAR(erased_V, 0.051, 0.002);
  EXPECT_LE(cycled_V, 0.080);
  EXPECT_NEAR(single_V, 0.0805, 0.002);  // misses the 80 mV: one negative pulse of the same size does not bring all domains back

  Card slower = median_card();
  slower.find("tau_0")->value = 3 * 72e-12;
  EXPECT_GT(rms_error_V(slower, points, Procedure::from_erased), 0.080);
}

// The points that the table names, without the data: 0.44 V at 3 V and 500 ns, 1.08 V at 4 V and 50 ns, 1.48 V and more at 4.5 V.
TEST(FefetHzo, NamedPointsOfTheMemoryWindow) {
  const Card card = median_card();
  EXPECT_NEAR(window_V(card, {500e-9, 3.0, 0}, Procedure::from_erased), 0.44, 0.09);
  EXPECT_NEAR(window_V(card, {50e-9, 4.0, 0}, Procedure::from_erased), 1.08, 0.05);
  EXPECT_GT(window_V(card, {100e-9, 4.5, 0}, Procedure::from_erased), 1.46);
}

// Volts for half the window fall by 0.3 to 0.5 V for a decade of width (reference: about 0.4 to 0.5 V).
TEST(FefetHzo, ADecadeOfTimeIsWorthSomeTenthsOfAVolt) {
  const Card card = fefet_card();
  const Nucleation law({card.number("tau_0"), card.number("alpha"), card.number("ea_mean"), card.number("sigma_ea")});
  const auto volts_for_half = [&](double width_s) {
    double volts = 2;
    while (law.switched_share(volts, width_s) < 0.5) volts += 1e-3;
    return volts;
  };
  for (const double width_s : {1e-7, 1e-6}) {
    const double volts = volts_for_half(width_s) - volts_for_half(10 * width_s);
    std::printf("half the window: %.2f V at %.0f ns, %.2f V less at ten times that\n", volts_for_half(width_s), width_s * 1e9, volts);
    EXPECT_GT(volts, 0.28);
    EXPECT_LT(volts, 0.55);
  }
}

/// Share of the window that half-selected volts switch in a time, through the doses of single pulses.
double disturbed_share(double volts, double time_s) {
  FefetCells cells(median_card(), 1);
  const double pulses = time_s / cells.device->pulse_width_s();
  const float dose = static_cast<float>(pulses * cells.device->disturb_dose(+1, volts)), none = 0;
  cells.device->disturb(cells.row, &dose, &none);
  return cells.mean_share();
}

// Half-select disturb. V/2 of a 4 V write is said to switch 0.2 % of the window in 10 us and 6 to 9 % in 1 ms, V/3 nothing.
TEST(FefetHzo, HalfSelectedCellsAreDisturbed) {
  const double in_10us = disturbed_share(2.0, 10e-6), in_1ms = disturbed_share(2.0, 1e-3), third = disturbed_share(4.0 / 3, 1e-3);
  std::printf("half-selected by 2 V: %.2f %% of the window in 10 us, %.1f %% in 1 ms; by 1.33 V: %.1g\n", in_10us * 100, in_1ms * 100,
              third);
  EXPECT_NEAR(in_10us, 0.002, 0.0005);
  EXPECT_GT(in_1ms, 0.06);
  EXPECT_LT(in_1ms, 0.09);
  EXPECT_LT(third, 1e-6);
}

// The doses are an approximation away from 2 V: against the law itself. At 2.4 V, half of the highest volts, they are a third too weak.
TEST(FefetHzo, DosesFollowTheLawNearHalfSelect) {
  for (const double volts : {1.8, 2.0, 2.2}) {
    for (const double time_s : {1e-4, 1e-3}) {
      FefetCells exact(median_card(), 1);
      exact.pulse(+1, volts, time_s);
      EXPECT_NEAR(disturbed_share(volts, time_s), exact.mean_share(), 0.01 + 0.2 * exact.mean_share()) << volts << " V " << time_s;
    }
  }
}

// Row 14, a trend. Other films are other stacks: the same law with the fields of a thinner film.
TEST(FefetFilms, ThinnerFilmsSwitchAtFewerVolts) {
  const auto film = [](double scale) {
    return fefet_with({{"domains", 1e5}, {"sigma_ea_device", 0}, {"ea_mean", 10.58 * scale}, {"sigma_ea", 1.01 * scale}});
  };
  const double mueller_V = window_V(film(1.0), {20e-9, 5.0, 0}, Procedure::single_swing);
  const double thin_V = window_V(film(0.6), {250e-9, 3.0, 0}, Procedure::single_swing);
  const double thick_V = window_V(film(1.0), {250e-9, 3.0, 0}, Procedure::single_swing);
  std::printf("+-5 V, 20 ns: %.2f V (0.9 V published); +-3 V, 250 ns: %.2f V in a thin film (about 1 V), %.2f V in the card's\n", mueller_V,
              thin_V, thick_V);
  EXPECT_GT(mueller_V, 0);
  EXPECT_GT(thin_V, thick_V + 0.5);
  EXPECT_LT(window_V(film(1.0), {20e-9, 2.5, 0}, Procedure::single_swing), 0.01);  // half the volts do nothing in that time
}

// Row 17: an order. NVMExplorer's FeFET takes 2.9 fJ to set and 0.2 fJ to reset, at 2 V and 20 ns.
TEST(FefetHzo, APulseTakesSomeFemtojoules) {
  FefetCells cells(fefet_card(), 1);
  for (const double volts : {3.6, 4.0}) {
    cells.device->initialize(cells.row);
    const float before_S = cells.g_S[0];
    double energy_J = 0;
    cells.pulse(+1, volts, 100e-9);
    cells.device->pulse_energy_J(cells.row, &before_S, cells.amplitude_V.data(), 100e-9, &energy_J);
    std::printf("%.1f V, 100 ns, %.0f %% of the domains: %.2f fJ\n", volts, cells.share(0) * 100, energy_J * 1e15);
    EXPECT_GT(energy_J, 1e-15);
    EXPECT_LT(energy_J, 5e-15);
  }
  Card wide = fefet_card();
  wide.find("gate_area")->value = 450.0 * 450.0;
  FefetCells large(wide, 1);
  const float before_S = large.g_S[0];
  double energy_J = 0;
  large.pulse(+1, 4.8, 1e-6);
  const float volts = 4.0f;
  large.device->pulse_energy_J(large.row, &before_S, &volts, 1e-6, &energy_J);
  EXPECT_NEAR(energy_J, 0.32e-12, 0.02e-12);  // all domains of a 450 x 450 nm gate at 4 V
}

/// Pulses of a ramp from 2.85 V in steps of 50 mV, 75 ns, that raised the conductance of one cell.
int rising_pulses(FefetCells& cells, std::size_t which, bool noisy) {
  cells.device->initialize(cells.row);
  int rising = 0;
  for (int i = 0; i < 32; ++i) {
    const float before_S = cells.g_S[which];
    if (noisy) cells.draw(Purpose::verify_pulse);
    cells.pulse(+1, 2.85 + 0.05 * i, 75e-9);
    rising += cells.g_S[which] > before_S;
  }
  return rising;
}

// Row 13: 32 levels, a ratio of 45. The kernel counts pulses, so that this checks the card and not the device.
TEST(FefetJerry, ARampGivesItsLevels) {
  FefetCells cells(fefet_card("fefet_jerry2017"), 200);
  EXPECT_EQ(rising_pulses(cells, 0, false), 32);
  EXPECT_NEAR(cells.g_S[0] / 39.73e-9, 45, 4.5);
  double mean = 0;
  for (std::size_t i = 0; i < cells.n; ++i) mean += rising_pulses(cells, i, true) / 200.0;
  std::printf("fefet_jerry2017: %.1f of 32 pulses of a noisy cell raise its conductance\n", mean);
  EXPECT_GE(mean, 30);

  Card noisy = fefet_card("fefet_jerry2017");
  noisy.find("sigma_c2c")->value = 0.05;
  FefetCells wild(noisy, 1);
  EXPECT_LT(rising_pulses(wild, 0, true), 30);
}

}  // namespace
}  // namespace swimsim
