#include "models/network/layers/activations.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "models/common/errors.h"
#include "models/common/fast_math.h"
#include "models/network/layers/element_wise.h"
#include "models/network/layers/relu.h"

namespace swimsim {

namespace {

struct LeakyReluFunction {
  float negative_slope;
  float value(float x) const { return x > 0 ? x : negative_slope * x; }
  float slope(float y) const { return y > 0 ? 1.0f : negative_slope; }
};

struct ClipFunction {
  float low, high;
  float value(float x) const {
    const float above = x > low ? x : low;
    return above < high ? above : high;
  }
  float slope(float y) const { return (y > low ? 1.0f : 0.0f) * (y < high ? 1.0f : 0.0f); }
};

struct SigmoidFunction {
  float value(float x) const { return 1.0f / (1.0f + exp_clipped(-x)); }
  float slope(float y) const { return y * (1.0f - y); }
};

// Near 0 the difference of two exponentials would lose digits; there the series does better.
struct TanhFunction {
  float value(float x) const {
    const float square = x * x;
    const float series = x * (1.0f + square * (-1.0f / 3 + square * (2.0f / 15 + square * (-17.0f / 315))));
    const float quotient = 1.0f - 2.0f / (exp_clipped(2.0f * x) + 1.0f);
    return square < 0.04f ? series : quotient;
  }
  float slope(float y) const { return 1.0f - y * y; }
};

// A limit of Clip: a float32 scalar or left out.
float limit(const OnnxNode& node, std::size_t input, float otherwise) {
  const OnnxTensor* tensor = node.constant_or_null(input);
  if (tensor == nullptr) return otherwise;
  if (tensor->values.size() != 1) node.refuse(fmt::format("limit '{}' must be one float32 number", tensor->name));
  return tensor->values[0];
}

}  // namespace

std::shared_ptr<const Layer> make_leaky_relu(float slope) {
  if (!(slope > 0) || !std::isfinite(slope)) throw InputError(fmt::format("LeakyRelu: a slope of {}; it must be above 0", slope));
  return std::make_shared<ActivationLayer<LeakyReluFunction>>("LeakyRelu", LeakyReluFunction{slope},
                                                              std::map<std::string, float>{{"alpha", slope}});
}

std::shared_ptr<const Layer> make_clip(float low, float high) {
  if (!(low < high)) throw InputError(fmt::format("Clip: limits {} and {}; the first must be the lower", low, high));
  return std::make_shared<ActivationLayer<ClipFunction>>("Clip", ClipFunction{low, high}, std::map<std::string, float>{},
                                                         std::vector<float>{low, high});
}

std::shared_ptr<const Layer> make_sigmoid() { return std::make_shared<ActivationLayer<SigmoidFunction>>("Sigmoid", SigmoidFunction{}); }

std::shared_ptr<const Layer> make_tanh() { return std::make_shared<ActivationLayer<TanhFunction>>("Tanh", TanhFunction{}); }

int import_leaky_relu(const OnnxNode& node, Network& network) {
  const float slope = node.number("alpha", 0.01f);
  if (slope == 0) return import_relu(node, network);
  if (!(slope > 0) || !std::isfinite(slope)) node.refuse(fmt::format("alpha {} is not supported; it must be 0 or more", slope));
  return network.add(node.name, make_leaky_relu(slope), {node.value(0)});
}

int import_clip(const OnnxNode& node, Network& network) {
  const float low = limit(node, 1, std::numeric_limits<float>::lowest()), high = limit(node, 2, std::numeric_limits<float>::max());
  if (!(low < high)) node.refuse(fmt::format("limits {} and {}; the first must be the lower", low, high));
  return network.add(node.name, make_clip(low, high), {node.value(0)});
}

int import_sigmoid(const OnnxNode& node, Network& network) { return network.add(node.name, make_sigmoid(), {node.value(0)}); }

int import_tanh(const OnnxNode& node, Network& network) { return network.add(node.name, make_tanh(), {node.value(0)}); }

}  // namespace swimsim
