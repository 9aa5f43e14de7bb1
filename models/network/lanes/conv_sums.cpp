#include <algorithm>

#include "models/network/lanes/aligned_buffer.h"
#include "models/network/lanes/simd.h"
#include "models/network/lanes/weight_sums.h"

namespace swimsim::lanes {

namespace {

// How the places of a convolution lie in memory, in floats.
struct Places {
  std::int64_t rows, columns;
  std::int64_t diff_row_step, diff_step, input_row_step, input_step;
};

// sums[channel][tap] += d[channel] * x[tap] over all places, everything in registers. `sums_step`: floats from channel to channel.
template <int kChannels, int kTaps>
void add_products(const Places& places, const float* const* diffs, const float* const* inputs, float* sums, std::int64_t sums_step) {
  Lanes sum[kChannels][kTaps];
  for (int c = 0; c < kChannels; ++c) {
    for (int t = 0; t < kTaps; ++t) sum[c][t] = load(sums + c * sums_step + t * kLanes);
  }
  for (std::int64_t row = 0; row < places.rows; ++row) {
    std::int64_t diff_at = row * places.diff_row_step, input_at = row * places.input_row_step;
    for (std::int64_t column = 0; column < places.columns; ++column) {
      Lanes input[kTaps];
      for (int t = 0; t < kTaps; ++t) {
        input[t] = load(inputs[t] + input_at);
        keep_in_register(input[t]);
      }
      for (int c = 0; c < kChannels; ++c) {
        const Lanes diff = load(diffs[c] + diff_at);
        for (int t = 0; t < kTaps; ++t) sum[c][t] = multiply_add(diff, input[t], sum[c][t]);
      }
      diff_at += places.diff_step;
      input_at += places.input_step;
    }
  }
  for (int c = 0; c < kChannels; ++c) {
    for (int t = 0; t < kTaps; ++t) store(sums + c * sums_step + t * kLanes, sum[c][t]);
  }
}

using AddProducts = void (*)(const Places&, const float* const*, const float* const*, float*, std::int64_t);

template <int kChannels>
AddProducts with_taps(std::int64_t taps) {
  return taps >= 6 ? add_products<kChannels, 6> : (taps >= 3 ? add_products<kChannels, 3> : add_products<kChannels, 1>);
}

class ConvSums final : public WeightSums {
 public:
  ConvSums(const Stage& stage, const Layout& diff, std::int64_t outputs, WeightRule rule)
      : stage_(stage), diff_(diff), outputs_(outputs), offsets_(stage.input_offsets()), rule_(rule) {
    const auto count = static_cast<std::size_t>(outputs * taps() * kLanes);
    sums_ = AlignedBuffer(count);
    if (rule == WeightRule::second) squares_ = AlignedBuffer(static_cast<std::size_t>(stage.input.floats()));
    if (rule == WeightRule::squared_gradient) of_images_ = AlignedBuffer(count);
  }

  void add(const float* diff, const float* input) override {
    if (rule_ == WeightRule::second) {
      square(input, stage_.input.floats(), squares_.data());
      input = squares_.data();
    }
    if (rule_ != WeightRule::squared_gradient) {
      add_block(diff, input, sums_.data());
      return;
    }
    of_images_.fill(0);
    add_block(diff, input, of_images_.data());
    for (std::int64_t i = 0; i < outputs_ * taps() * kLanes; i += kLanes) {
      const Lanes gradient = load(of_images_.data() + i);
      store(sums_.data() + i, multiply_add(gradient, gradient, load(sums_.data() + i)));
    }
  }

  void finish(std::vector<float>& sums) override {
    sums.resize(static_cast<std::size_t>(outputs_ * taps()));
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = sum_of_lanes(load(sums_.data() + i * kLanes));
    sums_.fill(0);
  }

 private:
  std::int64_t taps() const { return static_cast<std::int64_t>(offsets_.size()); }

  void add_block(const float* diff, const float* input, float* sums) const {
    const Window& window = stage_.window;
    const std::int64_t columns = (diff_.shape.width - 1) / window.stride_x + 1;
    const Places places{(diff_.shape.height - 1) / window.stride_y + 1, columns,
                        window.stride_y * diff_.row_floats(),           window.stride_x * kLanes,
                        window.stride_y * stage_.input.row_floats(),    window.stride_x * kLanes};
    const float* const corner = input + stage_.window_corner(0, 0);
    for (std::int64_t tap = 0; tap < taps();) {
      const std::int64_t left = taps() - tap, tap_count = left >= 6 ? 6 : (left >= 3 ? 3 : 1);
      const float* inputs[6];
      for (std::int64_t t = 0; t < tap_count; ++t) inputs[t] = corner + offsets_[static_cast<std::size_t>(tap + t)];
      for (std::int64_t channel = 0; channel < outputs_;) {
        const std::int64_t channels_left = outputs_ - channel, channels = channels_left >= 4 ? 4 : (channels_left >= 2 ? 2 : 1);
        const float* diffs[4];
        for (std::int64_t c = 0; c < channels; ++c) diffs[c] = diff + diff_.at(channel + c, 0, 0);
        const AddProducts kernel =
            channels == 4 ? with_taps<4>(tap_count) : (channels == 2 ? with_taps<2>(tap_count) : with_taps<1>(tap_count));
        kernel(places, diffs, inputs, sums + (channel * taps() + tap) * kLanes, taps() * kLanes);
        channel += channels;
      }
      tap += tap_count;
    }
  }

  Stage stage_;
  Layout diff_;
  std::int64_t outputs_;
  std::vector<std::int32_t> offsets_;
  WeightRule rule_;
  AlignedBuffer sums_;       ///< [output][tap][lane]
  AlignedBuffer of_images_;  ///< the same for the images of one call
  AlignedBuffer squares_;    ///< of the input
};

}  // namespace

void square(const float* from, std::int64_t count, float* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = from[i] * from[i];
}

std::unique_ptr<WeightSums> make_conv_sums(const Stage& stage, const Layout& diff, std::int64_t outputs, WeightRule rule) {
  return std::make_unique<ConvSums>(stage, diff, outputs, rule);
}

}  // namespace swimsim::lanes
