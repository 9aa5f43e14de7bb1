#include "models/network/lanes/forward.h"

#include <algorithm>
#include <limits>

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

namespace {

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

void run_max_pool(const Stage& stage, const float* input, float* output, float* winners) {
  const Shape &in = stage.input.shape, &out = stage.output.shape;
  const Window& window = stage.window;
  for (std::int64_t channel = 0; channel < out.channels; ++channel) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      const std::int64_t y0 = y * window.stride_y - window.pad_y;
      const std::int64_t y_begin = std::max<std::int64_t>(y0, 0), y_end = std::min(y0 + window.height, in.height);
      for (std::int64_t x = 0; x < out.width; ++x) {
        const std::int64_t x0 = x * window.stride_x - window.pad_x;
        const std::int64_t x_begin = std::max<std::int64_t>(x0, 0), x_end = std::min(x0 + window.width, in.width);
        Lanes largest = all(-std::numeric_limits<float>::infinity()), winner{};
        for (std::int64_t iy = y_begin; iy < y_end; ++iy) {
          for (std::int64_t ix = x_begin; ix < x_end; ++ix) {
            const Lanes value = load(input + stage.input.at(channel, iy, ix));
            winner = value > largest ? all(static_cast<float>((iy - y0) * window.width + ix - x0)) : winner;
            largest = larger(value, largest);
          }
        }
        store(output + stage.output.at(channel, y, x), largest);
        if (winners != nullptr) store(winners + stage.output.at(channel, y, x), winner);
      }
    }
  }
}

// What becomes of a sum.
inline Lanes finished(const Finish& finish, Lanes sum, float bias) {
  const Lanes value = sum + bias;
  if (!finish.quantize) return larger(value, all(finish.lowest));
  const Lanes level = smaller(larger(value * finish.steps_per_unit, all(finish.lowest)), all(finish.highest));
  return round_half_even(level) * finish.step;
}

// All outputs at one place. `to_next`: floats from one output to the next.
void finish_place(const Finish& finish, const std::vector<float>& biases, const float* sums, float* output, std::int64_t to_next) {
  for (const float bias : biases) {
    store(output, finished(finish, load(sums), bias));
    sums += kLanes;
    output += to_next;
  }
}

}  // namespace

Forward::Forward(const Network& network, const Plan& plan, const ActivationRanges& ranges, bool keep_winners)
    : keep_winners_(keep_winners), plan_(plan) {
  std::size_t most_sums = 0;
  for (const Stage& stage : plan_.stages) {
    const auto floats = static_cast<std::size_t>(stage.output.floats());
    ready_.push_back(stage.has_weights() ? make_ready(network, stage, ranges) : Ready{});
    outputs_.emplace_back(floats);
    winners_.push_back(keep_winners && (stage.halves || stage.kind == Stage::Kind::max_pool) ? AlignedBuffer(floats) : AlignedBuffer());
    most_sums = std::max(most_sums, static_cast<std::size_t>(ready_.back().matrix.sums_floats()));
  }
  sums_ = AlignedBuffer(most_sums * kQuad);
  largest_ = AlignedBuffer(most_sums);
}

Forward::Ready Forward::make_ready(const Network& network, const Stage& stage, const ActivationRanges& ranges) const {
  const WeightLayer& layer = network.weight_layers()[stage.layer];
  constexpr std::int64_t kFew = 8;  // outputs that do not keep the registers busy at one place
  Ready ready;
  ready.quads = stage.halves && !keep_winners_ && layer.outputs <= kFew;
  ready.matrix = PackedMatrix(layer.outputs, layer.inputs, ready.quads);
  ready.taps = TapFinder(stage.input_offsets());
  ready.bias = network.biases(stage.layer);
  ready.bias.resize(static_cast<std::size_t>(layer.outputs), 0.0f);

  Finish& finish = ready.finish;
  finish.highest = std::numeric_limits<float>::infinity();
  const int bits = ranges.bits_of(stage.layer);
  if (bits != 0) {
    const auto levels = static_cast<float>((1 << bits) - 1);
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
    if (!plan_.stages[s].has_weights()) continue;
    const float* matrix = weights[plan_.stages[s].layer].data();
    const auto inputs = ready_[s].taps.all().count;
    ready_[s].matrix.set([&](std::int64_t output, std::int64_t input) { return matrix[output * inputs + input]; });
  }
}

