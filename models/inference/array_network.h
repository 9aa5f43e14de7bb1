#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/array/mapping.h"
#include "models/dataset/image_set.h"
#include "models/device/device.h"
#include "models/inference/array_layer.h"
#include "models/inference/inference_options.h"
#include "models/network/layers/layer.h"
#include "models/network/network.h"
#include "models/network/quantize.h"

namespace swimsim {

/// What a network is compiled from. Mapping and device must outlive what is made of them; the others are read while it is made.
struct ArrayNetworkSource {
  const Network* network = nullptr;
  const QuantizedWeights* quantized = nullptr;
  const ActivationRanges* ranges = nullptr;
  const Normalization* normalization = nullptr;
  const Mapping* mapping = nullptr;
  const Device* device = nullptr;
  double effect_read_noise = 0;           ///< effects.read_noise
  const ImageSet* calibration = nullptr;  ///< the first of these images set the ranges of inputs and ADCs
};

/// A quantised network on arrays of cells, as both drivers compute it: which weight layer reads which tiles how, and the ranges of inputs
/// and ADCs. The same for every trial; what the cells of one programming hold is a `ProgrammedArray`.
class ArrayNetwork {
 public:
  /// Calibrates on the first images of `calibration`, with cells at their targets and without noise and mismatch. Throws InputError if
  /// the images do not suit the network, RangeError or ResourceError if a layer is too large.
  ArrayNetwork(const ArrayNetworkSource& source, const InferenceOptions& options);

  const InferenceOptions& options() const { return options_; }
  const Network& network() const { return network_; }
  const Normalization& normalization() const { return normalization_; }
  const Mapping& mapping() const { return *mapping_; }
  const Device& device() const { return *device_; }
  double effect_read_noise() const { return effect_read_noise_; }
  /// Per weight layer.
  const std::vector<ArrayLayer>& layers() const { return layers_; }
  /// The weight layer of a node, or nullptr: then `make_operator` gives what computes it.
  const ArrayLayer* layer_of_node(std::size_t node) const;
  /// The digital operator of a node without weights, for batches of `batch` images in plain layouts: [image][channel][row][column].
  std::unique_ptr<LayerOperator> make_operator(std::size_t node, std::int64_t batch) const;
  /// One image normalised into the network's input.
  void load_image(const ImageSet& images, std::size_t image, float* input) const;

 private:
  void compile(const ActivationRanges& ranges);

  Network network_;
  Normalization normalization_;
  const Mapping* mapping_;
  const Device* device_;
  double effect_read_noise_;
  InferenceOptions options_;
  std::vector<ArrayLayer> layers_;
  std::vector<int> layer_of_node_;
  std::vector<std::vector<float>> pixel_values_;
};

/// Conductances of every cell at its target, tile by tile.
std::vector<std::vector<float>> target_conductances(const Mapping& mapping, const QuantizedWeights& quantized, const Device& device);

}  // namespace swimsim
