#include "models/network/onnx_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "models/common/errors.h"
#include "models/dataset/datasets.h"
#include "models/network/evaluator.h"
#include "tests/support/network_onnx_models.h"
#include "tests/support/network_reference.h"

namespace swimsim {
namespace {

using swimsim::testing::OnnxModel;
using swimsim::testing::plain_normalization;
using swimsim::testing::test_images;
using ::testing::HasSubstr;

std::vector<float> ramp(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(swimsim::testing::test_uniform(3, i));
  return values;
}

// conv 1-2 3x3, relu, max pool 2, flatten, dense 8-3; `dense` chooses how the last layer is written.
OnnxModel small_model(const std::string& dense = "Gemm", int opset = 13) {
  OnnxModel model({-1, 1, 6, 6}, opset);
  model.weight("conv.weight", {2, 1, 3, 3}, ramp(18));
  model.weight("conv.bias", {2}, {0.5f, -0.5f});
  onnx::NodeProto& conv = model.node("Conv", {"input", "conv.weight", "conv.bias"}, "a");
  OnnxModel::attribute(conv, "pads", {0, 0, 0, 0});
  model.node("Relu", {"a"}, "b");
  onnx::NodeProto& pool = model.node("MaxPool", {"b"}, "c");
  OnnxModel::attribute(pool, "kernel_shape", {2, 2});
  OnnxModel::attribute(pool, "strides", {2, 2});
  model.node("Identity", {"c"}, "d");
  if (dense == "Gemm") {
    model.node("Flatten", {"d"}, "e");
    model.weight("fc.weight", {3, 8}, ramp(24));
    model.weight("fc.bias", {3}, {1, 2, 3});
    OnnxModel::attribute(model.node("Gemm", {"e", "fc.weight", "fc.bias"}, "out"), "transB", 1);
  } else {
    model.integers("shape", {-1, 8});
    model.node("Reshape", {"d", "shape"}, "e");
    std::vector<float> transposed(24), values = ramp(24);
    for (std::size_t o = 0; o < 3; ++o) {
      for (std::size_t i = 0; i < 8; ++i) transposed[i * 3 + o] = values[o * 8 + i];
    }
    model.weight("fc.weight", {8, 3}, transposed);
    model.weight("fc.bias", {3}, {1, 2, 3});
    model.node("MatMul", {"e", "fc.weight"}, "f");
    model.node("Add", {"fc.bias", "f"}, "out");
  }
  model.output("out", {-1, 3});
  return model;
}

std::string message_of(const std::string& bytes) {
  try {
    import_onnx_bytes(bytes, "small.onnx");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(OnnxImport, GemmAndMatMulMeanTheSame) {
  const Network gemm = import_onnx_bytes(small_model("Gemm").bytes(), "a.onnx"),
                matmul = import_onnx_bytes(small_model("MatMul").bytes(), "b.onnx");
  EXPECT_EQ(gemm.all_weights(), matmul.all_weights());
  EXPECT_EQ(gemm.biases(1), matmul.biases(1));
  const ImageSet images = test_images(Shape{1, 6, 6}, 10, 3);
  const auto logits = [&](const Network& network) {
    return Evaluator(network, {}, plain_normalization(1)).logits(network.all_weights(), images, 0, 10);
  };
  EXPECT_EQ(logits(gemm), logits(matmul));

  const WeightLayer& fc = matmul.weight_layers()[1];
  EXPECT_EQ(fc.name, "fc.weight");
  EXPECT_EQ(fc.shape, (std::vector<std::int64_t>{8, 3}));
  EXPECT_TRUE(fc.stored_input_major);
  EXPECT_EQ(fc.outputs, 3);
  EXPECT_EQ(fc.inputs, 8);
  EXPECT_EQ(to_onnx_order(fc, matmul.weights(1))[1], matmul.weights(1)[8]);
  EXPECT_EQ(gemm.weight_layers()[0].inputs, 9);
  EXPECT_EQ(gemm.weight_layers()[0].shape, (std::vector<std::int64_t>{2, 1, 3, 3}));
}

TEST(OnnxImport, OpsetsElevenToSeventeen) {
  for (int opset = 11; opset <= 17; ++opset) EXPECT_EQ(message_of(small_model("Gemm", opset).bytes()), "no error") << opset;
  EXPECT_THAT(message_of(small_model("Gemm", 10).bytes()), HasSubstr("opset 10; 11 to 17"));
}

TEST(OnnxImport, UnknownOperatorNamesNodeOperatorAndWhatIsSupported) {
  OnnxModel model = small_model();
  model.graph().mutable_node(1)->set_op_type("Erf");
  const std::string message = message_of(model.bytes());
  EXPECT_THAT(message, HasSubstr("small.onnx"));
  EXPECT_THAT(message, HasSubstr("'the_b'"));
  EXPECT_THAT(message, HasSubstr("'Erf'"));
  for (const std::string& name : supported_onnx_operators()) EXPECT_THAT(message, HasSubstr(name));
}

TEST(OnnxImport, NonFiniteWeightNamesTheInitialiser) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    OnnxModel model = small_model();
    model.graph().mutable_initializer(2)->set_float_data(7, bad);
    EXPECT_THAT(message_of(model.bytes()), HasSubstr("'fc.weight'"));
    EXPECT_THAT(message_of(model.bytes()), HasSubstr("finite"));
  }
}

TEST(OnnxImport, EveryTruncationIsRefused) {
  const std::string bytes = small_model().bytes();
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    EXPECT_NE(message_of(bytes.substr(0, length)), "no error") << length << " of " << bytes.size() << " bytes";
  }
  EXPECT_EQ(message_of(bytes), "no error");
}

TEST(OnnxImport, FlippedBytesNeverCrash) {
  const std::string bytes = small_model().bytes();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      message_of(damaged);  // an InputError or a network; nothing else may come out
    }
  }
}

