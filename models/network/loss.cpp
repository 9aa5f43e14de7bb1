#include "models/network/loss.h"

#include <cmath>
#include <vector>

namespace swimsim {

namespace {

std::int64_t first_largest(const float* logits, std::int64_t classes) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < classes; ++i) {
    if (logits[i] > logits[best]) best = i;
  }
  return best;
}

double cross_entropy_of_image(const float* logits, std::int64_t label, std::int64_t classes, double* p, float* gradient, float* second) {
  const double largest = logits[first_largest(logits, classes)];
  double sum = 0;
  for (std::int64_t i = 0; i < classes; ++i) sum += p[i] = std::exp(logits[i] - largest);
  for (std::int64_t i = 0; i < classes; ++i) {
    const double probability = p[i] / sum;
    if (gradient != nullptr) gradient[i] = static_cast<float>(probability - (i == label ? 1.0 : 0.0));
    // 1 - p as the sum of the others: p itself may be so near 1 that nothing is left.
    if (second != nullptr) second[i] = static_cast<float>(probability * ((sum - p[i]) / sum));
  }
  return std::log(sum) - (logits[label] - largest);
}

double mse_of_image(const float* logits, std::int64_t label, std::int64_t classes, float* gradient, float* second) {
  double loss = 0;
  for (std::int64_t i = 0; i < classes; ++i) {
    const double difference = logits[i] - (i == label ? 1.0 : 0.0);
    loss += difference * difference;
    if (gradient != nullptr) gradient[i] = static_cast<float>(2 * difference);
    if (second != nullptr) second[i] = 2.0f;
  }
  return loss;
}

}  // namespace

double loss_of_batch(Loss loss, const float* logits, const std::uint8_t* labels, std::int64_t count, std::int64_t classes, float* gradient,
                     float* second) {
  std::vector<double> probabilities(static_cast<std::size_t>(classes));
  double total = 0;
  for (std::int64_t n = 0; n < count; ++n) {
    const std::int64_t at = n * classes;
    float* image_gradient = gradient != nullptr ? gradient + at : nullptr;
    float* image_second = second != nullptr ? second + at : nullptr;
    total += loss == Loss::cross_entropy
                 ? cross_entropy_of_image(logits + at, labels[n], classes, probabilities.data(), image_gradient, image_second)
                 : mse_of_image(logits + at, labels[n], classes, image_gradient, image_second);
  }
  return total;
}

std::int64_t correct_of_batch(const float* logits, const std::uint8_t* labels, std::int64_t count, std::int64_t classes) {
  std::int64_t correct = 0;
  for (std::int64_t n = 0; n < count; ++n) correct += first_largest(logits + n * classes, classes) == labels[n] ? 1 : 0;
  return correct;
}

}  // namespace swimsim
