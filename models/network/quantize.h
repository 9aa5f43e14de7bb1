#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network/network.h"
#include "models/network/value_range.h"

namespace swimsim {

/// How float weights become integer codes; symmetric, round half to even. The range is max|w| or a clipping range below it.
enum class Quantizer {
  clamp,  ///< scale = range / (2^N - 1), codes -(2^N - 1) .. 2^N - 1 (branch `hete` of the authors' code); fits N-bit cells
  swim,   ///< scale = range / 2^N, codes -2^N .. 2^N (the first paper's code)
};

/// "clamp" or "swim"; InputError on another word.
Quantizer parse_quantizer(const std::string& word);

/// How the weights of one layer become codes.
struct WeightQuantization {
  int bits = 4;  ///< magnitude bits, 1..16; the sign comes on top
  Quantizer quantizer = Quantizer::clamp;
  RangeRule range;           ///< of what one scale covers
  bool per_channel = false;  ///< a scale for each output channel instead of one for the layer
};

/// Weight codes of a network: w is about code * scale.
struct QuantizedWeights {
  std::vector<std::vector<std::int32_t>> codes;  ///< per weight layer [outputs][inputs]
  std::vector<std::vector<float>> scale;         ///< per weight layer: one, or one per output channel; 0 where all weights are 0
  std::vector<std::vector<float>> range;         ///< the same form: the largest weight that the codes reach, about code_max * scale
  std::vector<std::int32_t> code_max;            ///< per weight layer: largest magnitude that a code can have
};

constexpr int kMaxWeightBits = 16;

/// The largest code of N magnitude bits.
std::int32_t largest_code(int bits, Quantizer quantizer);

/// Quantises every weight layer, each as its entry of `layers` says. Throws InputError if bits are outside 1..16 or a weight is not finite
/// (named). Biases stay float.
QuantizedWeights quantize_weights(const Network& network, const std::vector<WeightQuantization>& layers);

/// The same for all layers.
QuantizedWeights quantize_weights(const Network& network, const WeightQuantization& all);

/// One scale a layer, ranges by maximum.
QuantizedWeights quantize_weights(const Network& network, int bits, Quantizer quantizer);

/// codes * scale as floats, in the form that the Evaluator takes.
std::vector<std::vector<float>> dequantize(const QuantizedWeights& quantized);

/// Quantises one layer of `outputs` channels and writes codes * scale (what `quantize_weights` and `dequantize` give) without the codes.
/// Returns the largest weight that each scale reaches (`QuantizedWeights::range`).
std::vector<float> fake_quantize_weights(const std::vector<float>& weights, std::int64_t outputs, const WeightQuantization& how,
                                         std::vector<float>& out);

/// What quantising does to one layer's weights.
struct QuantizationError {
  std::int64_t clipped = 0;  ///< weights beyond the range of their scale
  double sqnr_dB = 0;        ///< 10 log10(sum w^2 / sum (w - code * scale)^2); infinite where nothing is lost
};
QuantizationError quantization_error(const std::vector<float>& weights, const QuantizedWeights& quantized, std::size_t layer);

/// Activation quantisers: the output of every weight layer, after the bias and before the activation function (the logits too), is
/// rounded to levels -(2^N - 1) .. 2^N - 1 times range / (2^N - 1) and clamped there. The network's input is not quantised.
struct ActivationRanges {
  int bits = 0;                 ///< of every layer; 0: off, values stay float
  std::vector<float> range;     ///< per weight layer: the largest magnitude; 0 switches that layer's quantiser off
  std::vector<int> layer_bits;  ///< per weight layer, 0 switches its quantiser off; empty: `bits` for all. Heeded while `bits` is not 0
  std::vector<double> clipped;  ///< per weight layer: share (0..1) of the calibration's values beyond the range; empty: by maximum, none
  int bits_of(std::size_t layer) const { return bits == 0 || layer_bits.empty() ? bits : layer_bits[layer]; }
};

/// Rounds half to even to the levels of (range, bits), in place.
void fake_quantize_activations(float* values, std::int64_t count, float range, int bits);

}  // namespace swimsim