TEST(OnnxImport, ExternalDataIsRefused) {
  OnnxModel model = small_model();
  onnx::TensorProto* tensor = model.graph().mutable_initializer(0);
  tensor->set_data_location(onnx::TensorProto::EXTERNAL);
  tensor->add_external_data()->set_key("location");
  EXPECT_THAT(message_of(model.bytes()), HasSubstr("external data"));
}

TEST(OnnxImport, WhatItCannotHonourIsRefused) {
  const auto refused = [](const auto& spoil, const std::string& expected) {
    OnnxModel model = small_model();
    spoil(model);
    EXPECT_THAT(message_of(model.bytes()), HasSubstr(expected));
  };
  refused([](OnnxModel& model) { OnnxModel::attribute(*model.graph().mutable_node(0), "dilations", {0, 2}); }, "dilations");
  refused([](OnnxModel& model) { model.graph().mutable_node(0)->mutable_attribute(0)->set_ints(0, -1); }, "pads");
  refused([](OnnxModel& model) { model.graph().mutable_initializer(2)->mutable_dims()->Set(1, 9); }, "");
  refused([](OnnxModel& model) { model.graph().mutable_initializer(2)->mutable_float_data()->RemoveLast(); }, "fc.weight");
  refused([](OnnxModel& model) { model.graph().mutable_initializer(2)->set_data_type(onnx::TensorProto::DOUBLE); }, "");
  refused([](OnnxModel& model) { model.graph().mutable_initializer(2)->mutable_dims()->Set(0, std::int64_t{1} << 60); }, "'fc.weight'");
  refused([](OnnxModel& model) { OnnxModel::attribute(*model.graph().mutable_node(4), "axis", 2); }, "axis 2");
}

TEST(OnnxImport, BiasesAreOptional) {
  OnnxModel model = small_model();
  model.graph().mutable_node(0)->mutable_input()->RemoveLast();
  model.graph().mutable_node(5)->mutable_input()->RemoveLast();
  const Network network = import_onnx_bytes(model.bytes(), "small.onnx");
  EXPECT_EQ(network.bias_count(), 0);
  EXPECT_EQ(network.weight_count(), 42);
}

TEST(OnnxImport, MissingFileIsNamed) {
  try {
    import_onnx("/nowhere/net.onnx");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/net.onnx"));
  }
}

TEST(OnnxImport, LogitsOfTheUsersLenet) {
  const char* models = std::getenv("SWIMSIM_MODELS");
  const char* data = std::getenv("SWIMSIM_DATA");
  if (models == nullptr || data == nullptr)
    GTEST_SKIP() << "SWIMSIM_MODELS and SWIMSIM_DATA name the folders with lenet5_mnist.onnx and mnist/";
  const std::string path = std::string(models) + "/lenet5_mnist";
  std::ifstream file(path + "_logits64.csv");
  if (!file) GTEST_SKIP() << path << "_logits64.csv is not there";

  const Network network = import_onnx(path + ".onnx");
  EXPECT_EQ(network.weight_count(), 105918);
  EXPECT_EQ(network.bias_count(), 236);
  const DataSet mnist = load_dataset("mnist", data, 1, 1, 0);
  Evaluator evaluator(network, {}, Normalization{{0.1307f}, {0.3081f}});
  const std::vector<float> logits = evaluator.logits(network.all_weights(), mnist.test, 0, 64);
  std::size_t seen = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) {
      ASSERT_LT(seen, logits.size());
      EXPECT_NEAR(logits[seen], std::stod(cell), 1e-4) << "logit " << seen;  // six digits are written
      ++seen;
    }
  }
  EXPECT_EQ(seen, 640u);
  EXPECT_NEAR(evaluator.accuracy(network.all_weights(), mnist.test, 0, mnist.test.count()), 0.9929, 1e-9);
}

}  // namespace
}  // namespace swimsim
