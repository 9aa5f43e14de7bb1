#include "models/network/lanes/backward.h"

#include <algorithm>

#include "models/network/lanes/simd.h"

namespace swimsim::lanes {

namespace {

Layout without_ring(const Layout& layout) { return {layout.shape}; }

// The derivative by the sums of a weight layer, from that by what the stage wrote: the activation masks, the pool routes.
void route_back(const Stage& stage, const Layout& routed, const float* output, const float* winners, const float* diff, float* to) {
  const Layout plain = without_ring(stage.output);
  const std::int64_t stride_y = stage.kind == Stage::Kind::conv ? stage.window.stride_y : 1;
  const std::int64_t stride_x = stage.kind == Stage::Kind::conv ? stage.window.stride_x : 1;
  const std::int64_t step = stride_x * kLanes, row_step = stride_y * routed.row_floats();
  for (std::int64_t channel = 0; channel < plain.shape.channels; ++channel) {
    for (std::int64_t y = 0; y < plain.shape.height; ++y) {
      const float* const diff_row = diff + plain.at(channel, y, 0);
      const float* const output_row = output + stage.output.at(channel, y, 0);
      const float* const winner_row = stage.halves ? winners + stage.output.at(channel, y, 0) : nullptr;
      float* const upper = to + routed.at(channel, (stage.halves ? 2 : 1) * y * stride_y, 0);
      for (std::int64_t x = 0; x < plain.shape.width; ++x) {
        Lanes value = load(diff_row + x * kLanes);
        if (stage.relu) value = load(output_row + x * kLanes) > Lanes{} ? value : Lanes{};
        if (!stage.halves) {
          store(upper + x * step, value);
          continue;
        }
        const Lanes winner = load(winner_row + x * kLanes);
        for (std::int64_t part = 0; part < kQuad; ++part) {
          const Lanes share = winner == all(static_cast<float>(part)) ? value : Lanes{};
          store(upper + part / 2 * row_step + (2 * x + part % 2) * step, share);
        }
      }
    }
  }
}

void relu_back(const Stage& stage, const float* output, const float* diff, float* to) {
  const Layout plain = without_ring(stage.output);
  for (std::int64_t channel = 0; channel < plain.shape.channels; ++channel) {
    plain.each_place([&](std::int64_t y, std::int64_t x) {
      const Lanes value = load(diff + plain.at(channel, y, x));
      store(to + plain.at(channel, y, x), load(output + stage.output.at(channel, y, x)) > Lanes{} ? value : Lanes{});
    });
  }
}

void max_pool_back(const Stage& stage, const float* winners, const float* diff, AlignedBuffer& to) {
  const Layout plain = without_ring(stage.output), below = without_ring(stage.input);
  const Window& window = stage.window;
  to.fill(0);
  for (std::int64_t channel = 0; channel < plain.shape.channels; ++channel) {
    plain.each_place([&](std::int64_t y, std::int64_t x) {
      const Lanes value = load(diff + plain.at(channel, y, x)), winner = load(winners + stage.output.at(channel, y, x));
      for (std::int64_t ky = 0; ky < window.height; ++ky) {
        for (std::int64_t kx = 0; kx < window.width; ++kx) {
          const std::int64_t iy = y * window.stride_y - window.pad_y + ky, ix = x * window.stride_x - window.pad_x + kx;
          if (iy < 0 || ix < 0 || iy >= below.shape.height || ix >= below.shape.width) continue;
          float* sum = to.data() + below.at(channel, iy, ix);
          const Lanes share = winner == all(static_cast<float>(ky * window.width + kx)) ? value : Lanes{};
          store(sum, load(sum) + share);
        }
      }
    });
  }
}

// A convolution's own outputs, spread out to stride 1 and with room for every window that looks at an input, as a transposed
// convolution reads them.
Layout routed_layout(const Stage& stage, std::int64_t outputs) {
  if (stage.kind == Stage::Kind::linear) return {{outputs, 1, 1, true}};
  const Shape& in = stage.input.shape;
  const Window& window = stage.window;
  Layout routed;
  routed.shape = {outputs, in.height + 2 * window.pad_y - window.height + 1, in.width + 2 * window.pad_x - window.width + 1};
  routed.ring_y = window.height - 1 - window.pad_y;
  routed.ring_x = window.width - 1 - window.pad_x;
  return routed;
}

}  // namespace

Backward::Backward(const Network& network, const Plan& plan, const DerivativeKinds& kinds) : plan_(plan), kinds_(kinds) {
  std::int64_t most_sums = 0;
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    work_.push_back(make_work(network, s));
    most_sums = std::max({most_sums, work_.back().by_weights.sums_floats(), work_.back().by_squares.sums_floats()});
  }
  sums_ = AlignedBuffer(static_cast<std::size_t>(most_sums));
}

