#include "models/network/batch_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"
#include "models/network/layers/change_layout.h"

namespace swimsim {

BatchRunner::BatchRunner(const Network& network, const Normalization& normalization, std::int64_t batch, bool backward, bool training)
    : batch_(batch), classes_(network.classes()), input_(network.input_shape()), nodes_(network.nodes()) {
  for (std::size_t channel = 0; channel < normalization.mean.size(); ++channel) {
    std::array<float, 256> table;
    for (int p = 0; p < 256; ++p) {
      table[static_cast<std::size_t>(p)] = (static_cast<float>(p) / 255.0f - normalization.mean[channel]) / normalization.std[channel];
    }
    pixel_values_.push_back(table);
  }
  plan_ = plan_batch(network, backward, training);
  allocate(backward);
  build_operators(network, backward, training);
  group_into_stages();
}

void BatchRunner::allocate(bool backward) {
  double bytes = 0;
  for (const std::int64_t size : plan_.buffers) bytes += static_cast<double>(size * batch_) * sizeof(float);
  for (const std::int64_t size : plan_.diff_buffers) bytes += static_cast<double>(size * batch_) * sizeof(float);
  constexpr double kMaxBytes = 8.0 * (1 << 30);
  if (bytes > kMaxBytes) {
    throw ResourceError(fmt::format("a batch of {} images would need {:.1f} GiB for the network's values", batch_, bytes / (1 << 30)));
  }
  for (const std::int64_t size : plan_.buffers) buffers_.emplace_back(static_cast<std::size_t>(size * batch_), 0.0f);
  for (const std::int64_t size : plan_.diff_buffers) diff_buffers_.emplace_back(static_cast<std::size_t>(size * batch_), 0.0f);
  for (const PlannedValue& planned : plan_.values) {
    value_pointers_.push_back(buffers_[static_cast<std::size_t>(planned.buffer)].data());
    const bool has_diff = backward && planned.diff_buffer >= 0;
    diff_pointers_.push_back(has_diff ? diff_buffers_[static_cast<std::size_t>(planned.diff_buffer)].data() : nullptr);
  }
}

void BatchRunner::build_operators(const Network& network, bool backward, bool training) {
  step_of_weights_.resize(network.weight_layers().size());
  diff_weights_.resize(network.weight_layers().size());
  diff_biases_.resize(network.weight_layers().size());
  step_of_batch_norm_.resize(network.batch_norms().size());
  for (const BatchNormParameters& parameters : network.batch_norms()) {
    diff_gammas_.emplace_back(backward && training ? parameters.gamma.size() : 0);
    diff_betas_.emplace_back(diff_gammas_.back().size());
  }
  const auto scratch = std::make_shared<Scratch>();
  for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
    const PlannedStep& step = plan_.steps[s];
    const PlannedValue& output = plan_.values[static_cast<std::size_t>(step.output)];
    if (step.node < 0) {
      operators_.push_back(make_layout_change(batch_, output.shape, step.input_layouts[0], output.layout));
      continue;
    }
    const Node& node = nodes_[static_cast<std::size_t>(step.node)];
    OperatorContext context;
    context.batch = batch_;
    context.output = output.shape;
    context.output_layout = output.layout;
    context.backward = backward;
    context.training = training;
    context.input_layouts = step.input_layouts;
    context.scratch = scratch;
    for (const int input : step.inputs) {
      context.inputs.push_back(plan_.values[static_cast<std::size_t>(input)].shape);
      context.input_gradient = context.input_gradient || plan_.values[static_cast<std::size_t>(input)].wants_gradient;
    }
    operators_.push_back(node.layer->make_operator(context));
    if (node.batch_norm >= 0) {
      step_of_batch_norm_[static_cast<std::size_t>(node.batch_norm)] = s;
      operators_.back()->set_batch_norm(network.batch_norms()[static_cast<std::size_t>(node.batch_norm)]);
    }
    if (node.weights < 0) continue;
    const auto layer = static_cast<std::size_t>(node.weights);
    step_of_weights_[layer] = s;
    if (!backward) continue;
    diff_weights_[layer].assign(network.weights(layer).size(), 0.0f);
    diff_biases_[layer].assign(network.biases(layer).size(), 0.0f);
  }
}

