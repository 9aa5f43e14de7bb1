#include "models/network/lanes/forward.h"

#include <algorithm>
#include <limits>

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

namespace {

bool is_weighted(const Stage& stage) { return stage.kind == Stage::Kind::conv || stage.kind == Stage::Kind::linear; }

void run_relu(const Stage& stage, const float* input, float* output) {
  const Shape& shape = stage.output.shape;
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    for (std::int64_t y = 0; y < shape.height; ++y) {
      const float* in = input + stage.input.at(channel, y, 0);
      float* out = output + stage.output.at(channel, y, 0);
      for (std::int64_t x = 0; x < shape.width; ++x) store(out + x * kLanes, larger(load(in + x * kLanes), Lanes{}));
    }
  }
}

void run_max_pool(const Stage& stage, const float* input, float* output) {
  const Shape &in = stage.input.shape, &out = stage.output.shape;
  const Window& window = stage.window;
  for (std::int64_t channel = 0; channel < out.channels; ++channel) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      const std::int64_t y0 = y * window.stride_y - window.pad_y;
      const std::int64_t y_begin = std::max<std::int64_t>(y0, 0), y_end = std::min(y0 + window.height, in.height);
      for (std::int64_t x = 0; x < out.width; ++x) {
        const std::int64_t x0 = x * window.stride_x - window.pad_x;
        const std::int64_t x_begin = std::max<std::int64_t>(x0, 0), x_end = std::min(x0 + window.width, in.width);
        Lanes largest = load(input + stage.input.at(channel, y_begin, x_begin));
        for (std::int64_t iy = y_begin; iy < y_end; ++iy) {
          for (std::int64_t ix = x_begin; ix < x_end; ++ix) largest = larger(load(input + stage.input.at(channel, iy, ix)), largest);
        }
        store(output + stage.output.at(channel, y, x), largest);
      }
    }
  }
}

}  // namespace

Forward::Forward(const Network& network, const Plan& plan, const ActivationRanges& ranges)
    : plan_(plan), sums_(static_cast<std::size_t>(kLargestBlock * kLanes)) {
  for (const Stage& stage : plan_.stages) {
    ready_.push_back(is_weighted(stage) ? make_ready(network, stage, ranges) : Ready{});
    outputs_.emplace_back(static_cast<std::size_t>(stage.output.floats()));
  }
}

Forward::Ready Forward::make_ready(const Network& network, const Stage& stage, const ActivationRanges& ranges) const {
  const WeightLayer& layer = network.weight_layers()[stage.layer];
  Ready ready;
  if (stage.kind == Stage::Kind::linear) {
    for (std::int64_t i = 0; i < layer.inputs; ++i) ready.offsets.push_back(static_cast<std::int32_t>(stage.input.at(i)));
  } else {
    const std::int64_t corner = stage.input.at(0, 0, 0);
    for (std::int64_t channel = 0; channel < stage.input.shape.channels; ++channel) {
      for (std::int64_t y = 0; y < stage.window.height; ++y) {
        for (std::int64_t x = 0; x < stage.window.width; ++x) {
          ready.offsets.push_back(static_cast<std::int32_t>(stage.input.at(channel, y, x) - corner));
        }
      }
    }
  }
  for (std::int64_t i = 0; i < layer.inputs; ++i) ready.rows.push_back(static_cast<std::int32_t>(i));

  for (std::int64_t first = 0; first < layer.outputs;) {
    Block block;
    const std::int64_t left = layer.outputs - first;
    block.size = stage.halves ? quad_block(left) : one_pixel_block(left);
    block.dot = stage.halves ? quad_dot(block.size) : one_pixel_dot(block.size);
    block.first = first;
    block.outputs = std::min<std::int64_t>(left, block.size);
    block.weights = AlignedBuffer(static_cast<std::size_t>(layer.inputs * block.size));
    first += block.outputs;
    ready.blocks.push_back(std::move(block));
  }

  ready.bias = network.biases(stage.layer);
  ready.bias.resize(static_cast<std::size_t>(layer.outputs), 0.0f);
  Finish& finish = ready.finish;
  finish.highest = std::numeric_limits<float>::infinity();
  if (ranges.bits != 0) {
    const auto levels = static_cast<float>((1 << ranges.bits) - 1);
    finish.step = ranges.range[stage.layer] / levels;
    finish.quantize = finish.step >= std::numeric_limits<float>::min();
    if (finish.quantize) finish.highest = levels;
    finish.steps_per_unit = 1.0f / finish.step;
  }
  finish.lowest = stage.relu ? 0.0f : -finish.highest;
  return ready;
}