Backward::Work Backward::make_work(const Network& network, std::size_t s) const {
  const Stage& stage = plan_.stages[s];
  const bool carries_on = s > 0;
  Work work;
  const std::int64_t below = without_ring(stage.input).floats();
  if (!stage.has_weights()) {
    work.diff = AlignedBuffer(static_cast<std::size_t>(below));
    return work;
  }
  const WeightLayer& layer = network.weight_layers()[stage.layer];
  work.routed = routed_layout(stage, layer.outputs);
  work.routed_diff = AlignedBuffer(static_cast<std::size_t>(work.routed.floats()));
  work.has_bias = kinds_.gradient && !network.biases(stage.layer).empty();
  if (work.has_bias) work.bias_sums = AlignedBuffer(static_cast<std::size_t>(layer.outputs * kLanes));
  const auto make_sums = [&](WeightRule rule) {
    return stage.kind == Stage::Kind::conv ? make_conv_sums(stage, work.routed, layer.outputs, rule)
                                           : make_linear_sums(stage, layer.outputs, kDerivativeChunk, rule);
  };
  if (kinds_.gradient) work.gradient = make_sums(WeightRule::gradient);
  if (kinds_.second) work.second = make_sums(WeightRule::second);
  if (kinds_.squared_gradient) work.squared_gradient = make_sums(WeightRule::squared_gradient);
  if (!carries_on) return work;

  const bool conv = stage.kind == Stage::Kind::conv;
  const std::int64_t height = conv ? stage.window.height : 1, width = conv ? stage.window.width : 1;
  const std::int64_t outputs = conv ? stage.input.shape.channels : layer.inputs;
  const auto matrix = [&](bool wanted) { return wanted ? PackedMatrix(outputs, layer.outputs * height * width, false) : PackedMatrix(); };
  work.by_weights = matrix(kinds_.gradient || kinds_.squared_gradient);
  work.by_squares = matrix(kinds_.second);
  std::vector<std::int32_t> offsets;
  for (std::int64_t o = 0; o < layer.outputs; ++o) {
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        offsets.push_back(static_cast<std::int32_t>(work.routed.at(o, y, x) - work.routed.at(0, 0, 0)));
      }
    }
  }
  work.taps = TapFinder(offsets);
  // A linear layer's products go straight there, and the last block is a little larger.
  work.diff = AlignedBuffer(static_cast<std::size_t>(std::max({below, work.by_weights.sums_floats(), work.by_squares.sums_floats()})));
  return work;
}

void Backward::set_weights(const std::vector<std::vector<float>>& weights, const std::vector<std::vector<float>>* squares) {
  for (std::size_t s = 1; s < plan_.stages.size(); ++s) {
    const Stage& stage = plan_.stages[s];
    if (!stage.has_weights()) continue;
    const std::int64_t window = stage.kind == Stage::Kind::conv ? stage.window.height * stage.window.width : 1;
    const auto transpose = [&](const std::vector<float>& matrix, PackedMatrix& packed) {
      const std::int64_t inputs = packed.outputs() * window;
      // The window is turned around: its first place meets the input last.
      packed.set([&](std::int64_t input, std::int64_t tap) {
        return matrix[static_cast<std::size_t>(tap / window * inputs + input * window + (window - 1 - tap % window))];
      });
    };
    if (kinds_.gradient || kinds_.squared_gradient) transpose(weights[stage.layer], work_[s].by_weights);
    if (kinds_.second) transpose((*squares)[stage.layer], work_[s].by_squares);
  }
}

