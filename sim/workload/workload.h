#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/common/errors.h"
#include "models/device/card.h"
#include "models/device/effect_parameters.h"
#include "models/device/ramp_overrides.h"

namespace swimsim {

/// A workload as the program understands it: every default explicit, quantities in SI units, times in whole picoseconds.
/// The initial values here are the descriptor's defaults; keys.cpp gives every member its key, range and description.
struct Workload {
  std::string source;  ///< the file it was read from, or "NAME (built in)"
  std::string name;    ///< for titles and the default result folder; the name of the file unless the workload says otherwise
  std::uint64_t seed = 1;

  struct Training {
    int epochs = 8;
    int batch = 128;
    double learning_rate = 0;              ///< 0: not given, the optimizer decides
    int images = 0;                        ///< first so many training images; 0: all
    std::string optimizer = "adam";        ///< "adam", "sgd"
    double momentum = 0.9;                 ///< of sgd
    double weight_decay = 0;               ///< of the weights, not of the biases
    std::string schedule = "cosine";       ///< "cosine", "one_cycle", "steps", "constant"
    std::vector<double> steps{0.5, 0.75};  ///< where `steps` falls, as shares of the training
    double step_factor = 0.1;              ///< what the rate is multiplied by there
    std::string augment = "none";          ///< "none", "flip", "crop", "flip_and_crop"
    int crop_padding = 4;                  ///< pixels
    std::string batch_norm = "batch";      ///< "batch", "frozen"
    double noise_sigma = 0;                ///< of the weights, in SWIM's unit
  };
  struct Network {
    std::string builtin;            ///< a name of `swimsim list networks`, or "" when an ONNX file is given
    std::string onnx;               ///< resolved path, or ""
    int width = 0;                  ///< built-in: channels of the first layer, the others in proportion; 0: as published
    std::optional<Training> train;  ///< built-in: required (defaults apply); ONNX: optional fine-tuning
  } network;

  struct Dataset {
    std::string name;             ///< "glyphs", "mnist", "cifar-10", ...
    std::vector<double> mean{0};  ///< one for each channel of the image scaled to 0..1
    std::vector<double> std{1};   ///< as many as means
    int train_images = 0;         ///< 0: all that the set has (glyphs: 20000)
    int test_images = 0;          ///< 0: all that the set has (glyphs: 4000)
    std::string path;             ///< of `folder`: resolved, or ""
    std::string train_images_file, train_labels_file, test_images_file, test_labels_file;  ///< of `npy`: resolved, or ""
  } dataset;

  /// Bits of single layers.
  struct LayerBits {
    struct Entry {
      std::string layer;                                ///< name of its weights; "" in a list by order
      std::optional<int> weight_bits, activation_bits;  ///< not given: those of all layers
      SourcePlace place;
    };
    bool by_order = false;  ///< one entry for each layer, in the order of the network; otherwise by name
    std::vector<Entry> entries;
  };
  struct Quantize {
    int weight_bits = 4;                       ///< 1..16
    int activation_bits = 4;                   ///< 1..16, or 0: activations stay float
    std::string quantizer = "clamp";           ///< "clamp": codes up to 2^N - 1; "swim": up to 2^N
    std::string weight_scale = "per_tensor";   ///< "per_tensor", "per_channel"
    std::string weight_range = "maximum";      ///< "maximum", "percentile", "least_squares"
    double weight_percentile = 99.9;           ///< weight_range: percentile
    std::string activation_range = "maximum";  ///< the same words
    double activation_percentile = 99.9;       ///< activation_range: percentile
    int calibration_images = 1024;
    LayerBits layers;
    std::string batch_norm = "digital";  ///< "digital": beside the array; "fold": into the weights that are programmed
  } quantize;

  struct Mapping {
    int tile_rows = 128;
    int tile_cols = 128;
    int bits_per_device = 4;
    std::string sign = "differential";
    std::string order = "natural";  ///< "natural", "sensitivity", "sensitivity_spread"
  } mapping;

  std::string card_source;  ///< `device.card`: name of a built-in card, or the resolved path of a card file
  Card card;                ///< that card with the workload's `device.set` applied

