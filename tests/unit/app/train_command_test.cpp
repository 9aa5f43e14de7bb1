// `swimsim train`: what it leaves, that a workload can name it again, and that it goes on after any end to the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/program.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::read;
using testing::write;

constexpr const char* kCheckpoint = "training.checkpoint";

class TrainCommand : public testing::ProgramTest {
 protected:
  TrainCommand() {
    write(folder_ / "small.yaml", R"(schema: swimsim-workload/1
network: {builtin: lenet, train: {epochs: 2, batch: 32, augment: crop, crop_padding: 1, noise_sigma: 0.05}}
dataset: {name: glyphs, train_images: 1600, test_images: 200}
device: {card: swim_pulse}
programming: {driver: batched}
selection: {selectors: [all], fractions: [0, 1], images: 100}
evaluate: {trials: 1}
)");
  }
  ~TrainCommand() override {
    if (pid_ > 0) end_with(SIGKILL);
  }

  /// Starts a training that writes a checkpoint after every step, and returns when it has written one.
  void start(const std::string& name) {
    const std::string command = "cd '" + folder_.string() + "' && exec env -u SWIMSIM_DATA -u SWIMSIM_MODELS SWIMSIM_CACHE='" +
                                folder_.string() + "/cache' '" SWIMSIM_BINARY "' train small.yaml --threads 1 --checkpoint 0 --out " +
                                name + " >first.txt 2>first_err.txt";
    pid_ = fork();
    ASSERT_GE(pid_, 0);
    if (pid_ == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    std::error_code error;
    for (int left = 6000; left > 0 && !fs::exists(folder_ / name / kCheckpoint, error); --left)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_TRUE(fs::exists(folder_ / name / kCheckpoint, error)) << read(folder_ / "first_err.txt");
  }

  int end_with(int signal) {
    kill(pid_, signal);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

  void expect_trained(const std::string& arguments, const std::string& name) const {
    const Answer answer = run("train small.yaml " + arguments + " --out " + name);
    ASSERT_EQ(answer.exit_code, 0) << answer.errors;
    EXPECT_FALSE(fs::exists(folder_ / name / kCheckpoint));
    EXPECT_THAT(read(folder_ / name / "manifest.json"), HasSubstr("\"complete\""));
  }

  void expect_same_network(const std::string& a, const std::string& b) const {
    for (const char* file : {"network.onnx", "training.csv", "summary.json"})
      EXPECT_TRUE(read(folder_ / a / file) == read(folder_ / b / file)) << file;
    EXPECT_GT(fs::file_size(folder_ / a / "network.onnx"), 400'000u);
  }

  pid_t pid_ = -1;
};

TEST_F(TrainCommand, LeavesANetworkThatAWorkloadCanName) {
  expect_trained("--threads 1", "trained");
  const std::string table = read(folder_ / "trained" / "training.csv");
  EXPECT_THAT(table, HasSubstr("epoch,loss,accuracy,learning_rate\n1,"));
  EXPECT_THAT(table, HasSubstr("\n2,"));
  const Answer over = run("run small.yaml --out trained");
  EXPECT_EQ(over.exit_code, 2);
  EXPECT_THAT(over.errors, HasSubstr("--out: folder 'trained' holds the result of 'swimsim train'"));
  EXPECT_EQ(read(folder_ / "trained" / "training.csv"), table);
  // The network of `run` on the same workload comes out of the cache: not a word of training.
  const Answer same = run("run small.yaml --out same");
  EXPECT_EQ(same.exit_code, 0) << same.errors;
  EXPECT_EQ(same.errors.find("training"), std::string::npos);

  std::string named = read(folder_ / "small.yaml");
  const std::size_t line = named.find("network:");
  named.replace(line, named.find('\n', line) - line, "network: {onnx: trained/network.onnx}");
  write(folder_ / "named.yaml", named);
  const Answer answer = run("run named.yaml --out named");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_EQ(read(folder_ / "named" / "trials.csv"), read(folder_ / "same" / "trials.csv"));
}

TEST_F(TrainCommand, GoesOnAfterAnInterruptAndAfterAKillToTheSameBytes) {
  expect_trained("--threads 2", "whole");
  for (const int signal : {SIGINT, SIGKILL}) {
    const std::string name = signal == SIGINT ? "interrupted" : "killed";
    start(name);
    const int status = end_with(signal);
    if (signal == SIGINT) {
      ASSERT_TRUE(WIFEXITED(status));
      EXPECT_EQ(WEXITSTATUS(status), 130);
      EXPECT_THAT(read(folder_ / "first_err.txt"), HasSubstr("the same command goes on from"));
    }
    ASSERT_TRUE(fs::exists(folder_ / name / kCheckpoint)) << "it had ended already";
    EXPECT_FALSE(fs::exists(folder_ / name / "network.onnx"));
    expect_trained("--threads 2", name);
    expect_same_network("whole", name);
  }
}

TEST_F(TrainCommand, KeepsACheckpointOfOtherSettingsUnlessToldOtherwise) {
  start("stopped");
  end_with(SIGKILL);
  const Answer refused = run("train small.yaml --set network.train.learning_rate=0.001 --out stopped");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("of a training with other settings"));
  write(folder_ / "stopped" / kCheckpoint, "half a state");
  const Answer damaged = run("train small.yaml --out stopped");
  EXPECT_EQ(damaged.exit_code, 2);
  EXPECT_THAT(damaged.errors, HasSubstr("is damaged"));
  expect_trained("--force", "stopped");
}

TEST_F(TrainCommand, RefusesWhatItCannotTrain) {
  expect_trained("", "trained");
  std::string named = read(folder_ / "small.yaml");
  const std::size_t line = named.find("network:");
  named.replace(line, named.find('\n', line) - line, "network: {onnx: trained/network.onnx}");
  write(folder_ / "named.yaml", named);
  const Answer answer = run("train named.yaml --out again");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("nothing to train"));
  EXPECT_FALSE(fs::exists(folder_ / "again"));
}

}  // namespace
}  // namespace swimsim
