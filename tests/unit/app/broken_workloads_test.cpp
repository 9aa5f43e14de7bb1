// Every file of tests/broken is a workload with a mistake; its first lines say what the program must answer:
//   # expect: TEXT      is on standard error ({models} and {data} stand for folders this test makes)
//   # args: ARGUMENTS   of `swimsim run` beside the workload
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read;
using testing::write;

void add_dimension(onnx::TypeProto_Tensor* type, std::int64_t size) { type->mutable_shape()->add_dim()->set_dim_value(size); }

/// Flatten and one Gemm to ten classes, then `last` if it is given.
std::string linear_model(const std::vector<std::int64_t>& image, float weight, const std::string& last = "") {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  onnx::GraphProto* graph = model.mutable_graph();
  graph->set_name("linear");
  std::int64_t inputs = 1;
  onnx::ValueInfoProto* input = graph->add_input();
  input->set_name("x");
  onnx::TypeProto_Tensor* type = input->mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  type->mutable_shape()->add_dim()->set_dim_param("batch");
  for (const std::int64_t size : image) {
    add_dimension(type, size);
    inputs *= size;
  }
  onnx::TensorProto* weights = graph->add_initializer();
  weights->set_name("w");
  weights->set_data_type(onnx::TensorProto::FLOAT);
  weights->add_dims(inputs);
  weights->add_dims(10);
  for (std::int64_t i = 0; i < inputs * 10; ++i) weights->add_float_data(i == 7 ? weight : static_cast<float>(i % 5) - 2.0f);
  const auto node = [graph](const char* kind, const std::vector<std::string>& from, const std::string& to) {
    onnx::NodeProto* added = graph->add_node();
    added->set_op_type(kind);
    added->set_name(std::string(kind) + "_node");
    for (const std::string& name : from) added->add_input(name);
    added->add_output(to);
  };
  node("Flatten", {"x"}, "flat");
  node("Gemm", {"flat", "w"}, last.empty() ? "y" : "scores");
  if (!last.empty()) node(last.c_str(), {"scores"}, "y");
  onnx::ValueInfoProto* output = graph->add_output();
  output->set_name("y");
  type = output->mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  type->mutable_shape()->add_dim()->set_dim_param("batch");
  add_dimension(type, 10);
  return model.SerializeAsString();
}

/// A data set file whose header promises more than there is.
std::string truncated_idx(std::uint8_t dimensions) {
  std::string bytes{0, 0, 8, static_cast<char>(dimensions)};
  for (int d = 0; d < dimensions; ++d) bytes += d == 0 ? std::string{0, 0, 3, -24} : std::string{0, 0, 0, 28};
  return bytes + std::string(100, 'x');
}

class BrokenWorkloads : public testing::ProgramTest {
 protected:
  BrokenWorkloads() {
    fs::create_directories(folder_ / "models");
    fs::create_directories(folder_ / "data" / "mnist");
    const std::string sound = linear_model({1, 28, 28}, 1);
    write(folder_ / "models/sound.onnx", sound);
    write(folder_ / "models/truncated.onnx", sound.substr(0, sound.size() / 2));
    write(folder_ / "models/garbage.onnx", std::string(1000, '\xA5'));
    write(folder_ / "models/nan_weights.onnx", linear_model({1, 28, 28}, std::numeric_limits<float>::quiet_NaN()));
    write(folder_ / "models/wrong_shape.onnx", linear_model({3, 32, 32}, 1));
    write(folder_ / "models/unknown_operator.onnx", linear_model({1, 28, 28}, 1, "Softsign"));
    for (const char* half : {"train", "t10k"}) {
      write(folder_ / "data/mnist" / (std::string(half) + "-images-idx3-ubyte"), truncated_idx(3));
      write(folder_ / "data/mnist" / (std::string(half) + "-labels-idx1-ubyte"), truncated_idx(1));
    }
  }
  std::string filled_in(std::string text) const {
    for (const char* name : {"models", "data"}) {
      const std::string mark = "{" + std::string(name) + "}";
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
        text.replace(at, mark.size(), (folder_ / name).string());
    }
    return text;
  }

  /// Runs a broken workload and checks what every broken workload must give.
  std::string errors_of(const std::string& arguments) {
    const Answer answer = run("run " + arguments + " --out result");
    EXPECT_EQ(answer.exit_code, 2) << answer.errors;
    EXPECT_FALSE(fs::exists(folder_ / "result/manifest.json"));
    EXPECT_FALSE(fs::exists(folder_ / "result")) << "nothing should have been written";
    EXPECT_THAT(answer.errors, Not(HasSubstr("bug in swimsim")));
    return answer.errors;
  }
};

