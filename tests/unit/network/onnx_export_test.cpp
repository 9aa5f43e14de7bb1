#include "models/network/onnx_export.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "models/network/builtin.h"
#include "models/network/evaluator.h"
#include "models/network/onnx_import.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

void expect_same_network(const Network& network, const ImageSet& images) {
  const Network back = import_onnx_bytes(export_onnx(network), "exported.onnx");
  ASSERT_EQ(back.nodes().size(), network.nodes().size());
  for (std::size_t node = 0; node < network.nodes().size(); ++node) EXPECT_EQ(back.nodes()[node].name, network.nodes()[node].name);
  EXPECT_EQ(back.all_weights(), network.all_weights());
  for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
    EXPECT_EQ(back.weight_layers()[layer].name, network.weight_layers()[layer].name);
    EXPECT_EQ(back.weight_layers()[layer].shape, network.weight_layers()[layer].shape);
    EXPECT_EQ(back.biases(layer), network.biases(layer));
  }
  const Normalization normalization = plain_normalization(static_cast<std::size_t>(network.input_shape().channels));
  Evaluator before(network, {}, normalization), after(back, {}, normalization);
  EXPECT_EQ(before.logits(network.all_weights(), images, 0, images.count()), after.logits(back.all_weights(), images, 0, images.count()));
}

TEST(OnnxExport, ComesBackTheSame) {
  expect_same_network(build_network(kSmallInput, small_specs()), test_images(kSmallInput, 5, 4));
  expect_same_network(build_network(kSmallInput, wide_specs(), 2.0, false), test_images(kSmallInput, 5, 4));
  expect_same_network(make_builtin_network("lenet", 3), test_images({1, 28, 28, false}, 5, 10));
}

TEST(OnnxExport, IsAFunctionOfTheNetwork) {
  EXPECT_EQ(export_onnx(make_builtin_network("lenet", 3)), export_onnx(make_builtin_network("lenet", 3)));
}

TEST(OnnxExport, TrainedNetworksOfUsersComeBack) {
  const char* models = std::getenv("SWIMSIM_MODELS");
  if (models == nullptr) GTEST_SKIP() << "SWIMSIM_MODELS is not set: lenet5_mnist.onnx is needed";
  expect_same_network(import_onnx(std::string(models) + "/lenet5_mnist.onnx"), test_images({1, 28, 28, false}, 5, 10));
  for (const char* name : {"convnet_cifar10", "resnet18_cifar10"})
    expect_same_network(import_onnx(std::string(models) + "/" + name + ".onnx"), test_images({3, 32, 32, false}, 5, 10));
}

}  // namespace
}  // namespace swimsim
