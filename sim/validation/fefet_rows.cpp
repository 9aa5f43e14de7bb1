// Rows 12 to 15: FeFETs.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "models/common/random.h"
#include "models/common/read_file.h"
#include "models/device/kernels/nucleation.h"
#include "sim/validation/loose_cells.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

constexpr const char* kWindowFile = "devices/fefet_memory_window.csv";
constexpr const char* kWindowSource = "Scalable-FeFET, CSV";

struct WindowPoint {
  double width_s = 0, volts = 0, window_V = 0;
};

std::vector<WindowPoint> measured_window(const std::string& data_folder) {
  const std::filesystem::path path = std::filesystem::path(data_folder) / kWindowFile;
  if (data_folder.empty() || !std::filesystem::exists(path)) throw NotRun(std::string("needs SWIMSIM_DATA/") + kWindowFile);
  std::istringstream lines(read_file(path.string(), 1 << 20));
  std::vector<WindowPoint> points;
  std::string line;
  std::getline(lines, line);  // titles
  for (WindowPoint point; std::getline(lines, line);) {
    if (std::sscanf(line.c_str(), "%lf,%lf,%lf", &point.width_s, &point.volts, &point.window_V) == 3) points.push_back(point);
  }
  if (points.empty()) throw NotRun(std::string(kWindowFile) + " holds no points");
  return points;
}

/// A median device of so many domains that the draw does not matter.
Card median_fefet(const ValidationSettings& settings) {
  Card card = validation_card("fefet_hzo_28nm", settings);
  card.find("domains")->value = 1e5;
  card.find("sigma_ea_device")->value = 0.0;
  return card;
}

enum class Procedure { from_erased, repeated_swings, single_swing };

/// Threshold after the negative less threshold after the positive pulse. From erased: the card's block erase is the negative pulse, as
/// in the fit. Swings: both pulses have the point's volts and width.
double window_V(const Card& card, const WindowPoint& point, Procedure procedure) {
  LooseCells cell(card, 1, 1);
  const auto switched = [&] { return cell.state(DomainBatch::kSwitched, 0) / card.number("domains"); };
  double swing = 0;
  for (int cycle = 0; cycle < (procedure == Procedure::repeated_swings ? 8 : 1); ++cycle) {
    cell.pulse(+1, point.volts, point.width_s);
    const double up = switched();
    if (procedure == Procedure::from_erased) {
      cell.erase();
    } else {
      cell.pulse(-1, point.volts, point.width_s);
    }
    swing = up - switched();
  }
  return swing * card.number("window");
}

/// Negative windows are trapped charge, which the law does not have: they count as 0, as in the fit.
double rms_error_mV(const Card& card, const std::vector<WindowPoint>& points, Procedure procedure) {
  double squares = 0;
  for (const WindowPoint& point : points) squares += std::pow(window_V(card, point, procedure) - std::max(0.0, point.window_V), 2);
  return 1e3 * std::sqrt(squares / static_cast<double>(points.size()));
}

std::vector<double> window_errors(const ValidationSettings& settings) {
  const std::vector<WindowPoint> points = measured_window(settings.data_folder);
  const Card card = median_fefet(settings);
  return {rms_error_mV(card, points, Procedure::from_erased), rms_error_mV(card, points, Procedure::repeated_swings),
          rms_error_mV(card, points, Procedure::single_swing)};
}

std::vector<double> named_windows(const ValidationSettings& settings) {
  const Card card = median_fefet(settings);
  return {window_V(card, {500e-9, 3.0, 0}, Procedure::from_erased), window_V(card, {50e-9, 4.0, 0}, Procedure::from_erased),
          window_V(card, {50e-9, 4.5, 0}, Procedure::from_erased)};
}

