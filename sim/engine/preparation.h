#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/array/mapping.h"
#include "models/dataset/image_set.h"
#include "models/device/device.h"
#include "models/inference/array_network.h"
#include "models/network/network.h"
#include "models/network/quantize.h"
#include "models/programming/chip_job.h"
#include "sim/engine/experiment.h"
#include "sim/engine/quantization.h"
#include "sim/engine/selection_quantities.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// What a run reads: network and images, checked against each other and against what the workload asks of them.
struct RunInputs {
  Network network;  ///< before training
  DataSet data;
  Normalization normalization;
  QuantizationPlan quantization;
  std::unique_ptr<Mapping> mapping;
  std::size_t test_images = 0;     ///< evaluated
  std::size_t held_out_first = 0;  ///< training images that neither train nor score: SWIM's loop tests on them
  std::size_t held_out_images = 0;
};

/// Everything that a run knows before the first pulse: trained and quantised network, sensitivities, mapping, device.
struct Preparation : RunInputs {
  QuantizedWeights quantized;
  ActivationRanges ranges;
  std::vector<std::vector<double>> magnitude;    ///< |w| over the largest weight of its scale, before quantisation
  std::vector<std::vector<double>> sensitivity;  ///< by the weight over the largest of its scale; empty when nothing needs it
  SelectionQuantities quantities;                ///< what else selectors rank by
  std::unique_ptr<Device> device;
  std::vector<std::unique_ptr<Device>> device_of_layer;  ///< layers of different slices may scatter differently; empty: `device` for all
  std::unique_ptr<Scheme> scheme;
  std::unique_ptr<Scheme> coarse_scheme;        ///< of the blind phase, if it verifies
  std::unique_ptr<ArrayNetwork> array_network;  ///< nullptr where `evaluate.fidelity` is `weights`
  double accuracy_float = 0;
  double accuracy_quantized = 0;
  double accuracy_array = 0;     ///< every cell at its target, read through DACs and ADCs; only with `array_network`
  double accuracy_held_out = 0;  ///< quantised, on the held-out images; only for SWIM's loop
};

/// Loads network and images. Throws InputError for everything that only the data can tell: files, shapes, numbers of images, the
/// traced tile.
RunInputs load_inputs(const Workload& workload, const RunOptions& options);

/// Quantises the network, freezes the activation ranges on training images and tells the accuracies.
void quantize_and_score(const Workload& workload, Preparation& prepared);

/// Trains or imports, quantises, calibrates, computes sensitivities. Throws InputError, RangeError, ResourceError.
Preparation prepare(const Workload& workload, const RunOptions& options, Progress& progress);

/// The schedule of one programming, but for which weight is in which group.
ChipJob make_chip_job(const Workload& workload, const Preparation& prepared, std::uint32_t trial);

}  // namespace swimsim
