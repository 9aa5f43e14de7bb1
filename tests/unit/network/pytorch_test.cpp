// What PyTorch exports and computes, where Debian's python3-torch is installed.

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "models/network/evaluator.h"
#include "models/network/onnx_import.h"
#include "models/network/second_derivative.h"
#include "tests/support/network_reference.h"

namespace swimsim {
namespace {

using swimsim::testing::largest;
using swimsim::testing::relative_difference;
using swimsim::testing::Vector;

using Rows = std::vector<std::pair<std::string, Vector>>;  ///< the first cell, and the numbers

Rows rows_of(const std::string& path, bool named) {
  Rows rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    rows.emplace_back();
    std::string cell;
    if (named) std::getline(cells, rows.back().first, ',');
    while (std::getline(cells, cell, ',')) rows.back().second.push_back(std::stod(cell));
  }
  return rows;
}

std::vector<std::uint8_t> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Case {
  std::string name;
  Network network;
  ImageSet images;
  Vector logits;
  Rows gradient, last_hessian;
};

class PyTorch : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string python;
    for (const char* candidate : {"/usr/bin/python3", "python3"}) {
      if (python.empty() && std::system((std::string(candidate) + " -c 'import torch' 2> /dev/null").c_str()) == 0) python = candidate;
    }
    if (python.empty()) GTEST_SKIP() << "platform: python3-torch is not installed";
    folder_ = std::filesystem::temp_directory_path() / ("swimsim_pytorch_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    const std::string script = std::string(SWIMSIM_SOURCE_DIR) + "/tests/support/pytorch_models.py";
    const std::string command = "OMP_NUM_THREADS=1 " + python + " -W ignore '" + script + "' '" + folder_.string() + "' > '" +
                                folder_.string() + "/names' 2> '" + folder_.string() + "/log'";
    ASSERT_EQ(std::system(command.c_str()), 0) << std::ifstream(folder_ / "log").rdbuf();
    std::ifstream names(folder_ / "names");
    for (std::string name; std::getline(names, name);) read(name);
    ASSERT_EQ(cases_.size(), 6u);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void read(const std::string& name) {
    const std::string path = (folder_ / name).string();
    Case c;
    c.name = name;
    c.network = import_onnx(path + ".onnx");
    c.images.channels = 3;
    c.images.height = c.images.width = 8;
    c.images.classes = 4;
    c.images.pixels = bytes_of(path + ".images");
    c.images.labels = bytes_of(path + ".labels");
    for (const auto& row : rows_of(path + ".logits.csv", false)) c.logits.insert(c.logits.end(), row.second.begin(), row.second.end());
    c.gradient = rows_of(path + ".gradient.csv", true);
    c.last_hessian = rows_of(path + ".last_hessian.csv", true);
    cases_.push_back(std::move(c));
  }

  static std::size_t layer_named(const Network& network, const std::string& name) {
    for (std::size_t layer = 0; layer < network.weight_layers().size(); ++layer) {
      if (network.weight_layers()[layer].name == name) return layer;
    }
    return network.weight_layers().size();
  }

  const Normalization normalization_{{0.25f, 0.25f, 0.25f}, {0.5f, 0.5f, 0.5f}};
  std::filesystem::path folder_;
  std::vector<Case> cases_;
};

TEST_F(PyTorch, LogitsGradientAndTheLastLayersHessianAgree) {
  std::size_t compared = 0;
  for (const Case& c : cases_) {
    const std::size_t count = c.images.count();
    const auto weights = c.network.all_weights();
    const std::vector<float> logits = Evaluator(c.network, {}, normalization_).logits(weights, c.images, 0, count);
    EXPECT_LT(relative_difference(c.logits, Vector(logits.begin(), logits.end())), 1e-5) << c.name;

    const LossGradient gradient = loss_gradient(c.network, weights, {}, c.images, normalization_, 0, count);
    for (const auto& [name, expected] : c.gradient) {
      const std::size_t layer = layer_named(c.network, name);
      if (layer == weights.size()) continue;  // the exporter renames weights that it fuses a batch norm into
      EXPECT_LT(relative_difference(expected, gradient.weights[layer]), 2e-5) << c.name << ", " << name;
      ++compared;
    }
    const std::size_t last = layer_named(c.network, "last.weight");
    ASSERT_LT(last, weights.size()) << c.name;
    const auto second = second_derivative(c.network, weights, {}, c.images, normalization_, 0, count);
    const double s = largest(Vector(weights[last].begin(), weights[last].end()));
    Vector expected = c.last_hessian[0].second;
    for (double& value : expected) value *= s * s;
    EXPECT_LT(relative_difference(expected, second[last]), 2e-5) << c.name;
  }
  EXPECT_GE(compared, 25u) << "most weights keep their names";
}

}  // namespace
}  // namespace swimsim