/// Mean number of pulses of a ramp of 32 that raise the conductance of a cell, and the ratio of its ends for a cell without scatter.
std::vector<double> jerry_levels(const ValidationSettings& settings) {
  constexpr std::size_t kCells = 1000;
  const Card card = validation_card("fefet_jerry2017", settings);
  LooseCells cells(card, kCells, settings.seed), median(card, 1, settings.seed);
  double rising = 0;
  for (int i = 0; i < 32; ++i) {
    const double volts = 2.85 + 0.05 * i;
    const std::vector<float> before_S = cells.g_S;
    cells.pulse(+1, volts, 75e-9, LooseCells::Noise::fresh);
    median.pulse(+1, volts, 75e-9);
    for (std::size_t c = 0; c < kCells; ++c) rising += cells.g_S[c] > before_S[c] ? 1.0 / kCells : 0.0;
  }
  return {rising, median.g_S[0] / card.number("g_min")};
}

/// Other films are other stacks: the card's law with its fields scaled.
double film_window_V(const ValidationSettings& settings, double scale, const WindowPoint& point) {
  Card card = median_fefet(settings);
  for (const char* field : {"ea_mean", "sigma_ea"}) card.find(field)->value = card.number(field) * scale;
  return window_V(card, point, Procedure::single_swing);
}

std::vector<double> films(const ValidationSettings& settings) {
  return {film_window_V(settings, 1.0, {20e-9, 5.0, 0}), film_window_V(settings, 0.6, {250e-9, 3.0, 0})};
}

/// Share of reads, in percent, that take one of four levels for another; levels even over the window, normal thresholds.
std::vector<double> confused_levels(const ValidationSettings& settings) {
  constexpr std::uint32_t kReads = 400'000;
  constexpr double kSigma_V = 0.1285;
  const double spacing_V = validation_card("fefet_hzo_28nm", settings).number("window") / 3;
  DrawId id;
  id.seed = settings.seed;
  id.purpose = Purpose::read_back;
  int wrong = 0;
  for (id.weight = 0; id.weight < kReads; ++id.weight) {
    const auto level = static_cast<int>(id.weight % 4);
    const double seen = std::nearbyint(level + kSigma_V / spacing_V * random_normal(id));
    wrong += static_cast<int>(std::clamp(seen, 0.0, 3.0)) != level ? 1 : 0;
  }
  return {100.0 * wrong / kReads};
}

}  // namespace

std::vector<ValidationExperiment> fefet_rows() {
  return {
      {"fefet_hzo_28nm, a median device, all 36 points (2 to 4.5 V, 50 ns to 10 us)",
       {{"12a", "window error, RMS, after a block erase, mV", 'C', kWindowSource, "fit: 51", at_most(80)},
        {"12b", "the same, +-V repeated, mV", 'C', kWindowSource, "-", at_most(80)},
        {"12c", "the same, one +V and one -V, mV", 'C', kWindowSource, "-", at_most(80),
         "the card was fitted with a full erase; one negative pulse of the same size leaves domains behind, so the window comes out "
         "small"}},
       window_errors},
      {"the same from erased, three of the points",
       {{"12d", "window at 3 V, 500 ns, V", 'C', kWindowSource, "0.44", around(0.44, 0.08)},
        {"12e", "window at 4 V, 50 ns, V", 'C', kWindowSource, "1.08", around(1.08, 0.08)},
        {"12f", "window at 4.5 V, 50 ns, V", 'C', kWindowSource, "1.48", around(1.48, 0.08)}},
       named_windows},
      {"fefet_jerry2017, 32 pulses of 75 ns from 2.85 V in steps of 50 mV, 1,000 cells with scatter, one without",
       {{"13a", "pulses of 32 that raise a cell", 'U', "Jerry 2017, abstract", "32 levels", at_least(30)},
        {"13b", "largest over smallest conductance", 'U', "Jerry 2017, abstract", "45", around_percent(45, 10)}},
       jerry_levels},
      {"fefet_hzo_28nm, one +V and one -V; for the thin film with its fields times 0.6",
       {{"14a", "window at +-5 V, 20 ns, V", 'T', "Mueller 2012, abstract", "0.9", at_least(0.1)},
        {"14b", "window at +-3 V, 250 ns, thin film, V", 'T', "Tan 2021, abstract", "about 1", at_least(0.1)}},
       films},
      {"four levels over 1.49 V, thresholds normal with 0.1285 V (solved from the published 4 %), 400,000 reads",
       {{"15", "levels confused, %", 'C', "Mueller 2023, abstract", "4", between(2, 8)}},
       confused_levels},
  };
}

}  // namespace swimsim
