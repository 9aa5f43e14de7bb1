#include "models/network/evaluator.h"
#include "models/network/calibrate.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>

#include "models/common/errors.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

TEST(Evaluator, LogitsEqualThePlainNetwork) {
  for (const auto& specs : {small_specs(), wide_specs()}) {
    for (const bool with_bias : {true, false}) {
      const Network network = build_network(kSmallInput, specs, 2.0, with_bias);
      const ImageSet images = test_images(kSmallInput, 70, 4);
      const Normalization normalization = plain_normalization(2);
      ReferenceNetwork reference(network, specs);
      Evaluator evaluator(network, {}, normalization);
      const std::vector<float> logits = evaluator.logits(network.all_weights(), images, 3, 67);
      Vector expected, actual(logits.begin(), logits.end());
      for (std::size_t n = 3; n < 70; ++n) {
        const Vector& one = reference.forward(reference.input(images, normalization, n));
        expected.insert(expected.end(), one.begin(), one.end());
      }
      EXPECT_LT(relative_difference(expected, actual), 1e-5);
      actual[5] += 1e-3 * largest(expected);
      EXPECT_GT(relative_difference(expected, actual), 5e-4) << "the comparator must see a changed logit";
    }
  }
}

TEST(Evaluator, AccuracyCountsFirstLargestLogits) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, 130, 4);
  Evaluator evaluator(network, {}, plain_normalization(2));
  const std::vector<float> logits = evaluator.logits(network.all_weights(), images, 0, 130);
  int correct = 0;
  for (std::size_t n = 0; n < 130; ++n) {
    const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(4 * n);
    correct += std::max_element(begin, begin + 4) - begin == images.labels[n] ? 1 : 0;
  }
  EXPECT_DOUBLE_EQ(evaluator.accuracy(network.all_weights(), images, 0, 130), correct / 130.0);
  EXPECT_DOUBLE_EQ(evaluator.accuracy(network.all_weights(), images, 0, 130), correct / 130.0) << "the same call, the same result";
}

TEST(Evaluator, WorksInForkedChildren) {
  const Network network = build_network(kSmallInput, wide_specs());
  const ImageSet images = test_images(kSmallInput, 200, 4);
  Evaluator evaluator(network, {}, plain_normalization(2));
  const double expected = evaluator.accuracy(network.all_weights(), images, 0, 200);
  for (int child = 0; child < 3; ++child) {
    const pid_t pid = fork();
    if (pid == 0) _exit(evaluator.accuracy(network.all_weights(), images, 0, 200) == expected ? 0 : 1);
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
}

TEST(Evaluator, QuantisedActivationsLieOnTheGrid) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, 100, 4);
  const ActivationRanges ranges = calibrate_activations(network, network.all_weights(), images, plain_normalization(2), 50, 3);
  ASSERT_EQ(ranges.range.size(), 4u);
  for (const float range : ranges.range) EXPECT_GT(range, 0);
  Evaluator evaluator(network, ranges, plain_normalization(2));
  for (const float logit : evaluator.logits(network.all_weights(), images, 0, 100)) {
    const double level = logit / (ranges.range[3] / 7.0);
    EXPECT_NEAR(level, std::nearbyint(level), 1e-3);
    EXPECT_LE(std::fabs(level), 7.001);
  }
}

TEST(Evaluator, SaysWhatDoesNotFit) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(Shape{1, 28, 28}, 3, 4);
  Evaluator evaluator(network, {}, plain_normalization(2));
  try {
    evaluator.accuracy(network.all_weights(), images, 0, 3);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("2x11x9"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("1x28x28"), std::string::npos) << error.what();
  }
  EXPECT_THROW(Evaluator(network, {}, plain_normalization(1)), InputError);
  EXPECT_THROW(Evaluator(network, {}, Normalization({{0, 0}, {1, 0}})), InputError);
  EXPECT_THROW(evaluator.accuracy(network.all_weights(), test_images(kSmallInput, 3, 4), 2, 2), InputError);
}

}  // namespace
}  // namespace swimsim
