#pragma once

// A plain double-precision graph of every kind of layer, with naive loops: the oracle for what network_reference.h, a chain, cannot hold.

#include "models/network/layers/activations.h"
#include "models/network/layers/add.h"
#include "models/network/layers/average_pool.h"
#include "models/network/layers/concat.h"
#include "models/network/layers/pad.h"
#include "tests/support/network_reference.h"

namespace swimsim::testing {

/// One node. Value 0 is the image, value i + 1 the output of node i.
struct GraphNode {
  enum class Kind {
    conv,
    linear,
    flatten,
    relu,
    leaky_relu,
    clip,
    sigmoid,
    tanh,
    max_pool,
    average_pool,
    global_average_pool,
    batch_norm,
    add,
    concat,
    pad
  } kind;
  std::vector<int> inputs;
  std::int64_t outputs = 0;    ///< conv, linear
  Window window;               ///< conv, pools
  std::int64_t groups = 1;     ///< conv
  bool count_padding = false;  ///< average_pool
};
using Op = GraphNode::Kind;

constexpr float kLeakySlope = 0.2f, kClipLow = -0.3f, kClipHigh = 0.8f;

inline BatchNormParameters test_batch_norm(std::int64_t channels, std::uint32_t stream) {
  BatchNormParameters p;
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    p.gamma.push_back(static_cast<float>(1 + 0.5 * test_uniform(stream, 4 * c)));
    p.beta.push_back(static_cast<float>(0.3 * test_uniform(stream, 4 * c + 1)));
    p.mean.push_back(static_cast<float>(0.3 * test_uniform(stream, 4 * c + 2)));
    p.variance.push_back(static_cast<float>(1 + 0.8 * test_uniform(stream, 4 * c + 3)));
  }
  p.epsilon = 1e-3f;
  return p;
}

inline std::shared_ptr<const Layer> layer_without_weights(const GraphNode& node) {
  switch (node.kind) {
    case Op::flatten:
      return make_flatten();
    case Op::relu:
      return make_relu();
    case Op::leaky_relu:
      return make_leaky_relu(kLeakySlope);
    case Op::clip:
      return make_clip(kClipLow, kClipHigh);
    case Op::sigmoid:
      return make_sigmoid();
    case Op::tanh:
      return make_tanh();
    case Op::max_pool:
      return make_max_pool(node.window);
    case Op::average_pool:
      return make_average_pool(node.window, node.count_padding);
    case Op::global_average_pool:
      return make_global_average_pool();
    case Op::add:
      return make_add();
    case Op::pad:
      return make_pad({node.window.pad_y, node.window.pad_x, node.window.pad_below(), node.window.pad_right()});
    default:
      return make_concat();
  }
}

inline Network build_graph(const Shape& input, const std::vector<GraphNode>& nodes, double gain = 2.0) {
  Network network("graph", input);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const GraphNode& node = nodes[n];
    const std::string name = "node" + std::to_string(n);
    const Shape in = network.value_shape(node.inputs[0]);
    const auto stream = static_cast<std::uint32_t>(100 + 2 * n);
    if (node.kind == Op::batch_norm) {
      network.add_batch_norm(name, node.inputs[0], test_batch_norm(in.channels, stream));
      continue;
    }
    if (node.kind != Op::conv && node.kind != Op::linear) {
      network.add(name, layer_without_weights(node), node.inputs);
      continue;
    }
    const bool is_conv = node.kind == Op::conv;
    WeightLayer description;
    description.name = name + ".weight";
    description.outputs = node.outputs;
    description.inputs = is_conv ? in.channels / node.groups * node.window.height * node.window.width : in.channels;
    description.shape = {node.outputs, description.inputs};
    std::vector<float> weights(static_cast<std::size_t>(description.count())), bias(static_cast<std::size_t>(node.outputs));
    const double scale = gain / std::sqrt(static_cast<double>(description.inputs));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(scale * test_uniform(stream, i));
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<float>(0.3 * test_uniform(stream + 1, i));
    auto layer = is_conv ? make_conv(node.outputs, in.channels, node.window, node.groups) : make_linear(node.outputs, in.channels);
    network.add(name, layer, node.inputs, description, weights, bias);
  }
  return network;
}

