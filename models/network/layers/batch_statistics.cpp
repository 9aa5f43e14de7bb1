#include "models/network/layers/batch_statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace swimsim {

BatchStatisticsOperator::BatchStatisticsOperator(const OperatorContext& context)
    : batch_(context.batch),
      loaded_(context.batch),
      block_(block_of(context.output_layout)),
      blocks_(context.output.channels / block_),
      plane_(context.output.height * context.output.width * block_) {
  const auto channels = static_cast<std::size_t>(context.output.channels);
  statistics_.mean.assign(channels, 0.0f);
  statistics_.variance.assign(channels, 0.0f);
  per_deviation_.assign(channels, 1.0f);
}

void BatchStatisticsOperator::set_batch_norm(const BatchNormParameters& parameters) { parameters_ = parameters; }

// visit(first element, first channel) of the loaded images' planes.
template <typename Visit>
void BatchStatisticsOperator::each_plane(Visit visit) const {
  for (std::int64_t plane = 0; plane < loaded_ * blocks_; ++plane)
    visit(plane * plane_, static_cast<std::size_t>(plane % blocks_ * block_));
}

double BatchStatisticsOperator::places() const { return static_cast<double>(loaded_ * plane_ / block_); }

void BatchStatisticsOperator::forward(const std::vector<const float*>& inputs, float* output) {
  const float* x = inputs[0];
  const std::size_t channels = per_deviation_.size();
  std::vector<double> sum(channels, 0.0), squares(channels, 0.0);
  each_plane([&](std::int64_t at, std::size_t channel) {
    for (std::int64_t i = 0; i < plane_; i += block_) {
      for (std::int64_t lane = 0; lane < block_; ++lane) sum[channel + static_cast<std::size_t>(lane)] += x[at + i + lane];
    }
  });
  for (std::size_t c = 0; c < channels; ++c) statistics_.mean[c] = static_cast<float>(sum[c] / places());
  each_plane([&](std::int64_t at, std::size_t channel) {
    for (std::int64_t i = 0; i < plane_; i += block_) {
      for (std::int64_t lane = 0; lane < block_; ++lane) {
        const auto c = channel + static_cast<std::size_t>(lane);
        const double distance = x[at + i + lane] - statistics_.mean[c];
        squares[c] += distance * distance;
      }
    }
  });
  for (std::size_t c = 0; c < channels; ++c) {
    statistics_.variance[c] = static_cast<float>(squares[c] / places());
    per_deviation_[c] = static_cast<float>(1 / std::sqrt(squares[c] / places() + parameters_.epsilon));
  }
  each_plane([&](std::int64_t at, std::size_t channel) {
    for (std::int64_t i = 0; i < plane_; i += block_) {
      for (std::int64_t lane = 0; lane < block_; ++lane) {
        const auto c = channel + static_cast<std::size_t>(lane);
        output[at + i + lane] = (x[at + i + lane] - statistics_.mean[c]) * per_deviation_[c] * parameters_.gamma[c] + parameters_.beta[c];
      }
    }
  });
  std::fill(output + loaded_ * blocks_ * plane_, output + batch_ * blocks_ * plane_, 0.0f);
}

void BatchStatisticsOperator::backward(const BackwardBuffers& buffers) {
  if (buffers.order != Order::first) throw std::logic_error("the second derivative is taken with running statistics");
  const float* x = buffers.inputs[0];
  const float* diff = buffers.diff_output;
  const std::size_t channels = per_deviation_.size();
  std::vector<double> by_gamma(channels, 0.0), by_beta(channels, 0.0);
  each_plane([&](std::int64_t at, std::size_t channel) {
    for (std::int64_t i = 0; i < plane_; i += block_) {
      for (std::int64_t lane = 0; lane < block_; ++lane) {
        const auto c = channel + static_cast<std::size_t>(lane);
        const double normalised = (x[at + i + lane] - statistics_.mean[c]) * per_deviation_[c];
        by_gamma[c] += diff[at + i + lane] * normalised;
        by_beta[c] += diff[at + i + lane];
      }
    }
  });
  for (std::size_t c = 0; c < channels; ++c) {
    if (buffers.diff_gamma != nullptr) buffers.diff_gamma[c] = static_cast<float>(by_gamma[c]);
    if (buffers.diff_beta != nullptr) buffers.diff_beta[c] = static_cast<float>(by_beta[c]);
  }
  float* diff_input = buffers.diff_inputs[0];
  if (diff_input == nullptr) return;
  each_plane([&](std::int64_t at, std::size_t channel) {
    for (std::int64_t i = 0; i < plane_; i += block_) {
      for (std::int64_t lane = 0; lane < block_; ++lane) {
        const auto c = channel + static_cast<std::size_t>(lane);
        const float normalised = (x[at + i + lane] - statistics_.mean[c]) * per_deviation_[c];
        const auto mean_part = static_cast<float>(by_beta[c] / places()), slope_part = static_cast<float>(by_gamma[c] / places());
        diff_input[at + i + lane] = parameters_.gamma[c] * per_deviation_[c] * (diff[at + i + lane] - mean_part - normalised * slope_part);
      }
    }
  });
  std::fill(diff_input + loaded_ * blocks_ * plane_, diff_input + batch_ * blocks_ * plane_, 0.0f);
}

}  // namespace swimsim
