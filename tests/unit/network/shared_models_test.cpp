// Networks as a user brings them: logits of the first 64 test images against those that were written when they were exported.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/dataset/datasets.h"
#include "models/network/evaluator.h"
#include "models/network/fold_batch_norm.h"
#include "models/network/onnx_import.h"

namespace swimsim {
namespace {

const Normalization kCifar{{0.4914f, 0.4822f, 0.4465f}, {0.247f, 0.2435f, 0.2616f}};
constexpr std::size_t kImages = 64;

std::vector<double> numbers_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<double> numbers;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) numbers.push_back(std::stod(cell));
  }
  return numbers;
}

void compare(const std::string& name, std::int64_t parameters) {
  const char* models = std::getenv("SWIMSIM_MODELS");
  const char* data = std::getenv("SWIMSIM_DATA");
  if (models == nullptr || data == nullptr)
    GTEST_SKIP() << "SWIMSIM_MODELS and SWIMSIM_DATA name the folders with " << name << " and cifar-10/";
  const std::string path = std::string(models) + "/" + name;
  const std::vector<double> expected = numbers_of(path + "_logits64.csv");
  if (expected.empty()) GTEST_SKIP() << "SWIMSIM_MODELS: " << path << "_logits64.csv is not there";
  if (!std::filesystem::exists(std::string(data) + "/cifar-10/test_batch.bin.gz"))
    GTEST_SKIP() << "SWIMSIM_DATA: " << data << "/cifar-10/test_batch.bin.gz is not there";
  const ImageSet images = load_dataset("cifar-10", data, 1, 1, kImages).test;

  const Network network = import_onnx(path + ".onnx");
  std::int64_t count = network.weight_count() + network.bias_count();
  for (const BatchNormParameters& norm : network.batch_norms()) count += 2 * static_cast<std::int64_t>(norm.gamma.size());
  EXPECT_EQ(count, parameters);
  ASSERT_EQ(expected.size(), kImages * static_cast<std::size_t>(network.classes()));
  double largest = 1;
  for (const double logit : expected) largest = std::max(largest, std::fabs(logit));
  for (const Network& form : {network, fold_batch_norms(network)}) {
    const std::vector<float> logits = Evaluator(form, {}, kCifar).logits(form.all_weights(), images, 0, kImages);
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(logits[i], expected[i], 1e-5 * largest) << "logit " << i;
  }
}

TEST(SharedModels, LogitsOfConvnet) { compare("convnet_cifar10", 1341674); }
TEST(SharedModels, LogitsOfResnet18) { compare("resnet18_cifar10", 701466); }

}  // namespace
}  // namespace swimsim
