#pragma once

// A plain double-precision network with naive loops and no oneDNN: the independent oracle for the network room.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "models/common/random.h"
#include "models/dataset/image_set.h"
#include "models/network/layers/conv.h"
#include "models/network/layers/flatten.h"
#include "models/network/layers/linear.h"
#include "models/network/layers/max_pool.h"
#include "models/network/layers/relu.h"
#include "models/network/network.h"

namespace swimsim::testing {

using Vector = std::vector<double>;

struct LayerSpec {
  enum class Kind { conv, linear, relu, max_pool, flatten } kind;
  std::int64_t outputs = 0;
  Window window;
};

inline Window window_of(std::int64_t size, std::int64_t stride, std::int64_t pad) {
  Window window;
  window.height = window.width = size;
  window.stride_y = window.stride_x = stride;
  window.pad_y = window.pad_x = pad;
  return window;
}

inline double test_uniform(std::uint32_t stream, std::size_t i) {
  DrawId id;
  id.seed = 4711;
  id.purpose = Purpose::weight_noise;
  id.event = stream;
  id.weight = static_cast<std::uint32_t>(i);
  return 2 * random_uniform(id) - 1;
}

/// Builds the network that the specs describe, with weights in +-gain / sqrt(inputs) that are exact in float.
inline Network build_network(const Shape& input, const std::vector<LayerSpec>& specs, double gain = 2.0, bool with_bias = true) {
  Network network("test", input);
  int value = 0;
  for (const LayerSpec& spec : specs) {
    const Shape in = network.value_shape(value);
    const std::string name = "node" + std::to_string(value);
    if (spec.kind == LayerSpec::Kind::relu) value = network.add(name, make_relu(), {value});
    if (spec.kind == LayerSpec::Kind::flatten) value = network.add(name, make_flatten(), {value});
    if (spec.kind == LayerSpec::Kind::max_pool) value = network.add(name, make_max_pool(spec.window), {value});
    if (spec.kind != LayerSpec::Kind::conv && spec.kind != LayerSpec::Kind::linear) continue;
    const bool is_conv = spec.kind == LayerSpec::Kind::conv;
    WeightLayer description;
    description.name = name + ".weight";
    description.outputs = spec.outputs;
    description.inputs = is_conv ? in.channels * spec.window.height * spec.window.width : in.channels;
    description.shape = {spec.outputs, description.inputs};
    if (is_conv) description.shape = {spec.outputs, in.channels, spec.window.height, spec.window.width};
    const auto stream = static_cast<std::uint32_t>(10 + 2 * network.weight_layers().size());
    std::vector<float> weights(static_cast<std::size_t>(description.count()));
    std::vector<float> bias(with_bias ? static_cast<std::size_t>(spec.outputs) : 0);
    const double scale = gain / std::sqrt(static_cast<double>(description.inputs));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(scale * test_uniform(stream, i));
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<float>(0.3 * test_uniform(stream + 1, i));
    auto layer = is_conv ? make_conv(spec.outputs, in.channels, spec.window) : make_linear(spec.outputs, in.channels);
    value = network.add(name, layer, {value}, description, weights, bias);
  }
  return network;
}

inline ImageSet test_images(const Shape& shape, std::size_t count, int classes) {
  ImageSet images;
  images.channels = static_cast<int>(shape.channels);
  images.height = static_cast<int>(shape.height);
  images.width = static_cast<int>(shape.width);
  images.classes = classes;
  images.pixels.resize(count * images.image_size());
  for (std::size_t i = 0; i < images.pixels.size(); ++i) images.pixels[i] = static_cast<std::uint8_t>(127.5 + 127.4 * test_uniform(1, i));
  for (std::size_t i = 0; i < count; ++i) images.labels.push_back(static_cast<std::uint8_t>((1 + test_uniform(2, i)) / 2 * classes));
  return images;
}

inline Normalization plain_normalization(std::size_t channels) {
  return {std::vector<float>(channels, 0.25f), std::vector<float>(channels, 0.5f)};
}

/// The oracle: one image at a time.
class ReferenceNetwork {
 public:
  ReferenceNetwork(const Network& network, std::vector<LayerSpec> specs) : input_(network.input_shape()), specs_(std::move(specs)) {
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
      weights.emplace_back(network.weights(layer).begin(), network.weights(layer).end());
      biases.emplace_back(network.biases(layer).begin(), network.biases(layer).end());
    }
    for (std::size_t value = 0; value <= specs_.size(); ++value) shapes_.push_back(network.value_shape(static_cast<int>(value)));
  }

  std::vector<Vector> weights, biases;