  struct Programming {
    std::string driver = "cycle";        ///< "cycle", "batched"
    std::string scheme = "incremental";  ///< "incremental", "counted", "set_reset", ...
    std::string blind = "median_curve";  ///< "median_curve", "coarse_verify", "none"
    double tolerance_fraction = 0.06;    ///< of g_max - g_min; a tolerance given as a conductance is converted
    int max_attempts = 60;
    int max_reversals = 30;
    double coarse_tolerance_fraction = 0.24;  ///< of the coarse write-verify, likewise
    int coarse_attempts = 20;
    RampOverrides ramps;  ///< empty lists: the card's
    double width_growth = 1.5, width_stop = 1000;
    std::string write_dac = "per_column";   ///< "per_column", "per_row"
    std::string erase_granularity = "row";  ///< "row", "tile"
  } programming;

  struct Hardware {
    std::int64_t clock_ps = 10'000;
    int tiles = 0;        ///< on the chip; 0: as many as the network takes
    bool rounds = false;  ///< more than that are programmed in rounds
    int tiles_at_once = 4;
    std::string scheduler = "tile_after_tile";
    int host_bus_bits = 0;  ///< 0: loading takes no time
    std::int64_t host_clock_ps = 10'000;
    int column_mux = 8;
    int adc_bits = 6;
    double adc_low = -0.3;  ///< lower end of the ADC's range, as a fraction of g_max - g_min above g_min
    double adc_high = 1.3;
    double v_read_V = 0.2;
    std::int64_t row_settle_ps = 20'000;       ///< tWLS: word line and row decoder
    std::int64_t dac_settle_ps = 20'000;       ///< tDACS: write DAC per change of row, polarity or amplitude
    std::int64_t write_to_read_ps = 20'000;    ///< tWTR
    std::int64_t read_settle_ps = 20'000;      ///< tRDS
    std::int64_t read_ps = 10'000;             ///< tRD: sample one mux group
    std::int64_t adc_conversion_ps = 10'000;   ///< tADC
    std::int64_t mux_switch_ps = 0;            ///< tCMUX, 0: hidden in the conversion
    std::int64_t read_to_write_ps = 20'000;    ///< tRTW
    std::int64_t polarity_switch_ps = 20'000;  ///< tPOL
    std::int64_t read_after_write_ps = -1;     ///< tWRD; -1: not given, the device decides
    int reads_averaged = 1;                    ///< of one verify
    std::string verify = "convert";            ///< "convert", "compare"
    std::int64_t compare_ps = 10'000;          ///< one comparison
    double adc_energy_J = 0.22e-12;            ///< per conversion
    double sample_hold_energy_J = 1e-15;       ///< per sample
    double dac_energy_J = 0.39e-12;            ///< per active column and pulse
    double line_capacitance_F = 25e-15;        ///< bit line, charged once per pulse and column
    double compare_energy_J = 0.05e-12;        ///< per comparison
    double mux_energy_J = 0;                   ///< per sample, of the column mux
    double driver_energy_J = 0;                ///< per active column and pulse, of the write driver
    double write_current_limit_A = 0;          ///< of a row; 0: no limit
    double write_current_budget_A = 0;         ///< of the chip; 0: no limit
    double controller_power_W = 0;             ///< of one tile's controller while it programs
    double tile_leakage_W = 0;                 ///< of every tile on the chip, as long as the programming takes
    double chip_leakage_W = 0;                 ///< of everything else
  } hardware;

  EffectParameters effects;  ///< what befalls cells around the kernel

