#include "models/network/builtin.h"

#include <gtest/gtest.h>

#include "models/common/errors.h"

namespace swimsim {
namespace {

// reference/swim.md section 2.
TEST(BuiltinNetworks, HaveThePublishedWeights) {
  const Network lenet = make_builtin_network("lenet", 1);
  EXPECT_EQ(lenet.weight_count(), 105918);
  EXPECT_EQ(lenet.bias_count(), 236);
  const Network convnet = make_builtin_network("convnet", 1);
  EXPECT_EQ(convnet.weight_count(), 6397632);
  EXPECT_EQ(convnet.classes(), 10);
  const std::vector<std::int64_t> layers{1728, 36864, 73728, 147456, 294912, 589824, 4194304, 1048576, 10240};
  ASSERT_EQ(convnet.weight_layers().size(), layers.size());
  for (std::size_t layer = 0; layer < layers.size(); ++layer) EXPECT_EQ(convnet.weight_layers()[layer].count(), layers[layer]) << layer;
}

TEST(BuiltinNetworks, Resnet18HasThePublishedWeights) {
  const Network cifar = make_builtin_network("resnet18", 1);
  EXPECT_EQ(cifar.weight_count(), 11164352);
  EXPECT_EQ(cifar.bias_count(), 10) << "convolutions have none";
  EXPECT_EQ(cifar.batch_norms().size(), 20u);
  EXPECT_EQ(cifar.input_shape().height, 32);
  const Network tin = make_builtin_network("resnet18_tin", 1);
  EXPECT_EQ(tin.weight_count(), 11261632);
  EXPECT_EQ(tin.classes(), 200);
  EXPECT_EQ(tin.input_shape().height, 64);
}

TEST(BuiltinNetworks, ComeInAnyWidth) {
  for (const BuiltinNetwork& builtin : builtin_networks()) {
    const std::int64_t full = make_builtin_network(builtin.name, 1).weight_count();
    EXPECT_EQ(make_builtin_network(builtin.name, 1, builtin.full_width).weight_count(), full) << builtin.name;
    const Network narrow = make_builtin_network(builtin.name, 1, 3);
    EXPECT_EQ(narrow.weight_layers()[0].outputs, 3) << builtin.name;
    EXPECT_LT(narrow.weight_count(), full) << builtin.name;
    EXPECT_GT(make_builtin_network(builtin.name, 1, 1).weight_count(), 0) << builtin.name;
  }
  EXPECT_EQ(make_builtin_network("resnet18", 1, 16).weight_layers()[0].count(), 432) << "the shared resnet18_cifar10 has this width";
  EXPECT_THROW(make_builtin_network("resnet18", 1, -1), InputError);
  EXPECT_THROW(make_builtin_network("resnet18", 1, 100000), InputError);
}

}  // namespace
}  // namespace swimsim