const float* Forward::run(const float* input) {
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    const Stage& stage = plan_.stages[s];
    float* output = outputs_[s].data();
    switch (stage.kind) {
      case Stage::Kind::linear:
        run_linear(stage, ready_[s], input, output);
        break;
      case Stage::Kind::conv:
        if (!stage.halves) {
          run_conv(stage, ready_[s], input, output);
        } else if (keep_winners_) {
          run_halving_conv_with_winners(stage, ready_[s], input, output, winners_[s].data());
        } else if (ready_[s].quads) {
          run_halving_conv_by_quads(stage, ready_[s], input, output);
        } else {
          run_halving_conv(stage, ready_[s], input, output);
        }
        break;
      case Stage::Kind::max_pool:
        run_max_pool(stage, input, output, winners_[s].data());
        break;
      case Stage::Kind::relu:
        run_relu(stage, input, output);
        break;
    }
    input = output;
  }
  return input;
}

void Forward::run_linear(const Stage& stage, Ready& ready, const float* input, float* output) {
  ready.taps.note(input, stage.input.floats());
  multiply_place(ready, input, 0, sums_.data());
  finish_place(ready.finish, ready.bias, sums_.data(), output, stage.output.plane_floats());
}

void Forward::run_conv(const Stage& stage, Ready& ready, const float* input, float* output) {
  ready.taps.note(input, stage.input.floats());
  stage.output.each_place([&](std::int64_t y, std::int64_t x) {
    multiply_place(ready, input, stage.window_corner(y, x), sums_.data());
    finish_place(ready.finish, ready.bias, sums_.data(), output + stage.output.at(0, y, x), stage.output.plane_floats());
  });
}

// The pool comes first here: bias, quantiser and activation never fall, so they may follow a maximum.
void Forward::run_halving_conv(const Stage& stage, Ready& ready, const float* input, float* output) {
  ready.taps.note(input, stage.input.floats());
  const std::int64_t floats = ready.matrix.outputs() * kLanes;
  stage.output.each_place([&](std::int64_t y, std::int64_t x) {
    multiply_place(ready, input, stage.window_corner(2 * y, 2 * x), largest_.data());
    for (std::int64_t part = 1; part < kQuad; ++part) {
      multiply_place(ready, input, stage.window_corner(2 * y + part / 2, 2 * x + part % 2), sums_.data());
      for (std::int64_t o = 0; o < floats; o += kLanes) {
        store(largest_.data() + o, larger(load(sums_.data() + o), load(largest_.data() + o)));
      }
    }
    finish_place(ready.finish, ready.bias, largest_.data(), output + stage.output.at(0, y, x), stage.output.plane_floats());
  });
}

void Forward::run_halving_conv_by_quads(const Stage& stage, Ready& ready, const float* input, float* output) {
  stage.output.each_place([&](std::int64_t y, std::int64_t x) {
    const float* quad[kQuad];
    for (std::int64_t part = 0; part < kQuad; ++part) quad[part] = input + stage.window_corner(2 * y + part / 2, 2 * x + part % 2);
    ready.matrix.multiply(quad, ready.taps.all(), largest_.data());
    finish_place(ready.finish, ready.bias, largest_.data(), output + stage.output.at(0, y, x), stage.output.plane_floats());
  });
}

// Which of the four wins is decided behind the quantiser, as the pool sees it: there, equals are common.
void Forward::run_halving_conv_with_winners(const Stage& stage, Ready& ready, const float* input, float* output, float* winners) {
  ready.taps.note(input, stage.input.floats());
  const auto outputs = static_cast<std::size_t>(ready.matrix.outputs());
  const std::int64_t part_floats = ready.matrix.sums_floats();
  stage.output.each_place([&](std::int64_t y, std::int64_t x) {
    for (std::int64_t part = 0; part < kQuad; ++part) {
      multiply_place(ready, input, stage.window_corner(2 * y + part / 2, 2 * x + part % 2), sums_.data() + part * part_floats);
    }
    std::int64_t at = stage.output.at(0, y, x);
    for (std::size_t o = 0; o < outputs; ++o) {
      const float* const sums = sums_.data() + o * kLanes;
      Lanes largest = finished(ready.finish, load(sums), ready.bias[o]), winner{};
      for (std::int64_t part = 1; part < kQuad; ++part) {
        const Lanes value = finished(ready.finish, load(sums + part * part_floats), ready.bias[o]);
        winner = value > largest ? all(static_cast<float>(part)) : winner;
        largest = larger(value, largest);
      }
      store(output + at, largest);
      store(winners + at, winner);
      at += stage.output.plane_floats();
    }
  });
}

void Forward::multiply_place(Ready& ready, const float* input, std::int64_t place, float* sums) {
  const float* const pixel = input + place;
  ready.matrix.multiply(&pixel, ready.taps.nonzero(place), sums);
}

}  // namespace swimsim::lanes
