// SWIM's LeNet, trained in place at 4 bits: what the embedded default and the MNIST workload promise.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "models/dataset/datasets.h"
#include "models/network/builtin.h"
#include "models/network/calibrate.h"
#include "models/network/evaluator.h"
#include "models/network/train.h"

namespace swimsim {
namespace {

double trained_accuracy(const DataSet& data, int epochs, std::int64_t images) {
  const Normalization normalization{{0.1307f}, {0.3081f}};
  Network network = make_builtin_network("lenet", 1);
  TrainingOptions options;
  options.epochs = epochs;
  options.images = images;
  options.learning_rate = 0.002;
  options.threads = 2;
  train(network, options, data.train, normalization);
  const auto weights = dequantize(quantize_weights(network, 4, Quantizer::clamp));
  const ActivationRanges ranges = calibrate_activations(network, weights, data.train, normalization, 1024, 4);
  const double accuracy = Evaluator(network, ranges, normalization).accuracy(weights, data.test, 0, data.test.count());
  std::printf("4-bit LeNet: %.2f %% of %zu test images\n", 100 * accuracy, data.test.count());
  return accuracy;
}

TEST(LenetTraining, ReachesNinetySevenPercentOfTheGlyphs) { EXPECT_GE(trained_accuracy(load_dataset("glyphs", "", 1, 0, 0), 8, 0), 0.97); }

TEST(LenetTraining, LearnsMnistInTwoEpochs) {
  const char* data = std::getenv("SWIMSIM_DATA");
  if (data == nullptr) GTEST_SKIP() << "SWIMSIM_DATA names the folder with mnist/";
  if (!std::filesystem::exists(std::string(data) + "/mnist")) GTEST_SKIP() << data << "/mnist is not there";
  EXPECT_GE(trained_accuracy(load_dataset("mnist", data, 1, 0, 0), 2, 30000), 0.94);
}

}  // namespace
}  // namespace swimsim
