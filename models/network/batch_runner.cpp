#include "models/network/batch_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"

namespace swimsim {

BatchRunner::BatchRunner(const Network& network, const Normalization& normalization, std::int64_t batch, bool backward)
    : batch_(batch), classes_(network.classes()), input_(network.input_shape()), nodes_(network.nodes()) {
  for (std::size_t channel = 0; channel < normalization.mean.size(); ++channel) {
    std::array<float, 256> table;
    for (int p = 0; p < 256; ++p) {
      table[static_cast<std::size_t>(p)] = (static_cast<float>(p) / 255.0f - normalization.mean[channel]) / normalization.std[channel];
    }
    pixel_values_.push_back(table);
  }
  plan_buffers(network, backward);
  build_operators(network, backward);
}

void BatchRunner::plan_buffers(const Network& network, bool backward) {
  const std::size_t value_count = nodes_.size() + 1;
  std::vector<int> readers(value_count, 0);
  for (const Node& node : nodes_) {
    for (const int input : node.inputs) ++readers[static_cast<std::size_t>(input)];
  }

  std::vector<std::size_t> home(value_count);  // the value whose buffer this value lives in
  wants_gradient_.assign(value_count, false);
  for (std::size_t value = 0; value < value_count; ++value) {
    home[value] = value;
    elements_.push_back(network.value_shape(static_cast<int>(value)).elements());
    if (value == 0) continue;
    const Node& node = nodes_[value - 1];
    const auto source = static_cast<std::size_t>(node.inputs[0]);
    if (node.layer->works_in_place() && source != 0 && readers[source] == 1) home[value] = home[source];
    bool wanted = node.weights >= 0;
    for (const int input : node.inputs) wanted = wanted || wants_gradient_[static_cast<std::size_t>(input)];
    wants_gradient_[value] = wanted;
  }

  double bytes = 0;
  for (std::size_t value = 0; value < value_count; ++value) {
    if (home[value] == value) bytes += static_cast<double>(elements_[value] * batch_) * sizeof(float) * (backward ? 2 : 1);
  }
  constexpr double kMaxBytes = 8.0 * (1 << 30);
  if (bytes > kMaxBytes) {
    throw ResourceError(fmt::format("a batch of {} images would need {:.1f} GiB for the network's values", batch_, bytes / (1 << 30)));
  }

  storage_.resize(value_count);
  diff_storage_.resize(value_count);
  for (std::size_t value = 0; value < value_count; ++value) {
    const auto count = static_cast<std::size_t>(elements_[value] * batch_);
    if (home[value] == value) {
      storage_[value].assign(count, 0.0f);
      if (backward && wants_gradient_[value]) diff_storage_[value].assign(count, 0.0f);
    }
    values_.push_back(storage_[home[value]].data());
    diffs_.push_back(backward && wants_gradient_[value] ? diff_storage_[home[value]].data() : nullptr);
  }
}

void BatchRunner::build_operators(const Network& network, bool backward) {
  node_of_weights_.resize(network.weight_layers().size());
  diff_weights_.resize(network.weight_layers().size());
  diff_biases_.resize(network.weight_layers().size());
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const Node& node = nodes_[n];
    OperatorContext context;
    context.batch = batch_;
    context.output = network.value_shape(static_cast<int>(n) + 1);
    context.backward = backward;
    for (const int input : node.inputs) {
      context.inputs.push_back(network.value_shape(input));
      context.input_gradient = context.input_gradient || wants_gradient_[static_cast<std::size_t>(input)];
    }
    operators_.push_back(node.layer->make_operator(context));
    if (node.weights < 0) continue;
    const auto layer = static_cast<std::size_t>(node.weights);
    node_of_weights_[layer] = static_cast<int>(n);
    if (!backward) continue;
    diff_weights_[layer].assign(network.weights(layer).size(), 0.0f);
    diff_biases_[layer].assign(network.biases(layer).size(), 0.0f);
  }
}

void BatchRunner::set_weights(std::size_t layer, const float* weights, const float* bias) {
  operators_[static_cast<std::size_t>(node_of_weights_[layer])]->set_weights(weights, bias);
}

void BatchRunner::set_backward_weights(std::size_t layer, const float* weights) {
  operators_[static_cast<std::size_t>(node_of_weights_[layer])]->set_backward_weights(weights);
}