void BatchRunner::group_into_stages() {
  for (const auto& op : operators_) element_wise_.push_back(dynamic_cast<ElementWiseOperator*>(op.get()));
  for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
    const bool in_place = s > 0 && element_wise_[s] != nullptr && value(plan_.steps[s].output) == value(plan_.steps[s - 1].output);
    if (in_place) {
      stages_.back().last = s;
    } else {
      stages_.push_back({s, s});
    }
  }
  std::vector<bool> reached(plan_.values.size(), false);
  second_reader_.resize(plan_.steps.size());
  for (std::size_t s = plan_.steps.size(); s-- > 0;) {
    if (!plan_.values[static_cast<std::size_t>(plan_.steps[s].output)].wants_gradient) continue;
    for (const int input : plan_.steps[s].inputs) {
      const std::size_t slot = second_reader_[s].size();
      second_reader_[s].push_back(reached[static_cast<std::size_t>(input)]);
      reached[static_cast<std::size_t>(input)] = true;
      if (!second_reader_[s][slot] || diff(input) == nullptr) continue;
      if (fork_scratch_.size() <= slot) fork_scratch_.resize(slot + 1);
      const auto count = static_cast<std::size_t>(batch_ * elements(input));
      if (fork_scratch_[slot].size() < count) fork_scratch_[slot].resize(count);
    }
  }
}

void BatchRunner::set_weights(std::size_t layer, const float* weights, const float* bias) {
  operators_[step_of_weights_[layer]]->set_weights(weights, bias);
}

void BatchRunner::set_backward_weights(std::size_t layer, const float* weights) {
  operators_[step_of_weights_[layer]]->set_backward_weights(weights);
}

void BatchRunner::set_batch_norm(std::size_t index, const BatchNormParameters& parameters) {
  operators_[step_of_batch_norm_[index]]->set_batch_norm(parameters);
}

void BatchRunner::load_image(const ImageSet& images, std::size_t image, std::int64_t slot) {
  const std::int64_t plane = input_.height * input_.width;
  const std::uint8_t* pixels = images.pixels.data() + image * images.image_size();
  float* out = value(0) + slot * input_.elements();
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
  loaded_ = count;
  clear_unused_images();
}

void BatchRunner::load_images(const ImageSet& images, const std::uint32_t* indices, std::int64_t count) {
  labels_.clear();
  for (std::int64_t i = 0; i < count; ++i) load_image(images, indices[i], i);
  loaded_ = count;
  clear_unused_images();
}

void BatchRunner::clear_unused_images() {
  for (const std::size_t step : step_of_batch_norm_) operators_[step]->set_loaded(loaded_);
  std::fill(value(0) + loaded_ * input_.elements(), value(0) + batch_ * input_.elements(), 0.0f);
}

std::vector<const float*> BatchRunner::inputs_of(const PlannedStep& step) const {
  std::vector<const float*> inputs;
  for (const int input : step.inputs) inputs.push_back(value(input));
  return inputs;
}

// Elements that a stage takes at a time: whole planes, about 64 KiB.
std::int64_t BatchRunner::tile_of(const PlannedStep& step) const {
  constexpr std::int64_t kComfortable = 16384;
  const PlannedValue& planned = plan_.values[static_cast<std::size_t>(step.output)];
  const std::int64_t plane = planned.shape.height * planned.shape.width * block_of(planned.layout);
  return std::max<std::int64_t>(kComfortable / plane, 1) * plane;
}

void BatchRunner::forward(const Activations& activations) {
  for (const Stage& stage : stages_) forward_stage(stage, activations);
}

void BatchRunner::forward_stage(const Stage& stage, const Activations& activations) {
  const PlannedStep& head = plan_.steps[stage.first];
  std::size_t next = stage.first;
  if (element_wise_[next] == nullptr) {
    operators_[next]->forward(inputs_of(head), value(head.output));
    ++next;
  }
  const Rounding rounding = look_at_output(head, activations);
  if (rounding.bits == 0 && next > stage.last) return;

  std::vector<std::vector<const float*>> inputs;
  for (std::size_t s = next; s <= stage.last; ++s) inputs.push_back(inputs_of(plan_.steps[s]));
  const std::int64_t count = batch_ * elements(head.output), tile = tile_of(head);
  for (std::int64_t begin = 0; begin < count; begin += tile) {
    const std::int64_t end = std::min(begin + tile, count);
    if (rounding.bits > 0) fake_quantize_activations(value(head.output) + begin, end - begin, rounding.range, rounding.bits);
    for (std::size_t s = next; s <= stage.last; ++s) {
      element_wise_[s]->forward_range(inputs[s - next], value(plan_.steps[s].output), begin, end);
    }
  }
}

