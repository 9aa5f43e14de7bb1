#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace swimsim {

class Layer;

/// The shape of one value of the graph for one image, [channels][height][width]; a flattened value is [channels][1][1].
struct Shape {
  std::int64_t channels = 0, height = 1, width = 1;
  bool flat = false;  ///< the value has two ONNX dimensions, [batch][channels]
  std::int64_t elements() const { return channels * height * width; }
};

/// "16x14x14" or, flattened, "784".
std::string to_string(const Shape& shape);

/// One weight matrix that a crossbar holds.
struct WeightLayer {
  std::string name;                 ///< of the ONNX initialiser
  std::vector<std::int64_t> shape;  ///< of the ONNX initialiser
  std::int64_t outputs = 0;         ///< columns that are summed into one output each: rows of the matrix
  std::int64_t inputs = 0;          ///< a convolution has in_channels * kernel_height * kernel_width
  bool stored_input_major = false;  ///< the ONNX tensor is [inputs][outputs]; `Network` always holds [outputs][inputs]
  std::int64_t count() const { return outputs * inputs; }
};

/// What a batch norm with running statistics needs for each channel. It stays digital: no crossbar holds it and nothing perturbs it.
struct BatchNormParameters {
  std::vector<float> gamma, beta, mean, variance;
  float epsilon = 1e-5f;
};

/// One node of the graph. Value 0 is the network's input, value i + 1 is the output of node i.
struct Node {
  std::string name;
  std::shared_ptr<const Layer> layer;
  std::vector<int> inputs;  ///< values, all older than this node
  int weights = -1;         ///< index of the weight layer, or -1
  int batch_norm = -1;      ///< index of the parameters of a batch norm, or -1
};

/// A feed-forward graph of layers in topological order with its float master weights. A value: copies share nothing that changes.
class Network {
 public:
  /// Bounds that hold for every network, so that no input can make us allocate without limit.
  static constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;       ///< of one weight matrix
  static constexpr std::int64_t kMaxValueElements = std::int64_t{1} << 26;  ///< of one value for one image

  explicit Network(std::string name = {}, Shape input = {}) : name_(std::move(name)), input_(input) {}

  const std::string& name() const { return name_; }
  const Shape& input_shape() const { return input_; }
  /// Length of the output vector.
  std::int64_t classes() const;

  /// Appends a node and returns its value. Throws InputError, naming the node, if the input shapes do not suit the layer.
  int add(const std::string& node_name, std::shared_ptr<const Layer> layer, std::vector<int> inputs);

  /// As `add`, with a weight layer. `weights` is [outputs][inputs]; `bias` has `outputs` entries or is empty.
  int add(const std::string& node_name, std::shared_ptr<const Layer> layer, std::vector<int> inputs, WeightLayer description,
          std::vector<float> weights, std::vector<float> bias);

  /// Appends a batch norm of `input`. Throws InputError if the parameters are not finite, not one for each channel, or
  /// variance + epsilon is not above 0.
  int add_batch_norm(const std::string& node_name, int input, BatchNormParameters parameters);

  const std::vector<Node>& nodes() const { return nodes_; }
  const Shape& value_shape(int value) const { return value == 0 ? input_ : shapes_[static_cast<std::size_t>(value - 1)]; }

  const std::vector<WeightLayer>& weight_layers() const { return weight_layers_; }
  const std::vector<float>& weights(std::size_t layer) const { return weights_[layer]; }
  std::vector<float>& weights(std::size_t layer) { return weights_[layer]; }
  const std::vector<std::vector<float>>& all_weights() const { return weights_; }
  const std::vector<float>& biases(std::size_t layer) const { return biases_[layer]; }
  std::vector<float>& biases(std::size_t layer) { return biases_[layer]; }
  const std::vector<BatchNormParameters>& batch_norms() const { return batch_norms_; }
  BatchNormParameters& batch_norm(std::size_t index) { return batch_norms_[index]; }
  std::int64_t weight_count() const;
  std::int64_t bias_count() const;

 private:
  std::string name_;
  Shape input_;
  std::vector<Node> nodes_;
  std::vector<Shape> shapes_;
  std::vector<WeightLayer> weight_layers_;
  std::vector<std::vector<float>> weights_, biases_;
  std::vector<BatchNormParameters> batch_norms_;
};

/// Copies a matrix that is in the order of the network ([outputs][inputs]) into the order of the ONNX tensor, for files that promise
/// the shape of the weight.
template <typename T>
std::vector<T> to_onnx_order(const WeightLayer& layer, const std::vector<T>& matrix) {
  if (!layer.stored_input_major) return matrix;
  std::vector<T> tensor(matrix.size());
  for (std::int64_t o = 0; o < layer.outputs; ++o) {
    for (std::int64_t i = 0; i < layer.inputs; ++i) {
      tensor[static_cast<std::size_t>(i * layer.outputs + o)] = matrix[static_cast<std::size_t>(o * layer.inputs + i)];
    }
  }
  return tensor;
}

}  // namespace swimsim
