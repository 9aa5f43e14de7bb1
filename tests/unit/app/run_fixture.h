#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "tests/support/program.h"

namespace swimsim::testing {

/// A run that takes seconds, and the comparison of what runs leave.
class RunTest : public ProgramTest {
 protected:
  using Files = std::map<std::string, std::string>;

  RunTest() {
    write(folder_ / "small.yaml", R"(schema: swimsim-workload/1
network: {builtin: lenet, train: {epochs: 1, learning_rate: 0.002}}
dataset: {name: glyphs, train_images: 900, test_images: 200}
device: {card: swim_pulse}
programming: {tolerance: 0.06, max_attempts: 100}
selection: {selectors: [swim, random], fractions: [0, 0.1, 1], images: 100, loop: {accuracy_drop: 0.1, step: 0.3, images: 100}}
evaluate: {trials: 2}
)");
  }

  /// Everything below a folder but what may differ between equal runs.
  static Files contents(const std::filesystem::path& folder) {
    Files files;
    for (const std::filesystem::directory_entry& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      const std::string name = std::filesystem::relative(entry.path(), folder).string();
      if (name.rfind("trace.", 0) == 0) continue;
      std::string bytes = read(entry.path());
      if (name == "manifest.json") bytes = bytes.substr(0, bytes.find("\"volatile\""));
      files[name] = bytes;
    }
    return files;
  }

  Files result(const std::string& arguments, const std::string& name) {
    const Answer answer = run("run " + arguments + " --out " + name);
    EXPECT_EQ(answer.exit_code, 0) << answer.errors;
    return contents(folder_ / name);
  }

  static void expect_equal(const Files& a, const Files& b) {
    for (const auto& [name, bytes] : a) EXPECT_TRUE(b.count(name) == 1 && b.at(name) == bytes) << name << " differs";
    for (const auto& [name, bytes] : b) EXPECT_EQ(a.count(name), 1u) << name << " is in one of them only";
  }
};

}  // namespace swimsim::testing