  struct Loop {
    double accuracy_drop = 0.005;  ///< budget, as a fraction of images
    double step = 0.05;            ///< share of the weights verified between two tests
    int images = 2000;             ///< training images held out of the sensitivity pass for the tests
  };
  struct InSitu {
    double learning_rate = 0.02;  ///< of plain gradient descent on the mean loss of a batch
    int batch = 128;
    int max_updates = 2000;
  };
  struct Selection {
    std::vector<std::string> selectors{"swim", "magnitude", "random"};
    std::vector<double> fractions{0, 0.1, 0.3, 0.5, 1};
    std::vector<double> prices{0, 1, 3, 10, 30, 100};                          ///< of time, of selectors that write while it pays
    std::vector<double> looseness{0, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000};  ///< of selectors that give each cell a tolerance
    int images = 2000;                                                         ///< training images of the sensitivity pass
    int probes = 16;                                                           ///< of the selector hutchinson
    std::string granularity = "weight";  ///< "weight", "device": slices of one weight are ranked apart
    bool reference_quirks = false;       ///< reproduce the authors' code: s for s^2, first-order term
    InSitu in_situ;                      ///< of the selector in_situ
    std::optional<Loop> loop;            ///< SWIM's own loop beside the fixed fractions
  } selection;

  /// How the arrays compute; for `evaluate.fidelity: array` and `cycle`.
  struct Inference {
    int input_bits = 8;                    ///< magnitude bits of inputs that do not come from a quantised layer
    int dac_bits = 1;                      ///< magnitude bits that one read applies
    int adc_bits = 8;                      ///< of the ADCs that convert column sums
    std::string adc_range = "maximum";     ///< "maximum", "percentile"
    double adc_percentile = 99.9;          ///< adc_range: percentile
    int calibration_images = 64;           ///< training images that set the ranges of inputs and ADCs
    std::string read_noise = "on";         ///< "on", "off"
    double adc_offset_sigma = 0;           ///< of a converter, in LSB
    double adc_gain_sigma = 0;             ///< of a converter, relative
    std::string adc_calibration = "none";  ///< "none", "offset", "offset_and_gain"
    std::string line_resistance = "off";   ///< "off", "exact", "fast"
    double row_line_ohm = 2.12;            ///< from one cell to the next
    double column_line_ohm = 2.12;         ///< likewise
    double driver_ohm = 0;                 ///< before a row's first cell
    double sense_ohm = 0;                  ///< after a column's last cell
    std::string gain_calibration = "on";   ///< "on", "off"

    // In time and energy, for `evaluate.fidelity: cycle`.
    int cycle_images = 32;                ///< test images that the SystemC chip infers
    std::int64_t read_ps = 100'000;       ///< from the digits on the word lines to settled column sums
    std::string adc = "sar";              ///< "sar", "flash"
    std::int64_t adc_step_ps = 1'000;     ///< a conversion takes adc_bits + 1 of them (sar) or one (flash)
    double adc_energy_J = 0;              ///< per conversion; 0: what the kind takes for its bits
    double dac_energy_J = 0.39e-12;       ///< per word line and plane
    double shift_add_energy_J = 20e-15;   ///< per conversion
    double register_energy_J = 0.12e-12;  ///< per bit that goes into input and output registers
    int digital_lanes = 64;               ///< operations of a layer's digital units in a clock
    double digital_energy_J = 0.1e-12;    ///< per operation
    std::string noc = "none";             ///< between the layers: "none", "bus", "mesh"
    int link_bits = 256;                  ///< of the bus or a link, per clock
    double link_energy_J = 0;             ///< per bit and link
  } inference;

  struct Evaluate {
    std::string fidelity = "weights";  ///< "weights", "array", "cycle"
    int images = 0;                    ///< 0: all test images
    int trials = 10;
  } evaluate;

  struct Results {
    std::string cells = "auto";  ///< "auto": first trial, up to a million cells; "yes"; "no"
  } results;

  struct Trace {
    int tile = 0;
    int row_first = 0, row_last = 0;   ///< inclusive
    int col_first = 0, col_last = 15;  ///< inclusive
    std::string phase = "verify";      ///< "blind", "verify", "inference": the times count from its beginning
    std::int64_t from_ps = 0, to_ps = 20'000'000;
    std::string selector;  ///< default: the first of the workload's selectors
    double fraction = -1;  ///< default: the largest of the workload's fractions
    double max_file_bytes = 64.0 * 1024 * 1024;
  };
  std::optional<Trace> trace;
};

}  // namespace swimsim
