#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace swimsim {

/// One programming of the whole chip: a line of trials.csv.
struct TrialRow {
  std::string selector;
  double fraction = 0;
  std::uint32_t trial = 0;
  double nwc = 0;           ///< write pulses of the verify phase over those of `all` with the same seed
  double nwc_total = 0;     ///< the same with blind writes counted in both
  std::int64_t pulses = 0;  ///< write pulses of the verify phase
  std::int64_t blind_pulses = 0;
  std::int64_t verify_reads = 0;
  std::int64_t verified_cells = 0;
  std::int64_t failed_cells = 0;
  std::int64_t left_cells = 0;     ///< that were to be verified and were not worth the time
  std::int64_t time_ps = 0;        ///< from the first blind write until the last cell is done
  std::int64_t blind_time_ps = 0;  ///< the blind phase of it
  std::int64_t energy_aJ = 0;
  double accuracy = 0;
  std::optional<double> price{};  ///< of time, or looseness, where a selector has them; then `fraction` is a mean of the trials: of the
                                  ///< cells finished, or the pulses
};

/// Mean over the trials: a line of programming.csv.
struct ProgrammingRow {
  std::string selector;
  double fraction = 0;
  double nwc = 0, nwc_total = 0;
  double pulses = 0, verify_reads = 0;
  double time_s = 0, energy_J = 0;
  double accuracy_mean = 0, accuracy_std = 0;            ///< sample standard deviation
  double accuracy_ci95_low = 0, accuracy_ci95_high = 0;  ///< Student's t, of the mean
  double accuracy_min = 0, accuracy_p01 = 0;
  int trials = 0;
  std::optional<double> price{};  ///< as in TrialRow
};

/// Mean over the trials for one layer: a line of layers.csv.
struct LayerRow {
  std::string layer, selector;
  double fraction = 0;
  std::int64_t weights = 0, cells = 0, tiles = 0;
  double pulses = 0, verify_reads = 0, failed_cells = 0;
  double time_s = 0;  ///< summed over the layer's tiles: how long they were busy
  double energy_J = 0;
  struct EnergyShare {
    std::string component;
    double energy_J = 0;
  };
  std::vector<EnergyShare> energy_by_component;  ///< the same components in the same order in every line
  double max_cell_pulses = 0;                    ///< largest over cells and trials
  std::optional<double> price{};                 ///< as in TrialRow
};

/// What one layer did for the images that went through the SystemC chip: a line of inference.csv.
struct InferenceRow {
  std::string layer;
  std::int64_t images = 0, tiles = 0;
  std::int64_t reads = 0;        ///< of a tile, one for each plane of a position
  std::int64_t conversions = 0;  ///< of a column
  std::int64_t digital_operations = 0;
  std::int64_t input_values_most = 0;                      ///< most values that the layer's input buffer held
  double array_busy_s = 0, adc_busy_s = 0;                 ///< summed over the layer's tiles
  double array_utilisation = 0, adc_utilisation = 0;       ///< of them: share (0..1) of the time that all images took
  double energy_J = 0;                                     ///< of all images, leakage apart
  std::vector<LayerRow::EnergyShare> energy_by_component;  ///< the same components in the same order in every line
};

/// What quantising did to one layer: a line of quantization.csv.
struct QuantizationRow {
  std::string layer;
  std::int64_t weights = 0;
  int weight_bits = 0;
  std::int64_t scales = 0;           ///< 1, or one for each output channel
  float weight_range = 0;            ///< the largest weight that the codes reach, of all channels
  std::int64_t weights_clipped = 0;  ///< weights beyond the range of their scale
  double weight_sqnr_dB = 0;         ///< power of the weights over that of their rounding and clipping errors; infinite without any
  int activation_bits = 0;           ///< 0: float
  float activation_range = 0;        ///< 0 where activations are float
  double activations_clipped = 0;    ///< share (0..1) of the calibration's values beyond it
};

/// One figure of summary.json.
struct Statistic {
  std::string key;
  double value = 0;
  std::string unit;  ///< "" for a pure number
  std::string description;
};

/// Sensitivities, scores and ranks of one layer for schedule.h5.
struct LayerSchedule {
  std::string layer;                ///< name of the ONNX initialiser
  std::vector<std::int64_t> shape;  ///< shape of the weight
  std::vector<double> sensitivity;
  struct Ranked {
    std::string selector;
    std::vector<double> score;
    std::vector<std::int64_t> rank;  ///< 0 is verified first; global over the layers
  };
  std::vector<Ranked> selectors;
  std::int64_t slices = 1;  ///< scores and ranks have so many for each weight, as a last dimension if more than one
};

/// The cells of one tile after programming, for cells.h5; row by row.
struct TileCellsRecord {
  std::int64_t rows = 0, cols = 0;
  std::vector<float> target_uS, final_uS, read_back_uS;
  std::vector<std::uint32_t> pulses;
  std::vector<std::uint8_t> failed;
  std::vector<std::uint8_t> verified;  ///< 1: the cell entered write-verify
};
struct ChipCellsRecord {
  std::string selector;
  double fraction = 0;
  std::uint32_t trial = 0;
  std::vector<TileCellsRecord> tiles;
  bool everything_verified = false;
  std::optional<double> price{};  ///< as in TrialRow
};

