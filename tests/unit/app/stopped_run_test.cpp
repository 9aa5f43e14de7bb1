// Runs that do not come to their end: what is finished is kept, the same command goes on from it, and nothing broken is left behind.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "tests/unit/app/run_fixture.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read;

constexpr std::uintmax_t kKeyLength = 64;
constexpr const char* kLong = "small.yaml --set evaluate.trials=8";

bool waited_for(const std::function<bool()>& condition) {
  for (int left = 3000; left > 0 && !condition(); --left) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return condition();
}

class StoppedRun : public testing::RunTest {
 protected:
  ~StoppedRun() override {
    if (pid_ > 0) wait_after(SIGKILL);
  }

  /// Starts `run` into a folder and returns when a file there is larger than so many bytes: the first programming is in the journal.
  void start(const std::string& arguments, const std::string& name, const std::string& file = "unfinished.journal",
             std::uintmax_t size = kKeyLength) {
    const std::string command = "cd '" + folder_.string() + "' && SWIMSIM_CACHE='" + folder_.string() +
                                "/cache' exec env -u SWIMSIM_DATA -u SWIMSIM_MODELS '" SWIMSIM_BINARY "' run " + arguments + " --out " +
                                name + " >first.txt 2>first_err.txt";
    pid_ = fork();
    ASSERT_GE(pid_, 0);
    if (pid_ == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    const auto ready = [&] {
      std::error_code error;
      const std::uintmax_t now = fs::file_size(folder_ / name / file, error);
      return !error && now > size;
    };
    ASSERT_TRUE(waited_for([&] { return ready() || ended(); }));
    ASSERT_TRUE(ready()) << errors();
  }

  /// Sends a signal (0 for none) and returns the wait status.
  int wait_after(int signal) {
    if (signal != 0) kill(pid_, signal);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

  bool ended() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
  }

  std::string errors() const { return read(folder_ / "first_err.txt"); }

  pid_t pid_ = -1;
};

TEST_F(StoppedRun, GoesOnAfterAnInterruptToTheSameBytes) {
  start(std::string(kLong) + " --threads 1", "stopped");
  const int status = wait_after(SIGINT);
  ASSERT_TRUE(WIFEXITED(status)) << errors();
  EXPECT_EQ(WEXITSTATUS(status), 130) << errors();
  EXPECT_THAT(errors(), HasSubstr("programming and evaluating: stopped after"));
  EXPECT_THAT(errors(), Not(HasSubstr("programming and evaluating: done")));
  if (fs::exists(folder_ / "stopped/manifest.json")) {
    EXPECT_THAT(read(folder_ / "stopped/manifest.json"), HasSubstr("interrupted"));
  }
  EXPECT_GT(fs::file_size(folder_ / "stopped/unfinished.journal"), kKeyLength);
  EXPECT_FALSE(fs::exists(folder_ / "stopped/.swimsim.lock"));
  expect_equal(result(kLong, "never_stopped"), result(kLong, "stopped"));
}

TEST_F(StoppedRun, GoesOnAfterAKillToTheSameBytes) {
  start(std::string(kLong) + " --threads 2 --trace", "killed");
  EXPECT_TRUE(WIFSIGNALED(wait_after(SIGKILL)));
  EXPECT_FALSE(fs::exists(folder_ / "killed/manifest.json"));
  expect_equal(result(kLong, "never_stopped"), result(kLong, "killed"));
  EXPECT_FALSE(fs::exists(folder_ / "killed/trace.vcd.raw.vcd"));
}

TEST_F(StoppedRun, SaysThatATrainingGoesOn) {
  start("small.yaml --set network.train.epochs=100 --threads 1", "stopped", "../first_err.txt", 0);
  EXPECT_THAT(errors(), HasSubstr("training the network"));
  const int status = wait_after(SIGINT);
  ASSERT_TRUE(WIFEXITED(status)) << errors();
  EXPECT_EQ(WEXITSTATUS(status), 130) << errors();
  EXPECT_THAT(errors(), HasSubstr("interrupted before a trial was finished; the same command goes on from there"));
}

TEST_F(StoppedRun, AnInterruptedTraceLeavesNoRawFile) {
  start(std::string(kLong) + " --threads 8 --trace --set trace.to='1 ms'", "stopped", "trace.vcd.raw.vcd", 0);
  wait_after(SIGINT);
  EXPECT_FALSE(fs::exists(folder_ / "stopped/trace.vcd.raw.vcd"));
}

TEST_F(StoppedRun, ASecondRunKeepsOutOfTheFolder) {
  start(std::string(kLong) + " --threads 1", "shared");
  const Answer second = run(std::string("run ") + kLong + " --out shared");
  EXPECT_EQ(second.exit_code, 4) << second.errors;
  EXPECT_THAT(second.errors, HasSubstr("shared: another run of swimsim is writing into this folder"));
  const int status = wait_after(0);
  ASSERT_TRUE(WIFEXITED(status)) << errors();
  EXPECT_EQ(WEXITSTATUS(status), 0) << errors();
  expect_equal(result(kLong, "alone"), contents(folder_ / "shared"));
}

/// No file may grow over so many KiB, and growing further is an error like a full disk's.
std::string limited_to_KiB(int size) { return "bash -c 'trap \"\" XFSZ; ulimit -f " + std::to_string(size) + "; exec \"$@\"' limited"; }

TEST_F(StoppedRun, ResultsThatCannotBeWrittenCostNoWork) {
  const std::string arguments = "small.yaml --set results.cells=no --threads 1";
  const auto sound = result(arguments, "sound");
  const Answer answer = run("run " + arguments + " --out full", limited_to_KiB(1000));
  EXPECT_EQ(answer.exit_code, 4) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("schedule.h5"));
  EXPECT_FALSE(fs::exists(folder_ / "full/manifest.json"));
  EXPECT_GT(fs::file_size(folder_ / "full/unfinished.journal"), kKeyLength);
  expect_equal(sound, result(arguments, "full"));
}

