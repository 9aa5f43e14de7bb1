#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/network/layers/layout.h"
#include "models/network/layers/onnx_operation.h"
#include "models/network/layers/scratch.h"
#include "models/network/network.h"

namespace swimsim {

struct Window;

/// What an operator is built for: batch size and shapes are fixed, so primitives and buffers are made once.
struct OperatorContext {
  std::int64_t batch = 0;
  std::vector<Shape> inputs;
  Shape output;
  bool backward = false;              ///< backward passes will follow
  bool training = false;              ///< batch norms work with the statistics of the batch
  bool input_gradient = false;        ///< somebody wants the derivative by the inputs
  std::vector<Layout> input_layouts;  ///< as `choose_layouts` said; empty: all plain
  Layout output_layout = Layout::plain;
  std::shared_ptr<Scratch> scratch = std::make_shared<Scratch>();  ///< shared by the operators of one runner

  Layout input_layout(std::size_t input) const { return input < input_layouts.size() ? input_layouts[input] : Layout::plain; }
};

/// Mean and biased variance of each channel over a batch.
struct BatchStatistics {
  std::vector<float> mean, variance;
};

/// Which derivative a backward pass carries: the gradient, or the diagonal second derivative with off-diagonal terms dropped.
enum class Order { first, second };

/// The buffers of one backward pass over a batch, in the layouts that the operator was built for.
struct BackwardBuffers {
  Order order = Order::first;
  bool reference_quirks = false;  ///< second order: the authors' rule where it differs (average pooling by 1 / k)
  std::vector<const float*> inputs;
  const float* output = nullptr;
  const float* diff_output = nullptr;
  std::vector<float*> diff_inputs;  ///< overwritten; null where nobody wants it
  float* diff_weights = nullptr;    ///< overwritten with the sum over the batch; [outputs][inputs]
  float* diff_bias = nullptr;       ///< overwritten; null if not wanted. There is no second derivative by biases
  float* diff_gamma = nullptr;      ///< of a batch norm in training, summed over the batch; null if not wanted
  float* diff_beta = nullptr;
};

/// A layer at work on batches of one size. One thread at a time.
class LayerOperator {
 public:
  virtual ~LayerOperator() = default;

  /// Weights [outputs][inputs] and bias (null: none) for the following forward passes. The pointers must stay valid.
  virtual void set_weights(const float* /*weights*/, const float* /*bias*/) {}

  /// The matrix that backward passes propagate through: the weights for the first order, their squares for the second.
  virtual void set_backward_weights(const float* /*weights*/) {}

  /// The parameters of a batch norm for the following passes; copied.
  virtual void set_batch_norm(const BatchNormParameters& /*parameters*/) {}
  /// How many of the batch's images count.
  virtual void set_loaded(std::int64_t /*images*/) {}
  /// Of the last forward pass of a batch norm in training; null elsewhere.
  virtual const BatchStatistics* batch_statistics() const { return nullptr; }

  virtual void forward(const std::vector<const float*>& inputs, float* output) = 0;

  /// Follows a forward pass on the same buffers.
  virtual void backward(const BackwardBuffers& buffers) = 0;
};

/// Which channels of the inputs make a channel of the output of a layer without weights.
enum class ChannelRule : std::uint8_t {
  unknown,    ///< perhaps all of them
  kept,       ///< channel c of each input
  joined,     ///< all channels of the first input, then those of the second, and so on
  flattened,  ///< channel c becomes height * width numbers that follow one another
};

/// A kind of layer with its attributes; never changes. Weights live in the Network.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual const char* kind() const = 0;

  /// Throws InputError if the layer cannot take these shapes.
  virtual Shape output_shape(const std::vector<Shape>& inputs) const = 0;

  /// What the operator reads and writes, given the layouts that its inputs have; a runner inserts changes of layout where they differ.
  struct Layouts {
    std::vector<Layout> inputs;
    Layout output = Layout::plain;
  };
  virtual Layouts choose_layouts(const std::vector<Shape>& inputs, const Shape& /*output*/, const std::vector<Layout>& /*offered*/) const {
    return {std::vector<Layout>(inputs.size(), Layout::plain), Layout::plain};
  }

  /// How many of the first inputs forward may write its output over (one of them, not all), in which case backward does not read them.
  virtual std::size_t inputs_written_over() const { return 0; }
  /// True if the output holds the same numbers in the same order as the first input.
  virtual bool keeps_numbers() const { return false; }
  virtual ChannelRule channel_rule() const { return ChannelRule::unknown; }
  /// What backward reads besides the derivative by the output.
  virtual bool backward_reads_inputs() const { return false; }
  virtual bool backward_reads_output() const { return false; }

  /// The window that slides, of a convolution or a pool; null for other layers.
  virtual const Window* window() const { return nullptr; }

  virtual std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const = 0;

  /// The layer as a node of an ONNX file, for the export.
  virtual OnnxOperation onnx() const { return {}; }
};

}  // namespace swimsim
