#pragma once

#include <memory>

#include "models/network/layers/layer.h"

namespace swimsim {

/// A batch norm in training: normalises by mean and (biased) variance of the batch's own images, of which the first `set_loaded` count.
/// backward carries the gradient through the statistics and fills diff_gamma and diff_beta; there is no second order.
class BatchStatisticsOperator final : public LayerOperator {
 public:
  explicit BatchStatisticsOperator(const OperatorContext& context);

  void set_batch_norm(const BatchNormParameters& parameters) override;
  void set_loaded(std::int64_t images) override { loaded_ = images; }
  const BatchStatistics* batch_statistics() const override { return &statistics_; }
  void forward(const std::vector<const float*>& inputs, float* output) override;
  void backward(const BackwardBuffers& buffers) override;

 private:
  template <typename Visit>
  void each_plane(Visit visit) const;
  double places() const;

  std::int64_t batch_, loaded_, block_, blocks_, plane_;
  BatchNormParameters parameters_;
  BatchStatistics statistics_;
  std::vector<float> per_deviation_;  ///< per channel: 1 / sqrt(variance + epsilon)
};

}  // namespace swimsim