TEST_F(BrokenWorkloads, EachGivesTheMessageThatHelps) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(SWIMSIM_SOURCE_DIR) / "tests/broken"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_GE(files.size(), 16U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    std::istringstream text(read(file));
    std::vector<std::string> expected;
    std::string arguments = "'" + file.string() + "'";
    for (std::string line; std::getline(text, line) && line.rfind('#', 0) == 0;) {
      if (line.rfind("# expect: ", 0) == 0) expected.push_back(filled_in(line.substr(10)));
      if (line.rfind("# args: ", 0) == 0) arguments += " " + filled_in(line.substr(8));
    }
    ASSERT_FALSE(expected.empty());
    const std::string errors = errors_of(arguments);
    for (const std::string& message : expected) EXPECT_THAT(errors, HasSubstr(message));
  }
}

TEST_F(BrokenWorkloads, FilesThatAreNoText) {
  write(folder_ / "empty.yaml", "");
  EXPECT_THAT(errors_of("empty.yaml"), HasSubstr("empty.yaml: the file is empty"));
  write(folder_ / "nul.yaml", std::string("seed: 1\0\n", 9));
  EXPECT_THAT(errors_of("nul.yaml"), HasSubstr("nul.yaml:1:8: control character 0x00"));
  write(folder_ / "utf16.yaml", "\xFF\xFEs");
  EXPECT_THAT(errors_of("utf16.yaml"), HasSubstr("utf16.yaml:1:1: not valid UTF-8"));
  write(folder_ / "deep.yaml", std::string(200'000, '['));
  EXPECT_THAT(errors_of("deep.yaml"), HasSubstr("nested deeper than 32"));
  write(folder_ / "large.yaml", std::string(std::size_t{3} << 20, '#'));
  EXPECT_THAT(errors_of("large.yaml"), HasSubstr("large.yaml: has 3145728 bytes; at most 1048576 are read"));
  EXPECT_THAT(errors_of("."), HasSubstr("is a folder, not a file"));
  EXPECT_THAT(errors_of("nobody.yaml"), HasSubstr("nobody.yaml: cannot be opened: No such file or directory"));
  EXPECT_THAT(errors_of("lenet_glyph"), HasSubstr("did you mean 'lenet_glyphs'?"));
}

TEST_F(BrokenWorkloads, WrongArguments) {
  const auto refused = [this](const std::string& arguments) {
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.exit_code, 2) << arguments;
    return answer.errors;
  };
  EXPECT_THAT(refused(""), HasSubstr("swimsim --help"));
  EXPECT_THAT(refused("rum"), HasSubstr("did you mean 'run'?"));
  EXPECT_THAT(refused("run lenet_glyphs --thread 2"), HasSubstr("did you mean '--threads'?"));
  EXPECT_THAT(refused("run lenet_glyphs --threads 0"), HasSubstr("--threads"));
  EXPECT_THAT(refused("run lenet_glyphs --set seed"), HasSubstr("--set seed: expected KEY.PATH=VALUE"));
  EXPECT_THAT(refused("run lenet_glyphs --seed x"), HasSubstr("--seed: seed: 'x' is not a number"));
  EXPECT_THAT(refused("run lenet_glyphs --data nowhere"), HasSubstr("--data: there is no folder 'nowhere'"));
  EXPECT_THAT(refused("check"), HasSubstr("WORKLOAD"));
  EXPECT_THAT(refused("list devises"), HasSubstr("did you mean 'devices'?"));
}

TEST_F(BrokenWorkloads, AFolderWithOtherThingsIsNotTouched) {
  fs::create_directories(folder_ / "thesis");
  write(folder_ / "thesis/chapter1.tex", "x");
  const Answer answer = run("run lenet_glyphs --out thesis");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("holds something that is not a swimsim result; name another one, or write there with --force"));
  EXPECT_FALSE(fs::exists(folder_ / "thesis/workload.resolved.yaml"));
}

TEST_F(BrokenWorkloads, AWrongTraceLeavesAFinishedResultAlone) {
  fs::create_directories(folder_ / "result");
  for (const char* name : {"manifest.json", "trials.csv", "workload.resolved.yaml"}) write(folder_ / "result" / name, "old");
  const Answer answer = run("run lenet_glyphs --set 'selection.selectors=[in_situ]' --trace --out result");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("--trace: selector 'in_situ' runs without signals; trace another one"));
  for (const char* name : {"manifest.json", "trials.csv", "workload.resolved.yaml"}) EXPECT_EQ(read(folder_ / "result" / name), "old");
}

TEST_F(BrokenWorkloads, AFolderThatCannotBeMadeIsAResource) {
  write(folder_ / "file", "x");
  const Answer answer = run("run lenet_glyphs --out file/result");
  EXPECT_EQ(answer.exit_code, 4) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("file/result: cannot be created: Not a directory"));
}

TEST_F(BrokenWorkloads, HelpListAndVersionAnswer) {
  for (const char* arguments : {"--help", "run --help", "check --help", "list --help", "--version", "list devices", "list selectors",
                                "list schemes", "list datasets", "list networks", "list workloads", "list keys"}) {
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.exit_code, 0) << arguments;
    EXPECT_GT(answer.output.size(), 20U) << arguments;
    EXPECT_EQ(answer.errors, "") << arguments;
  }
  EXPECT_THAT(run("--version").output, HasSubstr("SystemC"));
}

}  // namespace
}  // namespace swimsim
