#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

/// How float weights become integer codes; symmetric, one scale per layer, round half to even.
enum class Quantizer {
  clamp,  ///< scale = max|w| / (2^N - 1), codes -(2^N - 1) .. 2^N - 1 (branch `hete` of the authors' code); fits N-bit cells
  swim,   ///< scale = max|w| / 2^N, codes -2^N .. 2^N (the first paper's code)
};

/// "clamp" or "swim"; InputError on another word.
Quantizer parse_quantizer(const std::string& word);

/// Weight codes of a network: w is about codes * scale.
struct QuantizedWeights {
  std::vector<std::vector<std::int32_t>> codes;  ///< per weight layer [outputs][inputs]
  std::vector<float> scale;                      ///< per weight layer; 0 for a layer of zeros
  std::int32_t code_max = 0;                     ///< largest magnitude that a code can have
};

constexpr int kMaxWeightBits = 16;

/// The largest code of N magnitude bits.
std::int32_t largest_code(int bits, Quantizer quantizer);

/// Quantises every weight layer. Throws InputError if bits is outside 1..16 or a weight is not finite (named). Biases stay float.
QuantizedWeights quantize_weights(const Network& network, int bits, Quantizer quantizer);

/// codes * scale as floats, in the form that the Evaluator takes.
std::vector<std::vector<float>> dequantize(const QuantizedWeights& quantized);

/// Quantises one layer and writes codes * scale (what `quantize_weights` and `dequantize` give) without the codes.
void fake_quantize_weights(const std::vector<float>& weights, int bits, Quantizer quantizer, std::vector<float>& out);

/// Activation quantisers: the output of every weight layer, after the bias and before the activation function (the logits too), is
/// rounded to levels -(2^N - 1) .. 2^N - 1 times range / (2^N - 1) and clamped there. The network's input is not quantised.
struct ActivationRanges {
  int bits = 0;              ///< 0: off, values stay float
  std::vector<float> range;  ///< per weight layer: the largest magnitude; 0 switches that layer's quantiser off
};

/// Rounds half to even to the levels of (range, bits), in place.
void fake_quantize_activations(float* values, std::int64_t count, float range, int bits);

/// max |values|.
float largest_magnitude(const float* values, std::int64_t count);

}  // namespace swimsim