void Forward::set_weights(const std::vector<std::vector<float>>& weights) {
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    const std::vector<float>& matrix = weights[plan_.stages[s].layer];
    const std::size_t inputs = ready_[s].rows.size();
    for (Block& block : ready_[s].blocks) {
      for (std::int64_t output = 0; output < block.outputs; ++output) {
        const float* from = matrix.data() + static_cast<std::size_t>(block.first + output) * inputs;
        float* to = block.weights.data() + output;
        for (std::size_t i = 0; i < inputs; ++i) to[i * static_cast<std::size_t>(block.size)] = from[i];
      }
    }
  }
}

const float* Forward::run(const float* input) {
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    const Stage& stage = plan_.stages[s];
    float* output = outputs_[s].data();
    if (is_weighted(stage)) run_weights(stage, ready_[s], input, output);
    if (stage.kind == Stage::Kind::max_pool) run_max_pool(stage, input, output);
    if (stage.kind == Stage::Kind::relu) run_relu(stage, input, output);
    input = output;
  }
  return input;
}

void Forward::run_weights(const Stage& stage, const Ready& ready, const float* input, float* output) {
  if (stage.kind == Stage::Kind::linear) {
    run_pixel(stage, ready, &input, 0, 0, output);
    return;
  }
  const Window& window = stage.window;
  const auto place = [&](std::int64_t y, std::int64_t x) {
    return input + stage.input.at(0, y * window.stride_y - window.pad_y, x * window.stride_x - window.pad_x);
  };
  const Shape& out = stage.output.shape;
  for (std::int64_t y = 0; y < out.height; ++y) {
    for (std::int64_t x = 0; x < out.width; ++x) {
      if (stage.halves) {
        const float* const quad[kQuad] = {place(2 * y, 2 * x), place(2 * y, 2 * x + 1), place(2 * y + 1, 2 * x),
                                          place(2 * y + 1, 2 * x + 1)};
        run_pixel(stage, ready, quad, y, x, output);
      } else {
        const float* const pixel = place(y, x);
        run_pixel(stage, ready, &pixel, y, x, output);
      }
    }
  }
}

// All outputs at one place. The pool has come first: bias, quantiser and activation never fall, so they may follow a maximum.
void Forward::run_pixel(const Stage& stage, const Ready& ready, const float* const* pixels, std::int64_t y, std::int64_t x, float* output) {
  const Taps taps{ready.offsets.data(), ready.rows.data(), static_cast<std::int64_t>(ready.offsets.size())};
  const Finish& finish = ready.finish;
  for (const Block& block : ready.blocks) {
    block.dot(pixels, taps, block.weights.data(), sums_.data());
    float* to = output + stage.output.at(block.first, y, x);
    for (std::int64_t o = 0; o < block.outputs; ++o) {
      Lanes value = load(sums_.data() + o * kLanes) + ready.bias[static_cast<std::size_t>(block.first + o)];
      if (finish.quantize) {
        value = smaller(larger(value * finish.steps_per_unit, all(finish.lowest)), all(finish.highest));
        value = round_half_even(value) * finish.step;
      } else {
        value = larger(value, all(finish.lowest));
      }
      store(to + o * stage.output.plane_floats(), value);
    }
  }
}

}  // namespace swimsim::lanes