void BatchRunner::load_image(const ImageSet& images, std::size_t image, std::int64_t slot) {
  const std::int64_t plane = input_.height * input_.width;
  const std::uint8_t* pixels = images.pixels.data() + image * images.image_size();
  float* out = values_[0] + slot * input_.elements();
  for (std::size_t channel = 0; channel < pixel_values_.size(); ++channel) {
    const float* table = pixel_values_[channel].data();
    for (std::int64_t i = 0; i < plane; ++i) out[i] = table[pixels[i]];
    pixels += plane;
    out += plane;
  }
  labels_.push_back(images.labels[image]);
}

void BatchRunner::load_images(const ImageSet& images, std::size_t first, std::int64_t count) {
  labels_.clear();
  for (std::int64_t i = 0; i < count; ++i) load_image(images, first + static_cast<std::size_t>(i), i);
  std::fill(values_[0] + count * input_.elements(), values_[0] + batch_ * input_.elements(), 0.0f);
  loaded_ = count;
}

void BatchRunner::load_images(const ImageSet& images, const std::uint32_t* indices, std::int64_t count) {
  labels_.clear();
  for (std::int64_t i = 0; i < count; ++i) load_image(images, indices[i], i);
  std::fill(values_[0] + count * input_.elements(), values_[0] + batch_ * input_.elements(), 0.0f);
  loaded_ = count;
}

void BatchRunner::forward(const Activations& activations) {
  std::vector<const float*> inputs;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    inputs.clear();
    for (const int input : nodes_[n].inputs) inputs.push_back(values_[static_cast<std::size_t>(input)]);
    float* output = values_[n + 1];
    operators_[n]->forward(inputs, output);
    if (nodes_[n].weights < 0) continue;

    const auto layer = static_cast<std::size_t>(nodes_[n].weights);
    const std::int64_t count = loaded_ * elements_[n + 1];
    if (activations.seen != nullptr) {
      float& seen = (*activations.seen)[layer];
      seen = std::max(seen, largest_magnitude(output, count));
    }
    if (activations.observe) activations.observe(layer, output, count);
    const int bits = activations.ranges == nullptr ? 0 : activations.ranges->bits_of(layer);
    if (bits == 0) continue;
    const bool by_seen = activations.quantize_by_seen && activations.seen != nullptr;
    const float range = by_seen ? (*activations.seen)[layer] : activations.ranges->range[layer];
    fake_quantize_activations(output, count, range, bits);
  }
}

void BatchRunner::backward(Order order, bool with_bias) {
  std::fill(diffs_.back() + loaded_ * classes_, diffs_.back() + batch_ * classes_, 0.0f);
  std::vector<bool> reached(nodes_.size() + 1, false);  // some reader has already given its part of the derivative
  BackwardBuffers buffers;
  buffers.order = order;
  for (std::size_t n = nodes_.size(); n-- > 0;) {
    if (!wants_gradient_[n + 1]) continue;
    const Node& node = nodes_[n];
    buffers.output = values_[n + 1];
    buffers.diff_output = diffs_[n + 1];
    buffers.inputs.clear();
    buffers.diff_inputs.clear();
    for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
      const auto value = static_cast<std::size_t>(node.inputs[slot]);
      buffers.inputs.push_back(values_[value]);
      const bool second_reader = diffs_[value] != nullptr && reached[value];
      buffers.diff_inputs.push_back(second_reader ? fork_scratch(slot, batch_ * elements_[value]) : diffs_[value]);
      reached[value] = true;
    }
    buffers.diff_weights = node.weights >= 0 ? diff_weights_[static_cast<std::size_t>(node.weights)].data() : nullptr;
    buffers.diff_bias = nullptr;
    if (with_bias && node.weights >= 0 && !diff_biases_[static_cast<std::size_t>(node.weights)].empty()) {
      buffers.diff_bias = diff_biases_[static_cast<std::size_t>(node.weights)].data();
    }
    operators_[n]->backward(buffers);
    for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
      float* sum = diffs_[static_cast<std::size_t>(node.inputs[slot])];
      const float* part = buffers.diff_inputs[slot];
      if (part == sum) continue;
      const std::int64_t count = batch_ * elements_[static_cast<std::size_t>(node.inputs[slot])];
      for (std::int64_t i = 0; i < count; ++i) sum[i] += part[i];
    }
  }
}

float* BatchRunner::fork_scratch(std::size_t slot, std::int64_t count) {
  if (fork_scratch_.size() <= slot) fork_scratch_.resize(slot + 1);
  if (fork_scratch_[slot].size() < static_cast<std::size_t>(count)) fork_scratch_[slot].resize(static_cast<std::size_t>(count));
  return fork_scratch_[slot].data();
}

}  // namespace swimsim
