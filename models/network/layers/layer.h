#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/network/layers/onnx_operation.h"
#include "models/network/network.h"

namespace swimsim {

/// What an operator is built for: batch size and shapes are fixed, so primitives and buffers are made once.
struct OperatorContext {
  std::int64_t batch = 0;
  std::vector<Shape> inputs;
  Shape output;
  bool backward = false;        ///< backward passes will follow
  bool input_gradient = false;  ///< somebody wants the derivative by the inputs
};

/// Which derivative a backward pass carries: the gradient, or the diagonal second derivative with off-diagonal terms dropped.
enum class Order { first, second };

/// The buffers of one backward pass over a batch; layout [image][channel][row][column].
struct BackwardBuffers {
  Order order = Order::first;
  std::vector<const float*> inputs;
  const float* output = nullptr;
  const float* diff_output = nullptr;
  std::vector<float*> diff_inputs;  ///< overwritten; null where nobody wants it
  float* diff_weights = nullptr;    ///< overwritten with the sum over the batch; [outputs][inputs]
  float* diff_bias = nullptr;       ///< overwritten; null if not wanted. There is no second derivative by biases
};

/// A layer at work on batches of one size. One thread at a time.
class LayerOperator {
 public:
  virtual ~LayerOperator() = default;

  /// Weights [outputs][inputs] and bias (null: none) for the following forward passes. The pointers must stay valid.
  virtual void set_weights(const float* /*weights*/, const float* /*bias*/) {}

  /// The matrix that backward passes propagate through: the weights for the first order, their squares for the second.
  virtual void set_backward_weights(const float* /*weights*/) {}

  virtual void forward(const std::vector<const float*>& inputs, float* output) = 0;

  /// Follows a forward pass on the same buffers.
  virtual void backward(const BackwardBuffers& buffers) = 0;
};

/// A kind of layer with its attributes; never changes. Weights live in the Network.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual const char* kind() const = 0;

  /// Throws InputError if the layer cannot take these shapes.
  virtual Shape output_shape(const std::vector<Shape>& inputs) const = 0;

  /// True if forward may write where it reads, and backward needs the output only.
  virtual bool works_in_place() const { return false; }

  virtual std::unique_ptr<LayerOperator> make_operator(const OperatorContext& context) const = 0;

  /// The layer as a node of an ONNX file, for the export.
  virtual OnnxOperation onnx() const { return {}; }
};

}  // namespace swimsim