TEST_F(StoppedRun, ATraceThatWasCutShortIsAnError) {
  const std::string arguments = "small.yaml --set results.cells=no --threads 1 --trace --set trace.to='1 ms'";
  result(arguments, "sound");
  ASSERT_GT(fs::file_size(folder_ / "sound/trace.vcd"), 2'000'000u);
  const Answer answer = run("run " + arguments + " --out full", limited_to_KiB(1900));
  EXPECT_EQ(answer.exit_code, 4) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("trace.vcd: the trace could not be written to its end"));
  for (const char* name : {"trace.vcd", "trace.vcd.raw.vcd", "manifest.json"}) EXPECT_FALSE(fs::exists(folder_ / "full" / name)) << name;
}

TEST_F(StoppedRun, GoesOnAfterAFullDiskToTheSameBytes) {
  const std::string in_own_mounts = "unshare --user --map-root-user --mount sh -c ";
  if (std::system((in_own_mounts + "'mount -t tmpfs none /mnt' 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "platform: no tmpfs can be mounted here";
  fs::create_directories(folder_ / "full");
  testing::write(folder_ / "full.sh", R"(mount -t tmpfs -o size=2m none full || exit 99
env SWIMSIM_CACHE="$PWD/cache" "$1" run small.yaml --out full --force; echo "first: $?"
ls -a full
mount -o remount,size=100m full || exit 98
env SWIMSIM_CACHE="$PWD/cache" "$1" run small.yaml --out full --force; echo "second: $?"
cp -r full copied
)");
  const std::string command = "cd '" + folder_.string() + "' && " + in_own_mounts + "'. ./full.sh' sh '" SWIMSIM_BINARY "' >full.txt 2>&1";
  const int status = std::system(command.c_str());
  const std::string output = read(folder_ / "full.txt");
  ASSERT_EQ(status, 0) << output;
  EXPECT_THAT(output, HasSubstr("first: 4"));
  EXPECT_THAT(output, HasSubstr("No space left on device"));
  EXPECT_THAT(output, HasSubstr("second: 0"));
  expect_equal(result("small.yaml", "sound"), contents(folder_ / "copied"));
}

}  // namespace
}  // namespace swimsim
