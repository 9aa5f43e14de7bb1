#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace swimsim::testing {

inline void write(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Runs the real binary in a folder of its own, without the user's environment.
class ProgramTest : public ::testing::Test {
 protected:
  struct Answer {
    int exit_code = 0;
    std::string output, errors;
  };

  ProgramTest() : folder_(std::filesystem::path(::testing::TempDir()) / ("swimsim_program_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~ProgramTest() override { std::filesystem::remove_all(folder_); }

  /// `before` goes in front of the program: "timeout -s INT 2" or so.
  Answer run(const std::string& arguments, const std::string& before = "") const {
    const std::string command = "cd '" + folder_.string() + "' && env -u SWIMSIM_DATA -u SWIMSIM_MODELS SWIMSIM_CACHE='" +
                                folder_.string() + "/cache' " + before + " '" SWIMSIM_BINARY "' " + arguments + " >out.txt 2>err.txt";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(folder_ / "out.txt"), read(folder_ / "err.txt")};
  }

  std::filesystem::path folder_;
};

}  // namespace swimsim::testing