void Backward::add(const Forward& forward, const float* input, const float* gradient_seed, const float* second_seed) {
  if (kinds_.gradient || kinds_.squared_gradient) carry(Order::first, forward, input, gradient_seed);
  if (kinds_.second) carry(Order::second, forward, input, second_seed);
}

void Backward::carry(Order order, const Forward& forward, const float* input, const float* seed) {
  const float* diff = seed;
  for (std::size_t s = plan_.stages.size(); s-- > 0;) {
    const Stage& stage = plan_.stages[s];
    Work& work = work_[s];
    if (stage.kind == Stage::Kind::relu) relu_back(stage, forward.output(s), diff, work.diff.data());
    if (stage.kind == Stage::Kind::max_pool) max_pool_back(stage, forward.winners(s), diff, work.diff);
    if (stage.has_weights()) {
      route_back(stage, work.routed, forward.output(s), forward.winners(s), diff, work.routed_diff.data());
      const float* stage_input = s > 0 ? forward.output(s - 1) : input;
      if (order == Order::first && work.gradient) work.gradient->add(work.routed_diff.data(), stage_input);
      if (order == Order::first && work.squared_gradient) work.squared_gradient->add(work.routed_diff.data(), stage_input);
      if (order == Order::second) work.second->add(work.routed_diff.data(), stage_input);
      if (order == Order::first && work.has_bias) add_bias_gradient(work);
      if (s > 0) propagate(stage, work, order == Order::first ? work.by_weights : work.by_squares);
    }
    diff = work.diff.data();
  }
}

void Backward::add_bias_gradient(Work& work) {
  for (std::int64_t channel = 0; channel < work.routed.shape.channels; ++channel) {
    float* const to = work.bias_sums.data() + channel * kLanes;
    Lanes sum = load(to);
    work.routed.each_place([&](std::int64_t y, std::int64_t x) { sum += load(work.routed_diff.data() + work.routed.at(channel, y, x)); });
    store(to, sum);
  }
}

void Backward::propagate(const Stage& stage, Work& work, const PackedMatrix& matrix) {
  const float* const routed = work.routed_diff.data();
  work.taps.note(routed, work.routed.floats());
  if (stage.kind == Stage::Kind::linear) {
    matrix.multiply(&routed, work.taps.nonzero(0), work.diff.data());
    return;
  }
  const Layout below = without_ring(stage.input);
  const Window& window = stage.window;
  below.each_place([&](std::int64_t y, std::int64_t x) {
    const std::int64_t place = work.routed.at(0, y + window.pad_y - (window.height - 1), x + window.pad_x - (window.width - 1));
    const float* const pixel = routed + place;
    matrix.multiply(&pixel, work.taps.nonzero(place), sums_.data());
    for (std::int64_t channel = 0; channel < below.shape.channels; ++channel) {
      store(work.diff.data() + below.at(channel, y, x), load(sums_.data() + channel * kLanes));
    }
  });
}

void Backward::finish(DerivativeSums& sums) {
  const std::size_t layers = static_cast<std::size_t>(
      std::count_if(plan_.stages.begin(), plan_.stages.end(), [](const Stage& stage) { return stage.has_weights(); }));
  sums = {};
  if (kinds_.gradient) sums.gradient.resize(layers);
  if (kinds_.gradient) sums.bias_gradient.resize(layers);
  if (kinds_.second) sums.second.resize(layers);
  if (kinds_.squared_gradient) sums.squared_gradient.resize(layers);
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    Work& work = work_[s];
    const std::size_t layer = plan_.stages[s].layer;
    if (work.gradient) work.gradient->finish(sums.gradient[layer]);
    if (work.second) work.second->finish(sums.second[layer]);
    if (work.squared_gradient) work.squared_gradient->finish(sums.squared_gradient[layer]);
    if (!work.has_bias) continue;
    for (std::int64_t o = 0; o < work.routed.shape.channels; ++o) {
      sums.bias_gradient[layer].push_back(sum_of_lanes(load(work.bias_sums.data() + o * kLanes)));
    }
    work.bias_sums.fill(0);
  }
}

}  // namespace swimsim::lanes
