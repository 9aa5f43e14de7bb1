// Rows 6 to 8: ramps of pulses on IBM's CMO/HfOx cells and on Stanford's HfO2 array.

#include <utility>

#include "sim/validation/array_experiment.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

constexpr const char* kFalcone = "Falcone 2025, aihwkit";
constexpr const char* kRadar = "RADAR repository, CSV";

/// Error of cells that were programmed to one target within a share of it.
double cmo_error_uS(const ValidationSettings& settings, double target_S, double acceptance) {
  ArrayExperiment experiment(validation_card("reram_cmo_hfox", settings));
  experiment.scheme = "ispp";
  experiment.target_low_S = experiment.target_high_S = target_S;
  experiment.options.tolerance_S = acceptance * target_S;
  experiment.adc = Adc(16, 0, 120e-6);
  experiment.cells = 10'240;
  experiment.seed = settings.seed;
  return program_cells(experiment).rms_S() * 1e6;
}

std::vector<double> cmo_errors(const ValidationSettings& settings) {
  return {cmo_error_uS(settings, 50e-6, 0.02), cmo_error_uS(settings, 50e-6, 0.002), cmo_error_uS(settings, 9e-6, 0.002)};
}

/// A level of a multi-level cell.
struct LevelWindow {
  double low_uS = 0, high_uS = 0;
};

LevelWindow window_around(double centre_uS, double width_uS) { return {centre_uS - width_uS / 2, centre_uS + width_uS / 2}; }

/// Pulses mean and median, RESETs: a SET ramp that starts over after a full RESET whenever it overshoots. The cells start after a RESET,
/// which the published figures count.
std::vector<double> ramps(const ValidationSettings& settings, Card card, const std::vector<LevelWindow>& levels) {
  card.find("g_max")->value = 300e-6;  // room for the middle of every window; the cells' own bounds stay
  double pulses = 1, resets = 1;
  ArrayFigures all;
  for (const LevelWindow& level : levels) {
    ArrayExperiment experiment(card);
    experiment.scheme = "reset_on_overshoot";
    experiment.target_low_S = experiment.target_high_S = (level.low_uS + level.high_uS) / 2 * 1e-6;
    experiment.options = {(level.high_uS - level.low_uS) / 2 * 1e-6, 199};
    experiment.adc = Adc(14, -30e-6, 330e-6);
    experiment.cells = 4096;
    experiment.seed = settings.seed;
    const ArrayFigures figures = program_cells(experiment);
    pulses += figures.pulses / static_cast<double>(levels.size());
    resets += figures.reset_pulses / static_cast<double>(levels.size());
    all.cells.insert(all.cells.end(), figures.cells.begin(), figures.cells.end());
  }
  return {pulses, 1 + all.quantile_of_pulses(0.5), resets};
}

/// The published widths are 6 to 14 uS. The windows at the ends are open: nothing comes near their other side.
std::vector<double> baseline_ramps(const ValidationSettings& settings) {
  const std::vector<LevelWindow> levels = {{-15.9, 17.9},         window_around(28, 6),    window_around(44, 7.6), window_around(60, 9.2),
                                           window_around(79, 11), window_around(98, 12.4), window_around(119, 14), {133, 467}};
  return ramps(settings, validation_card("reram_hfox_ispp", settings), levels);
}

/// The published widths are 1.8 to 3 uS.
std::vector<double> tight_ramps(const ValidationSettings& settings) {
  const std::vector<LevelWindow> levels = {window_around(98, 3),    window_around(128, 2.4), window_around(153, 1.8),
                                           window_around(175, 1.8), window_around(197, 1.8), window_around(219, 1.8)};
  Card card = validation_card("reram_radar_2021", settings);
  card.find("set_step")->value = 0.03;
  return ramps(settings, std::move(card), levels);
}

}  // namespace

std::vector<ValidationExperiment> ispp_rows() {
  return {
      {"reram_cmo_hfox, scheme ispp, 10,240 cells a figure, one target, accepted within a share of it",
       {{"6a", "error at 50 uS, accepted within 2 %, uS", 'H', kFalcone, "0.576", around_percent(0.576, 10)},
        {"6b", "error at 50 uS, accepted within 0.2 %, uS", 'H', kFalcone, "0.0543", around_percent(0.0543, 10)},
        {"6c", "error at 9 uS, accepted within 0.2 %, uS", 'H', kFalcone, "0.0104", around_percent(0.0104, 10),
         "the card's noise of a read, 5 nS, is illustrative and adds to the 10.4 nS of the window; without it the error is 10.4 nS"}},
       cmo_errors},
      {"reram_hfox_ispp, scheme reset_on_overshoot, eight levels, windows of 6 to 14 uS and open ends, 4,096 cells each",
       {{"7a", "pulses a cell, baseline", 'C', kRadar, "19.2", around_percent(19.2, 20)},
        {"7b", "pulses a cell, median", 'C', kRadar, "14", around_percent(14, 20)},
        {"7c", "RESETs a cell", 'C', kRadar, "1.83", around_percent(1.83, 20)}},
       baseline_ramps},
      {"reram_radar_2021, scheme reset_on_overshoot, steps of 30 mV, six middle levels, windows of 1.8 to 3 uS, 4,096 cells each",
       {{"8a", "pulses a cell, tight windows", 'C', kRadar, "91.1", around_percent(91.1, 25)},
        {"8b", "pulses a cell, median", 'C', kRadar, "60", around_percent(60, 25)},
        {"8c", "RESETs a cell", 'C', kRadar, "10.1", around_percent(10.1, 25)}},
       tight_ramps},
  };
}

}  // namespace swimsim