  Vector input(const ImageSet& images, const Normalization& normalization, std::size_t image) const {
    Vector x(images.image_size());
    const std::size_t plane = static_cast<std::size_t>(images.height) * static_cast<std::size_t>(images.width);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = (images.pixels[image * x.size() + i] / 255.0 - normalization.mean[i / plane]) / normalization.std[i / plane];
    }
    return x;
  }

  const Vector& forward(const Vector& image) {
    values_.assign(1, image);
    std::size_t layer = 0;
    for (std::size_t n = 0; n < specs_.size(); ++n) {
      Vector out(static_cast<std::size_t>(shapes_[n + 1].elements()), 0.0);
      each_connection(n, layer, [&](std::size_t o, std::size_t i, double w, std::size_t) { out[o] += w * values_[n][i]; });
      if (is_weighted(n)) {
        const std::size_t per_output = out.size() / static_cast<std::size_t>(shapes_[n + 1].channels);
        for (std::size_t o = 0; o < out.size() && !biases[layer].empty(); ++o) out[o] += biases[layer][o / per_output];
        ++layer;
      }
      values_.push_back(out);
    }
    return values_.back();
  }

  /// Carries `seed` back. power 1: gradient; 2: diagonal second derivative. Adds each weight's derivative to `sum`.
  /// scales: what each layer multiplies on the way through (1 is the rule; the authors' quirk is 1 / s for power 2).
  void backward(Vector seed, int power, std::vector<Vector>& sum, const Vector& scales = {}) {
    std::size_t layer = weights.size();
    Vector diff = std::move(seed);
    for (std::size_t n = specs_.size(); n-- > 0;) {
      if (is_weighted(n)) --layer;
      Vector below(values_[n].size(), 0.0);
      const double scale = is_weighted(n) && !scales.empty() ? scales[layer] : 1.0;
      each_connection(n, layer, [&](std::size_t o, std::size_t i, double w, std::size_t weight) {
        below[i] += scale * (power == 2 ? w * w : w) * diff[o];
        if (is_weighted(n)) sum[layer][weight] += (power == 2 ? values_[n][i] * values_[n][i] : values_[n][i]) * diff[o];
      });
      diff = std::move(below);
    }
  }

  std::vector<Vector> zeros() const {
    std::vector<Vector> sum;
    for (const Vector& layer : weights) sum.emplace_back(layer.size(), 0.0);
    return sum;
  }

 private:
  bool is_weighted(std::size_t n) const { return specs_[n].kind == LayerSpec::Kind::conv || specs_[n].kind == LayerSpec::Kind::linear; }

  // Every layer is a list of connections output <- factor * input at the point where it is now.
  template <typename Visit>
  void each_connection(std::size_t n, std::size_t layer, Visit visit) const {
    const LayerSpec& spec = specs_[n];
    const Shape& in = shapes_[n];
    const Shape& out = shapes_[n + 1];
    const auto at = [](const Shape& s, std::int64_t c, std::int64_t y, std::int64_t x) {
      return static_cast<std::size_t>((c * s.height + y) * s.width + x);
    };
    if (spec.kind == LayerSpec::Kind::relu || spec.kind == LayerSpec::Kind::flatten) {
      for (std::size_t i = 0; i < values_[n].size(); ++i) {
        visit(i, i, spec.kind == LayerSpec::Kind::relu && values_[n][i] <= 0 ? 0.0 : 1.0, 0);
      }
      return;
    }
    if (spec.kind == LayerSpec::Kind::linear) {
      const std::size_t inputs = values_[n].size();
      for (std::size_t o = 0; o < static_cast<std::size_t>(spec.outputs); ++o) {
        for (std::size_t i = 0; i < inputs; ++i) visit(o, i, weights[layer][o * inputs + i], o * inputs + i);
      }
      return;
    }
    const Window& w = spec.window;
    for (std::int64_t c = 0; c < out.channels; ++c) {
      for (std::int64_t y = 0; y < out.height; ++y) {
        for (std::int64_t x = 0; x < out.width; ++x) {
          const std::size_t o = at(out, c, y, x);
          std::size_t best = 0;
          bool found = false;
          for (std::int64_t ic = 0; ic < (spec.kind == LayerSpec::Kind::conv ? in.channels : 1); ++ic) {
            for (std::int64_t ky = 0; ky < w.height; ++ky) {
              for (std::int64_t kx = 0; kx < w.width; ++kx) {
                const std::int64_t iy = y * w.stride_y - w.pad_y + ky, ix = x * w.stride_x - w.pad_x + kx;
                if (iy < 0 || ix < 0 || iy >= in.height || ix >= in.width) continue;
                if (spec.kind == LayerSpec::Kind::conv) {
                  const auto weight = static_cast<std::size_t>(((c * in.channels + ic) * w.height + ky) * w.width + kx);
                  visit(o, at(in, ic, iy, ix), weights[layer][weight], weight);
                } else {
                  const std::size_t i = at(in, c, iy, ix);
                  if (!found || values_[n][i] > values_[n][best]) best = i;
                  found = true;
                }
              }
            }
          }
          if (spec.kind == LayerSpec::Kind::max_pool) visit(o, best, 1.0, 0);
        }
      }
    }
  }

  Shape input_;
  std::vector<LayerSpec> specs_;
  std::vector<Shape> shapes_;
  std::vector<Vector> values_;
};

inline Vector softmax(const Vector& logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  Vector p;
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - largest);
  for (const double logit : logits) p.push_back(std::exp(logit - largest) / sum);
  return p;
}

inline double cross_entropy(const Vector& logits, std::size_t label) { return -std::log(softmax(logits)[label]); }

inline double squared_error(const Vector& logits, std::size_t label) {
  double loss = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) loss += std::pow(logits[i] - (i == label ? 1.0 : 0.0), 2);
  return loss;
}

inline double largest(const Vector& values) {
  double found = 0;
  for (const double value : values) found = std::max(found, std::fabs(value));
  return found;
}

/// Largest difference of two layers relative to the largest entry of `expected`.
inline double relative_difference(const Vector& expected, const Vector& actual) {
  if (expected.size() != actual.size()) return 1e300;
  double difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) difference = std::max(difference, std::fabs(expected[i] - actual[i]));
  return difference / std::max(largest(expected), 1e-300);
}

}  // namespace swimsim::testing
