// The drawn digits must be too hard for a linear classifier: below 95 % on unseen images (issue 2).

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/dataset/glyphs.h"

namespace swimsim {
namespace {

constexpr std::size_t kPixels = 784, kClasses = 10;

// Softmax regression by Adam on single batches, enough epochs to flatten out.
class SoftmaxRegression {
 public:
  void train(const ImageSet& images, int epochs) {
    constexpr std::size_t kBatch = 100;
    for (int epoch = 0; epoch < epochs; ++epoch) {
      const float rate = 0.002f * 0.5f * (1 + std::cos(3.14159f * static_cast<float>(epoch) / static_cast<float>(epochs)));
      for (std::size_t first = 0; first + kBatch <= images.count(); first += kBatch) {
        std::fill(gradient_.begin(), gradient_.end(), 0.0f);
        for (std::size_t n = first; n < first + kBatch; ++n) add_gradient(images, n);
        descend(rate, 1.0f / kBatch);
      }
    }
  }

  double accuracy(const ImageSet& images) {
    std::size_t correct = 0;
    for (std::size_t n = 0; n < images.count(); ++n) {
      const std::vector<float> p = probabilities(images, n);
      correct += std::max_element(p.begin(), p.end()) - p.begin() == images.labels[n] ? 1 : 0;
    }
    return static_cast<double>(correct) / static_cast<double>(images.count());
  }

 private:
  std::vector<float> probabilities(const ImageSet& images, std::size_t n) {
    for (std::size_t i = 0; i < kPixels; ++i) x_[i] = static_cast<float>(images.pixels[n * kPixels + i]) / 255.0f;
    std::vector<float> p(kClasses);
    for (std::size_t c = 0; c < kClasses; ++c) {
      const float* w = weights_.data() + c * (kPixels + 1);
      float partial[16] = {};
      for (std::size_t i = 0; i < kPixels; i += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) partial[lane] += w[i + lane] * x_[i + lane];
      }
      p[c] = w[kPixels];
      for (const float part : partial) p[c] += part;
    }
    const float largest = *std::max_element(p.begin(), p.end());
    float sum = 0;
    for (float& value : p) sum += value = std::exp(value - largest);
    for (float& value : p) value /= sum;
    return p;
  }

  void add_gradient(const ImageSet& images, std::size_t n) {
    std::vector<float> p = probabilities(images, n);
    p[images.labels[n]] -= 1;
    for (std::size_t c = 0; c < kClasses; ++c) {
      float* g = gradient_.data() + c * (kPixels + 1);
      for (std::size_t i = 0; i < kPixels; ++i) g[i] += p[c] * x_[i];
      g[kPixels] += p[c];
    }
  }

  void descend(float rate, float per_image) {
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const float g = gradient_[i] * per_image;
      mean_[i] = 0.9f * mean_[i] + 0.1f * g;
      square_[i] = 0.999f * square_[i] + 0.001f * g * g;
      weights_[i] -= rate * mean_[i] / (std::sqrt(square_[i]) + 1e-8f);
    }
  }

  std::vector<float> weights_ = std::vector<float>(kClasses * (kPixels + 1), 0.0f);
  std::vector<float> gradient_ = weights_, mean_ = weights_, square_ = weights_;
  std::vector<float> x_ = std::vector<float>(kPixels, 0.0f);
};

TEST(Glyphs, ALinearClassifierStaysBelow95Percent) {
  const ImageSet train = draw_glyphs(1, GlyphHalf::train, kGlyphTrainImages), test = draw_glyphs(1, GlyphHalf::test, kGlyphTestImages);
  SoftmaxRegression classifier;
  classifier.train(train, 15);
  const double seen = classifier.accuracy(train), unseen = classifier.accuracy(test);
  RecordProperty("train_accuracy", std::to_string(seen));
  RecordProperty("test_accuracy", std::to_string(unseen));
  std::printf("softmax regression: %.2f %% of the training images, %.2f %% of the test images\n", 100 * seen, 100 * unseen);
  EXPECT_LT(unseen, 0.95);
  EXPECT_GT(unseen, 0.60) << "a classifier that learned nothing would prove nothing";
}

}  // namespace
}  // namespace swimsim