/// One module of the chip while everything is verified, first trial: a line of modules.csv.
struct ModuleRow {
  std::string path;   ///< "chip.tile_3.adc_bank"; a line belongs to the one whose path is its own without the last part
  std::string kind;   ///< "chip", "tile", the module's name, or "state" for a state of the controller
  std::string layer;  ///< of the tile; "" for the chip
  std::int64_t busy_ps = 0;
  std::int64_t busy_cycles = 0;  ///< of the clock
  double utilisation = 0;        ///< share (0..1) of the time from the first blind write to the end
  std::int64_t events = 0;
  std::string event;               ///< what they are: "conversions"; "" for none
  std::optional<double> energy_J;  ///< nothing where no component of the ledger belongs to it
};

/// One word line of the chip while everything is verified, first trial: a line of rows.csv.
struct WordLineRow {
  std::int64_t tile = 0, row = 0;
  std::int64_t busy_ps = 0;
  std::int64_t cycles = 0;  ///< of write-verify
};

/// What a tile holds: a line of tiles.csv.
struct TileRow {
  std::string layer;
  std::int64_t inputs = 0;  ///< of the layer's weight matrix
  std::int64_t slices = 0;  ///< of a weight
  std::int64_t first_input = 0, first_column = 0;
  std::int64_t used_rows = 0, used_cols = 0;
  std::int64_t rows = 0, cols = 0;  ///< the tile's own
  /// Of each used row the input, of each used column the output, where the layer is not in its own order: a line of orders.csv.
  std::vector<std::int64_t> row_inputs, column_outputs;
};

/// One step of SWIM's own loop (verify a group, test, stop at the budget): a line of loop.csv.
struct LoopRow {
  std::string selector;
  std::uint32_t trial = 0;
  int step = 0;
  double fraction = 0, nwc = 0;
  std::int64_t time_ps = 0, energy_aJ = 0;
  double held_out_accuracy = 0;
  double test_accuracy = -1;  ///< of the last step only; -1 before
  bool stopped = false;       ///< the budget holds after this step
};

/// Pulses that verified cells needed: count[k] cells took k pulses (the last bin holds all that took more).
struct PulseHistogram {
  std::vector<std::int64_t> count;
};

/// How far the cells of one target level ended from their target, over all trials: a line of levels.csv. Errors are final minus target.
struct LevelRow {
  bool verified = false;  ///< everything verified, or nothing
  int level = 0;          ///< 0 is g_min, the highest g_max
  double target_uS = 0;
  std::int64_t cells = 0;
  double mean_error_uS = 0, std_error_uS = 0;
  double mean_error_fraction = 0, std_error_fraction = 0;  ///< of g_max - g_min
};

/// Equal SETs from the lowest state, then equal RESETs, on the card's median device without any noise.
struct CardCurve {
  struct Point {
    int pulse = 0;
    int polarity = 0;  ///< +1 SET, -1 RESET, 0 before the first pulse
    double g_S = 0;
    double published_S = 0;  ///< the published closed form; only where `has_published`
  };
  std::string card;
  double set_V = 0, reset_V = 0, width_s = 0;
  bool has_published = false;
  std::vector<Point> points;  ///< empty: the device counts cycles
};

/// Everything that happens to one cell of the first tile while everything is verified, in order.
struct PulseTrain {
  enum class Kind { erase, blind, coarse_pulse, pulse, read };
  struct Event {
    Kind kind = Kind::read;
    double volts_V = 0;  ///< negative for RESET and erase; 0 for a read
    double width_s = 0;
    double g_uS = 0;     ///< what the cell holds after it
    double read_uS = 0;  ///< of a conversion: what the controller makes of it
  };
  std::uint32_t trial = 0;
  int tile = 0, row = 0, col = 0;
  double target_uS = 0, tolerance_uS = 0;
  std::string scheme;
  std::int64_t pulses = 0;  ///< of the verify phase
  bool converted = true;    ///< false: comparators, read_uS stays 0
  std::vector<Event> events;
};

/// Everything that a run leaves behind, before it is written.
struct RunResults {
  std::string name;          ///< of the workload, for titles
  bool interrupted = false;  ///< Ctrl-C: only the trials that were finished are in here
  bool synthetic_images = false;
  std::vector<std::string> notes;  ///< plain sentences for the reader: unsourced figures, clipped cells, ...
  std::vector<Statistic> summary;
  std::vector<TrialRow> trials;
  std::vector<ProgrammingRow> programming;
  std::vector<LayerRow> layers;
  std::vector<QuantizationRow> quantization;
  std::vector<InferenceRow> inference;  ///< empty without `evaluate.fidelity: cycle`
  std::vector<LoopRow> loop;
  std::vector<LayerSchedule> schedule;
  std::vector<ChipCellsRecord> cells;
  std::vector<ModuleRow> modules;
  std::vector<WordLineRow> rows;
  std::vector<TileRow> tiles;
  PulseHistogram pulse_histogram;  ///< verify-phase pulses per verified cell at fraction 1, all trials
  std::vector<LevelRow> levels;
  CardCurve card_curve;
  PulseTrain pulse_train;                                          ///< no events: the device counts cycles
  std::string resolved_workload;                                   ///< YAML text
  std::vector<std::string> input_files;                            ///< paths of data and networks that were read
  std::vector<std::pair<std::string, std::string>> input_digests;  ///< folders that were read: path, SHA-256 of what was in them
};

}  // namespace swimsim