/// The oracle: one image at a time.
class ReferenceGraph {
 public:
  ReferenceGraph(const Network& network, std::vector<GraphNode> nodes) : nodes_(std::move(nodes)) {
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
      weights.emplace_back(network.weights(layer).begin(), network.weights(layer).end());
      biases_.emplace_back(network.biases(layer).begin(), network.biases(layer).end());
    }
    batch_norms_ = network.batch_norms();
    int layer = 0, batch_norm = 0;
    for (const GraphNode& node : nodes_) {
      const bool weighted = node.kind == Op::conv || node.kind == Op::linear;
      parameters_.push_back(weighted ? layer++ : node.kind == Op::batch_norm ? batch_norm++ : -1);
    }
    for (std::size_t value = 0; value <= nodes_.size(); ++value) shapes_.push_back(network.value_shape(static_cast<int>(value)));
  }

  std::vector<Vector> weights;

  const Vector& forward(const Vector& image) {
    values_.assign(1, image);
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      Vector out(static_cast<std::size_t>(shapes_[n + 1].elements()), 0.0);
      if (is_activation(nodes_[n].kind)) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = activate(nodes_[n].kind, input_of(n, 0)[i]);
      } else {
        values_.push_back(out);  // the connections of a batch norm and the like need no output
        each_connection(n, [&](std::size_t o, std::size_t slot, std::size_t i, double factor, std::size_t) {
          out[o] += factor * input_of(n, slot)[i];
        });
        values_.pop_back();
        add_constants(n, out);
      }
      values_.push_back(out);
    }
    return values_.back();
  }

  /// As ReferenceNetwork::backward; quirks: average pools by 1 / k in the second order.
  void backward(const Vector& seed, int power, std::vector<Vector>& sum, bool quirks = false) const {
    std::vector<Vector> diffs;
    for (const Vector& value : values_) diffs.emplace_back(value.size(), 0.0);
    diffs.back() = seed;
    for (std::size_t n = nodes_.size(); n-- > 0;) {
      const GraphNode& node = nodes_[n];
      const bool averages = node.kind == Op::average_pool || node.kind == Op::global_average_pool;
      const bool weighted = node.kind == Op::conv || node.kind == Op::linear;
      each_connection(n, [&](std::size_t o, std::size_t slot, std::size_t i, double factor, std::size_t weight) {
        const double carried = power == 2 && !(quirks && averages) ? factor * factor : factor;
        const double x = input_of(n, slot)[i];
        diffs[static_cast<std::size_t>(node.inputs[slot])][i] += carried * diffs[n + 1][o];
        if (weighted) sum[static_cast<std::size_t>(parameters_[n])][weight] += (power == 2 ? x * x : x) * diffs[n + 1][o];
      });
    }
  }

  std::vector<Vector> zeros() const {
    std::vector<Vector> sum;
    for (const Vector& layer : weights) sum.emplace_back(layer.size(), 0.0);
    return sum;
  }

 private:
  static bool is_activation(Op kind) {
    return kind == Op::relu || kind == Op::leaky_relu || kind == Op::clip || kind == Op::sigmoid || kind == Op::tanh;
  }

  static double activate(Op kind, double x) {
    if (kind == Op::relu) return std::max(x, 0.0);
    if (kind == Op::leaky_relu) return x > 0 ? x : static_cast<double>(kLeakySlope) * x;
    if (kind == Op::clip) return std::min(std::max(x, static_cast<double>(kClipLow)), static_cast<double>(kClipHigh));
    return kind == Op::sigmoid ? 1 / (1 + std::exp(-x)) : std::tanh(x);
  }

  static double slope(Op kind, double x) {
    if (kind == Op::relu) return x > 0 ? 1 : 0;
    if (kind == Op::leaky_relu) return x > 0 ? 1 : static_cast<double>(kLeakySlope);
    if (kind == Op::clip) return x > static_cast<double>(kClipLow) && x < static_cast<double>(kClipHigh) ? 1 : 0;
    const double y = activate(kind, x);
    return kind == Op::sigmoid ? y * (1 - y) : 1 - y * y;
  }

  const Vector& input_of(std::size_t n, std::size_t slot) const { return values_[static_cast<std::size_t>(nodes_[n].inputs[slot])]; }
  const Shape& shape_of(std::size_t n, std::size_t slot) const { return shapes_[static_cast<std::size_t>(nodes_[n].inputs[slot])]; }

  void add_constants(std::size_t n, Vector& out) const {
    const auto per_channel = out.size() / static_cast<std::size_t>(shapes_[n + 1].channels);
    if (nodes_[n].kind == Op::conv || nodes_[n].kind == Op::linear) {
      for (std::size_t o = 0; o < out.size(); ++o) out[o] += biases_[static_cast<std::size_t>(parameters_[n])][o / per_channel];
    }
    if (nodes_[n].kind == Op::batch_norm) {
      const BatchNormParameters& p = batch_norms_[static_cast<std::size_t>(parameters_[n])];
      for (std::size_t o = 0; o < out.size(); ++o) {
        const std::size_t c = o / per_channel;
        out[o] += static_cast<double>(p.beta[c]) - factor_of(p, c) * static_cast<double>(p.mean[c]);
      }
    }
  }

  static double factor_of(const BatchNormParameters& p, std::size_t c) {
    return static_cast<double>(p.gamma[c]) / std::sqrt(static_cast<double>(p.variance[c]) + static_cast<double>(p.epsilon));
  }

  // Visits (output, which input, element of it, local derivative, weight).
  template <typename Visit>
  void each_connection(std::size_t n, Visit visit) const {
    const GraphNode& node = nodes_[n];
    const Shape& out = shapes_[n + 1];
    const auto layer = static_cast<std::size_t>(std::max(parameters_[n], 0));
    if (node.kind == Op::conv || node.kind == Op::max_pool || node.kind == Op::average_pool) return each_window(n, visit);
    if (node.kind == Op::linear) {
      const std::size_t inputs = input_of(n, 0).size();
      for (std::size_t o = 0; o < static_cast<std::size_t>(node.outputs); ++o) {
        for (std::size_t i = 0; i < inputs; ++i) visit(o, 0, i, weights[layer][o * inputs + i], o * inputs + i);
      }
      return;
    }
    if (node.kind == Op::global_average_pool) {
      const auto k = static_cast<std::size_t>(shape_of(n, 0).height * shape_of(n, 0).width);
      for (std::size_t i = 0; i < input_of(n, 0).size(); ++i) visit(i / k, 0, i, 1.0 / static_cast<double>(k), 0);
      return;
    }
    if (node.kind == Op::pad) {
      const Shape& in = shape_of(n, 0);
      for (std::int64_t c = 0; c < in.channels; ++c) {
        for (std::int64_t y = 0; y < in.height; ++y) {
          for (std::int64_t x = 0; x < in.width; ++x) {
            const std::int64_t o = (c * out.height + y + node.window.pad_y) * out.width + x + node.window.pad_x;
            visit(static_cast<std::size_t>(o), 0, static_cast<std::size_t>((c * in.height + y) * in.width + x), 1.0, 0);
          }
        }
      }
      return;
    }
    std::size_t offset = 0;
    for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
      const Vector& in = input_of(n, slot);
      for (std::size_t i = 0; i < in.size(); ++i) {
        double factor = 1;
        if (is_activation(node.kind)) factor = slope(node.kind, in[i]);
        if (node.kind == Op::batch_norm) {
          factor = factor_of(batch_norms_[layer], i / (in.size() / static_cast<std::size_t>(out.channels)));
        }
        visit(node.kind == Op::concat ? offset + i : i, slot, i, factor, 0);
      }
      offset += in.size();
    }
  }

  template <typename Visit>
  void each_window(std::size_t n, Visit visit) const {
    const GraphNode& node = nodes_[n];
    const Shape &in = shape_of(n, 0), &out = shapes_[n + 1];
    const Window& w = node.window;
    const bool is_conv = node.kind == Op::conv;
    const std::int64_t inputs = is_conv ? in.channels / node.groups : 1;
    for (std::int64_t c = 0; c < out.channels; ++c) {
      const std::int64_t first_input = is_conv ? c / (out.channels / node.groups) * inputs : c;
      for (std::int64_t y = 0; y < out.height; ++y) {
        for (std::int64_t x = 0; x < out.width; ++x) {
          const auto o = static_cast<std::size_t>((c * out.height + y) * out.width + x);
          std::vector<std::size_t> elements, weight_of;
          for (std::int64_t ic = 0; ic < inputs; ++ic) {
            for (std::int64_t ky = 0; ky < w.height; ++ky) {
              for (std::int64_t kx = 0; kx < w.width; ++kx) {
                const std::int64_t iy = y * w.stride_y - w.pad_y + ky * w.dilation_y, ix = x * w.stride_x - w.pad_x + kx * w.dilation_x;
                if (iy < 0 || ix < 0 || iy >= in.height || ix >= in.width) continue;
                elements.push_back(static_cast<std::size_t>(((first_input + ic) * in.height + iy) * in.width + ix));
                weight_of.push_back(static_cast<std::size_t>(((c * inputs + ic) * w.height + ky) * w.width + kx));
              }
            }
          }
          const Vector& values = input_of(n, 0);
          if (node.kind == Op::max_pool) {
            std::size_t best = elements[0];
            for (const std::size_t i : elements) best = values[i] > values[best] ? i : best;
            visit(o, 0, best, 1.0, 0);
          } else {
            const auto k = node.count_padding ? static_cast<double>(w.height * w.width) : static_cast<double>(elements.size());
            for (std::size_t e = 0; e < elements.size(); ++e) {
              const double factor = is_conv ? weights[static_cast<std::size_t>(parameters_[n])][weight_of[e]] : 1 / k;
              visit(o, 0, elements[e], factor, is_conv ? weight_of[e] : 0);
            }
          }
        }
      }
    }
  }

  std::vector<GraphNode> nodes_;
  std::vector<int> parameters_;  ///< per node: its weight layer or batch norm, or -1
  std::vector<Vector> biases_;
  std::vector<BatchNormParameters> batch_norms_;
  std::vector<Shape> shapes_;
  std::vector<Vector> values_;
};

}  // namespace swimsim::testing
