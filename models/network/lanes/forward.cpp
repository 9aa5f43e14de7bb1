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

Forward::Forward(const Network& network, const Plan& plan, const ActivationRanges& ranges) : plan_(plan) {
  std::size_t most_sums = 0, most_taps = 0;
  for (const Stage& stage : plan_.stages) {
    ready_.push_back(is_weighted(stage) ? make_ready(network, stage, ranges) : Ready{});
    outputs_.emplace_back(static_cast<std::size_t>(stage.output.floats()));
    most_sums = std::max(most_sums, ready_.back().bias.size() + kLargestBlock);
    most_taps = std::max(most_taps, ready_.back().rows.size());
  }
  sums_ = AlignedBuffer(most_sums * kLanes);
  largest_ = AlignedBuffer(most_sums * kLanes);
  tap_offsets_.resize(most_taps);
  tap_rows_.resize(most_taps);
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

  constexpr std::int64_t kFew = 8;  // outputs that do not keep the registers busy at one place
  ready.quads = stage.halves && layer.outputs <= kFew;
  for (std::int64_t first = 0; first < layer.outputs;) {
    Block block;
    const std::int64_t left = layer.outputs - first;
    block.size = ready.quads ? quad_block(left) : one_pixel_block(left);
    block.dot = ready.quads ? quad_dot(block.size) : one_pixel_dot(block.size);
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
    if (stage.kind == Stage::Kind::conv) run_conv(stage, ready_[s], input, output);
    if (stage.kind == Stage::Kind::linear) run_linear(stage, ready_[s], input, output);
    if (stage.kind == Stage::Kind::max_pool) run_max_pool(stage, input, output);
    if (stage.kind == Stage::Kind::relu) run_relu(stage, input, output);
    input = output;
  }
  return input;
}

void Forward::run_linear(const Stage& stage, const Ready& ready, const float* input, float* output) {
  note_zeros(stage, input);
  run_place(ready, &input, nonzero_taps(ready, 0), sums_.data());
  finish_place(stage, ready, sums_.data(), output);
}

// A pool comes first: bias, quantiser and activation never fall, so they may follow a maximum.
void Forward::run_conv(const Stage& stage, const Ready& ready, const float* input, float* output) {
  const Window& window = stage.window;
  const auto place = [&](std::int64_t y, std::int64_t x) {
    return stage.input.at(0, y * window.stride_y - window.pad_y, x * window.stride_x - window.pad_x);
  };
  if (!ready.quads) note_zeros(stage, input);
  const Taps all_taps{ready.offsets.data(), ready.rows.data(), static_cast<std::int64_t>(ready.offsets.size())};
  const Shape& out = stage.output.shape;
  for (std::int64_t y = 0; y < out.height; ++y) {
    for (std::int64_t x = 0; x < out.width; ++x) {
      const std::int64_t side = stage.halves ? 2 : 1;
      if (ready.quads) {
        const float* const quad[kQuad] = {input + place(2 * y, 2 * x), input + place(2 * y, 2 * x + 1), input + place(2 * y + 1, 2 * x),
                                          input + place(2 * y + 1, 2 * x + 1)};
        run_place(ready, quad, all_taps, largest_.data());
      } else {
        for (std::int64_t part = 0; part < side * side; ++part) {
          const std::int64_t offset = place(side * y + part / 2, side * x + part % 2);
          const float* const pixel = input + offset;
          run_place(ready, &pixel, nonzero_taps(ready, offset), part == 0 ? largest_.data() : sums_.data());
          for (std::size_t o = 0; part > 0 && o < ready.bias.size() * kLanes; o += kLanes) {
            store(largest_.data() + o, larger(load(sums_.data() + o), load(largest_.data() + o)));
          }
        }
      }
      finish_place(stage, ready, largest_.data(), output + stage.output.at(0, y, x));
    }
  }
}

void Forward::run_place(const Ready& ready, const float* const* pixels, const Taps& taps, float* sums) const {
  for (const Block& block : ready.blocks) block.dot(pixels, taps, block.weights.data(), sums + block.first * kLanes);
}

void Forward::finish_place(const Stage& stage, const Ready& ready, const float* sums, float* output) const {
  const Finish& finish = ready.finish;
  const std::int64_t to_next = stage.output.plane_floats();
  for (const float bias : ready.bias) {
    Lanes value = load(sums) + bias;
    if (finish.quantize) {
      value = smaller(larger(value * finish.steps_per_unit, all(finish.lowest)), all(finish.highest));
      value = round_half_even(value) * finish.step;
    } else {
      value = larger(value, all(finish.lowest));
    }
    store(output, value);
    sums += kLanes;
    output += to_next;
  }
}

void Forward::note_zeros(const Stage& stage, const float* input) {
  const std::int64_t elements = stage.input.floats() / kLanes;
  nonzero_.resize(std::max(nonzero_.size(), static_cast<std::size_t>(elements)));
  for (std::int64_t i = 0; i < elements; ++i) nonzero_[static_cast<std::size_t>(i)] = any_nonzero(load(input + i * kLanes)) ? 1 : 0;
}

// `place` is the offset of the pixel in the input. Without branches: which inputs are zero is hard to foretell.
Taps Forward::nonzero_taps(const Ready& ready, std::int64_t place) {
  const std::uint8_t* nonzero = nonzero_.data() + place / kLanes;
  std::int64_t count = 0;
  for (std::size_t tap = 0; tap < ready.offsets.size(); ++tap) {
    tap_offsets_[static_cast<std::size_t>(count)] = ready.offsets[tap];
    tap_rows_[static_cast<std::size_t>(count)] = static_cast<std::int32_t>(tap);
    count += nonzero[ready.offsets[tap] / kLanes];
  }
  return {tap_offsets_.data(), tap_rows_.data(), count};
}

}  // namespace swimsim::lanes
