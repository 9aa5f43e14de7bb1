#pragma once

#include <cstdint>
#include <string>

namespace swimsim {

enum class Loss {
  cross_entropy,  ///< softmax + cross-entropy; second-derivative seed p (1 - p)
  mse,            ///< sum over the outputs of (logit - target)^2, target 1 for the label and 0 elsewhere; seed 2
};

/// Loss summed over the images [0, count) of a batch. Any of the outputs may be null.
/// gradient: d loss / d logit per image, not divided by the batch; second: the diagonal second derivative, label-independent.
double loss_of_batch(Loss loss, const float* logits, const std::uint8_t* labels, std::int64_t count, std::int64_t classes, float* gradient,
                     float* second);

/// Images whose largest logit, the first of equals, is their label.
std::int64_t correct_of_batch(const float* logits, const std::uint8_t* labels, std::int64_t count, std::int64_t classes);

}  // namespace swimsim