BatchRunner::Rounding BatchRunner::look_at_output(const PlannedStep& step, const Activations& activations) const {
  if (weights_of(step) < 0) return {};
  const auto layer = static_cast<std::size_t>(weights_of(step));
  if (activations.seen != nullptr) {
    float& seen = (*activations.seen)[layer];
    seen = std::max(seen, largest_magnitude(value(step.output), loaded_ * elements(step.output)));
  }
  if (activations.observe) activations.observe(layer, value(step.output), loaded_ * elements(step.output));
  const int bits = activations.ranges == nullptr ? 0 : activations.ranges->bits_of(layer);
  if (bits == 0) return {};
  const bool by_seen = activations.quantize_by_seen && activations.seen != nullptr;
  return {by_seen ? (*activations.seen)[layer] : activations.ranges->range[layer], bits};
}

void BatchRunner::backward(Order order, bool with_bias, bool reference_quirks) {
  std::fill(diff_logits() + loaded_ * classes_, diff_logits() + batch_ * classes_, 0.0f);
  BackwardBuffers settings;
  settings.order = order;
  settings.reference_quirks = reference_quirks;
  for (std::size_t stage = stages_.size(); stage-- > 0;) backward_stage(stages_[stage], settings, with_bias);
}

void BatchRunner::backward_stage(const Stage& stage, const BackwardBuffers& settings, bool with_bias) {
  if (diff(plan_.steps[stage.first].output) == nullptr && diff(plan_.steps[stage.last].output) == nullptr) return;
  const std::size_t first_element_wise = element_wise_[stage.first] == nullptr ? stage.first + 1 : stage.first;
  std::vector<BackwardBuffers> buffers(stage.last - stage.first + 1, settings);
  for (std::size_t s = stage.first; s <= stage.last; ++s) prepare_backward(s, with_bias, buffers[s - stage.first]);
  if (first_element_wise <= stage.last) {
    const PlannedStep& head = plan_.steps[stage.first];
    const std::int64_t count = batch_ * elements(head.output), tile = tile_of(head);
    for (std::int64_t begin = 0; begin < count; begin += tile) {
      const std::int64_t end = std::min(begin + tile, count);
      for (std::size_t s = stage.last + 1; s-- > first_element_wise;) {
        const BackwardBuffers& own = buffers[s - stage.first];
        if (own.diff_output == nullptr) continue;
        element_wise_[s]->backward_range(own, begin, end);
        add_second_reader(s, own, begin, end);
      }
    }
  }
  BackwardBuffers& own = buffers[0];
  if (first_element_wise == stage.first || own.diff_output == nullptr) return;
  operators_[stage.first]->backward(own);
  add_second_reader(stage.first, own, 0, -1);
}

void BatchRunner::prepare_backward(std::size_t step, bool with_bias, BackwardBuffers& buffers) {
  const PlannedStep& planned = plan_.steps[step];
  buffers.output = value(planned.output);
  buffers.diff_output = diff(planned.output);
  buffers.inputs = inputs_of(planned);
  if (buffers.diff_output == nullptr) return;
  for (std::size_t slot = 0; slot < planned.inputs.size(); ++slot) {
    float* target = diff(planned.inputs[slot]);
    if (target != nullptr && second_reader_[step][slot]) target = fork_scratch_[slot].data();
    buffers.diff_inputs.push_back(target);
  }
  const int batch_norm = planned.node < 0 ? -1 : nodes_[static_cast<std::size_t>(planned.node)].batch_norm;
  if (batch_norm >= 0 && !diff_gammas_[static_cast<std::size_t>(batch_norm)].empty()) {
    buffers.diff_gamma = diff_gammas_[static_cast<std::size_t>(batch_norm)].data();
    buffers.diff_beta = diff_betas_[static_cast<std::size_t>(batch_norm)].data();
  }
  if (weights_of(planned) < 0) return;
  const auto layer = static_cast<std::size_t>(weights_of(planned));
  buffers.diff_weights = diff_weights_[layer].data();
  if (with_bias && !diff_biases_[layer].empty()) buffers.diff_bias = diff_biases_[layer].data();
}

// Adds what a second reader of a value has put aside; end -1: all of it.
void BatchRunner::add_second_reader(std::size_t step, const BackwardBuffers& buffers, std::int64_t begin, std::int64_t end) {
  const PlannedStep& planned = plan_.steps[step];
  for (std::size_t slot = 0; slot < planned.inputs.size(); ++slot) {
    float* sum = diff(planned.inputs[slot]);
    const float* part = buffers.diff_inputs[slot];
    if (part == sum) continue;
    const std::int64_t until = end < 0 ? batch_ * elements(planned.inputs[slot]) : end;
    for (std::int64_t i = begin; i < until; ++i) sum[i] += part[i];
  }
}

}  // namespace swimsim
