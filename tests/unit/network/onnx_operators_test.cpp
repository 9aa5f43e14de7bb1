// The operators of the ONNX import: a graph written as ONNX comes back as the same network.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/common/errors.h"
#include "models/network/evaluator.h"
#include "models/network/layers/layer.h"
#include "models/network/onnx_import.h"
#include "tests/support/graph_examples.h"
#include "tests/support/graph_onnx.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;
using ::testing::HasSubstr;

constexpr std::size_t kImages = 5;

std::vector<float> logits_of(const Network& network) {
  const ImageSet images = test_images(network.input_shape(), kImages, 3);
  const auto channels = static_cast<std::size_t>(network.input_shape().channels);
  return Evaluator(network, {}, plain_normalization(channels)).logits(network.all_weights(), images, 0, kImages);
}

Network imported(const OnnxModel& model) { return import_onnx_bytes(model.bytes(), "test.onnx"); }

std::string message_of(const OnnxModel& model) {
  try {
    imported(model);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<float> ramp(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(test_uniform(3, i));
  return values;
}

// flatten, then `finish` adds nodes that read "flat" ([batch][12]) and end in "out" ([batch][3]).
template <typename Finish>
OnnxModel dense_model(Finish finish, int opset = 13) {
  OnnxModel model({-1, 3, 2, 2}, opset);
  model.node("Flatten", {"input"}, "flat");
  finish(model);
  model.output("out", {-1, 3});
  return model;
}

OnnxModel plain_dense() {
  return dense_model([](OnnxModel& model) {
    model.weight("w", {3, 12}, ramp(36));
    model.weight("b", {3}, {1, 2, 3});
    OnnxModel::attribute(model.node("Gemm", {"flat", "w", "b"}, "out"), "transB", 1);
  });
}

TEST(OnnxOperators, AGraphComesBackAsTheSameNetwork) {
  for (const Example& example : examples()) {
    const Network network = build_graph(example.input, example.nodes);
    for (const int opset : {11, 13, 17}) {
      const Network back = imported(to_onnx(network, example.nodes, opset));
      ASSERT_EQ(back.nodes().size(), network.nodes().size()) << example.name;
      EXPECT_EQ(logits_of(back), logits_of(network)) << example.name << " opset " << opset;
    }
  }
}

TEST(OnnxOperators, GemmTakesAlphaBetaAndEitherTransB) {
  const Network expected = imported(plain_dense());
  const OnnxModel scaled = dense_model([](OnnxModel& model) {
    std::vector<float> transposed(36), values = ramp(36);
    for (std::size_t o = 0; o < 3; ++o) {
      for (std::size_t i = 0; i < 12; ++i) transposed[i * 3 + o] = 2 * values[o * 12 + i];
    }
    model.weight("w", {12, 3}, transposed);
    model.weight("b", {1, 3}, {2, 4, 6});
    onnx::NodeProto& gemm = model.node("Gemm", {"flat", "w", "b"}, "out");
    OnnxModel::number(gemm, "alpha", 0.5f);
    OnnxModel::number(gemm, "beta", 0.5f);
  });
  EXPECT_EQ(logits_of(imported(scaled)), logits_of(expected));
  OnnxModel transposed_input = plain_dense();
  OnnxModel::attribute(*transposed_input.graph().mutable_node(1), "transA", 1);
  EXPECT_THAT(message_of(transposed_input), HasSubstr("transA"));
}

TEST(OnnxOperators, DropoutIdentityAndTheLastSoftmaxVanish) {
  const Network expected = imported(plain_dense());
  for (const char* last : {"Softmax", "LogSoftmax"}) {
    const OnnxModel model = dense_model([&](OnnxModel& m) {
      onnx::NodeProto& dropout = m.node("Dropout", {"flat"}, "dropped");
      dropout.add_output("mask");
      m.node("Identity", {"dropped"}, "same");
      m.weight("w", {3, 12}, ramp(36));
      m.weight("b", {3}, {1, 2, 3});
      OnnxModel::attribute(m.node("Gemm", {"same", "w", "b"}, "logits"), "transB", 1);
      OnnxModel::attribute(m.node(last, {"logits"}, "out"), "axis", 1);
    });
    const Network network = imported(model);
    EXPECT_EQ(network.nodes().size(), 2u);
    EXPECT_EQ(logits_of(network), logits_of(expected));
  }
}

TEST(OnnxOperators, SoftmaxElsewhereIsRefused) {
  const OnnxModel model = dense_model([](OnnxModel& m) {
    m.node("Softmax", {"flat"}, "soft");
    m.weight("w", {3, 12}, ramp(36));
    OnnxModel::attribute(m.node("Gemm", {"soft", "w"}, "out"), "transB", 1);
  });
  EXPECT_THAT(message_of(model), HasSubstr("node 'the_soft' (Softmax): is supported as the last node only"));
}

TEST(OnnxOperators, ClipLimitsAreOptional) {
  const auto with_limits = [](const std::vector<std::string>& limits) {
    return dense_model([&](OnnxModel& m) {
      m.weight("zero", {}, {0});
      m.weight("six", {}, {6});
      std::vector<std::string> inputs{"flat"};
      inputs.insert(inputs.end(), limits.begin(), limits.end());
      m.node("Clip", inputs, "clipped");
      m.weight("w", {3, 12}, ramp(36));
      OnnxModel::attribute(m.node("Gemm", {"clipped", "w"}, "out"), "transB", 1);
    });
  };
  OnnxModel relu = with_limits({});
  relu.graph().mutable_node(1)->set_op_type("Relu");
  EXPECT_EQ(logits_of(imported(with_limits({"zero"}))), logits_of(imported(relu)));
  EXPECT_EQ(logits_of(imported(with_limits({"zero", "six"}))), logits_of(imported(relu))) << "the values stay below 6";
  EXPECT_NE(logits_of(imported(with_limits({"", "zero"}))), logits_of(imported(relu)));
  EXPECT_THAT(message_of(with_limits({"six", "zero"})), HasSubstr("limits 6 and 0"));
}

TEST(OnnxOperators, AutoPadIsWorkedOut) {
  // 5 places, kernel 2, stride 1: one column of padding, on the right for SAME_UPPER.
  const auto with_padding = [](const auto& pad) {
    OnnxModel model({-1, 1, 5, 5});
    model.weight("w", {2, 1, 2, 2}, ramp(8));
    onnx::NodeProto& conv = model.node("Conv", {"input", "w"}, "a");
    pad(conv);
    model.node("GlobalAveragePool", {"a"}, "b");
    model.node("Flatten", {"b"}, "c");
    model.weight("fc", {3, 2}, ramp(6));
    OnnxModel::attribute(model.node("Gemm", {"c", "fc"}, "out"), "transB", 1);
    model.output("out", {-1, 3});
    return model;
  };
  const auto automatic = [&](const std::string& word) {
    return logits_of(imported(with_padding([&](onnx::NodeProto& conv) {
      onnx::AttributeProto& attribute = *conv.add_attribute();
      attribute.set_name("auto_pad");
      attribute.set_type(onnx::AttributeProto::STRING);
      attribute.set_s(word);
    })));
  };
  const auto explicit_pads = [&](const std::vector<std::int64_t>& pads) {
    return logits_of(imported(with_padding([&](onnx::NodeProto& conv) { OnnxModel::attribute(conv, "pads", pads); })));
  };
  EXPECT_EQ(automatic("SAME_UPPER"), explicit_pads({0, 0, 1, 1}));
  EXPECT_EQ(automatic("SAME_LOWER"), explicit_pads({1, 1, 0, 0}));
  EXPECT_EQ(automatic("VALID"), explicit_pads({0, 0, 0, 0}));
  EXPECT_NE(automatic("SAME_UPPER"), automatic("SAME_LOWER"));
}

// x.view(x.size(0), -1) as older exporters write it.
TEST(OnnxOperators, ShapeArithmeticInFrontOfAReshapeIsFolded) {
  OnnxModel model({-1, 3, 2, 2}, 11);
  model.node("Shape", {"input"}, "shape");
  onnx::NodeProto& zero = model.node("Constant", {}, "zero");
  onnx::AttributeProto& value = *zero.add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  value.mutable_t()->set_data_type(onnx::TensorProto::INT64);
  value.mutable_t()->add_int64_data(0);
  OnnxModel::attribute(model.node("Gather", {"shape", "zero"}, "batch"), "axis", 0);
  OnnxModel::attribute(model.node("Unsqueeze", {"batch"}, "row"), "axes", std::vector<std::int64_t>{0});
  model.integers("rest", {-1});
  OnnxModel::attribute(model.node("Concat", {"row", "rest"}, "wanted"), "axis", 0);
  model.node("Reshape", {"input", "wanted"}, "flat");
  model.weight("w", {3, 12}, ramp(36));
  model.weight("b", {3}, {1, 2, 3});
  OnnxModel::attribute(model.node("Gemm", {"flat", "w", "b"}, "out"), "transB", 1);
  model.output("out", {-1, 3});
  EXPECT_EQ(logits_of(imported(model)), logits_of(imported(plain_dense())));
}

TEST(OnnxOperators, ArithmeticOnValuesIsRefused) {
  const OnnxModel model = dense_model([](OnnxModel& m) {
    m.weight("w", {3, 12}, ramp(36));
    m.node("Mul", {"flat", "flat"}, "square");
    OnnxModel::attribute(m.node("Gemm", {"square", "w"}, "out"), "transB", 1);
  });
  EXPECT_THAT(message_of(model), HasSubstr("node 'the_square' (Mul): is supported on constants only"));
}

TEST(OnnxOperators, WhatTheyCannotHonourIsRefused) {
  Example residual = residual_example(6);
  const Network network = build_graph(residual.input, residual.nodes);
  const auto refused = [&](const auto& spoil, const std::string& expected) {
    OnnxModel model = to_onnx(network, residual.nodes);
    spoil(model.graph());
    EXPECT_THAT(message_of(model), HasSubstr(expected));
  };
  refused([](onnx::GraphProto& g) { g.mutable_node(5)->set_input(1, "input"); }, "only values of one shape");
  refused([](onnx::GraphProto& g) { OnnxModel::attribute(*g.mutable_node(0), "group", 5); }, "");
  refused([](onnx::GraphProto& g) { g.mutable_node(0)->mutable_attribute(3)->set_i(2); }, "2 groups do not divide 3 channels");
  refused([](onnx::GraphProto& g) { g.mutable_initializer(5)->set_float_data(0, -2); }, "variance");
  refused([](onnx::GraphProto& g) { g.mutable_node(1)->set_input(1, "n8.gamma"); }, "one for each of 6 channels");
}

}  // namespace
}  // namespace swimsim
