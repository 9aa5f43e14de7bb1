#include "sim/app/result_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <functional>
#include <memory>

#include "models/common/errors.h"
#include "tests/support/program.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::read;
using testing::write;

class ResultFolderTest : public testing::ProgramTest {
 protected:
  std::string folder() const { return (folder_ / "result").string(); }
};

std::string resource_error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ResourceError& error) {
    return error.what();
  }
  return "no ResourceError";
}

TEST_F(ResultFolderTest, OpeningTakesOutEveryOldResultButTheJournal) {
  fs::create_directories(folder_ / "result/plots");
  const std::vector<std::string> old = {"manifest.json",
                                        "report.html",
                                        "summary.json",
                                        "trials.csv",
                                        "layers.csv",
                                        "programming.csv",
                                        "loop.csv",
                                        "levels.csv",
                                        "quantization.csv",
                                        "pulse_train.csv",
                                        "schedule.h5",
                                        "cells.h5",
                                        "trace.vcd",
                                        "trace.vcd.raw.vcd",
                                        "trace.gtkw",
                                        "plots/accuracy_vs_nwc.svg",
                                        "report.html.tmp-123-4",
                                        "plots/accuracy_vs_nwc.svg.tmp-1-2"};
  const std::vector<std::string> kept = {"unfinished.journal", "notes.txt", "notes.txt.tmp-1-1", "plots/mine.svg"};
  for (const auto* names : {&old, &kept}) {
    for (const std::string& name : *names) write(folder_ / "result" / name, "old");
  }
  write(folder_ / "result/workload.resolved.yaml", "old");
  open_result_folder(folder(), "new");
  for (const std::string& name : old) EXPECT_FALSE(fs::exists(folder_ / "result" / name)) << name;
  for (const std::string& name : kept) EXPECT_EQ(read(folder_ / "result" / name), "old") << name;
  EXPECT_EQ(read(folder_ / "result/workload.resolved.yaml"), "new");
}

std::string input_error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no InputError";
}

TEST_F(ResultFolderTest, ARunAndATrainingDoNotWriteOverEachOther) {
  fs::create_directories(folder());
  const auto refused = [&](ResultKind kind, bool force) { return input_error_of([&] { check_result_kind(folder(), kind, force); }); };
  for (const ResultKind kind : {ResultKind::run, ResultKind::training}) {
    EXPECT_EQ(refused(kind, false), "no InputError") << "nothing is there";
    const bool trained = kind == ResultKind::training;
    const ResultKind other = trained ? ResultKind::run : ResultKind::training;
    write(folder_ / "result/manifest.json", trained ? R"({"files": {"network.onnx": ""}})" : R"({"files": {"trials.csv": ""}})");
    EXPECT_EQ(refused(kind, false), "no InputError");
    EXPECT_THAT(refused(other, false), HasSubstr(trained ? "the result of 'swimsim train'" : "the result of 'swimsim run'"));
    EXPECT_EQ(refused(other, true), "no InputError");
    write(folder_ / "result/manifest.json", "no JSON");
  }
}

TEST_F(ResultFolderTest, AnOlderTrainingGoesButNeverTheNetworkThatTheNewOneStartsFrom) {
  fs::create_directories(folder());
  write(folder_ / "mine.onnx", "mine");
  remove_old_training(folder());  // nothing is there
  for (const char* name : {"network.onnx", "training.csv"}) write(folder_ / "result" / name, "old");
  for (const std::string& harmless : {std::string(), (folder_ / "mine.onnx").string()}) check_training_input(folder(), harmless);
  EXPECT_THROW(check_training_input(folder(), (folder_ / "result/../result/network.onnx").string()), InputError);
  remove_old_training(folder());
  EXPECT_FALSE(fs::exists(folder_ / "result/network.onnx"));
  EXPECT_FALSE(fs::exists(folder_ / "result/training.csv"));
}

TEST_F(ResultFolderTest, TheLockKeepsASecondRunOutUntilTheFirstIsOver) {
  auto first = std::make_unique<FolderLock>(folder());
  EXPECT_THAT(resource_error_of([&] { FolderLock second(folder()); }), HasSubstr(folder() + ": another run"));
  write(folder_ / "result/trials.csv.tmp-1-1", "half");
  write(folder_ / "result/trials.csv", "whole");
  first.reset();
  EXPECT_FALSE(fs::exists(folder_ / "result/.swimsim.lock"));
  EXPECT_FALSE(fs::exists(folder_ / "result/trials.csv.tmp-1-1"));
  EXPECT_TRUE(fs::exists(folder_ / "result/trials.csv"));
  const FolderLock again(folder());
}

TEST_F(ResultFolderTest, ALockThatNobodyHoldsIsTaken) {
  fs::create_directories(folder());
  write(folder_ / "result/.swimsim.lock", "");
  const FolderLock lock(folder());
}

TEST_F(ResultFolderTest, AFolderMadeForNothingGoesAgain) {
  {
    const FolderLock lock(folder());
    open_result_folder(folder(), "new");
    discard_result_folder(folder());
  }
  EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(ResultFolderTest, FoldersThatCannotBeReadAreNamed) {
  std::string as_nobody;
  if (geteuid() == 0) {
    as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
    fs::permissions(folder_, fs::perms::all);
    if (std::system((as_nobody + " '" SWIMSIM_BINARY "' --version >/dev/null 2>&1").c_str()) != 0)
      GTEST_SKIP() << "platform: root can read every folder, and no other user can run the program";
  }
  for (const char* name : {"closed", "data"}) {
    fs::create_directories(folder_ / name / "inside");
    fs::permissions(folder_ / name, fs::perms::none);
  }
  const Answer out = run("run lenet_glyphs --out closed", as_nobody);
  EXPECT_EQ(out.exit_code, 4);
  EXPECT_THAT(out.errors, HasSubstr("--out: folder 'closed' cannot be read: Permission denied"));
  for (const char* path : {"data", "data/inside"}) {
    const Answer data = run(std::string("check lenet_mnist --data ") + path, as_nobody);
    EXPECT_EQ(data.exit_code, 4);
    EXPECT_THAT(data.errors, HasSubstr(std::string("--data: folder '") + path + "' cannot be read: Permission denied"));
  }
  for (const char* name : {"closed", "data"}) fs::permissions(folder_ / name, fs::perms::owner_all);
}

TEST_F(ResultFolderTest, OutputThatIsLostIsAResource) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "platform: there is no /dev/full";
  for (const char* arguments : {"check lenet_glyphs --resolved", "list keys", "--help", "--version"}) {
    const std::string command = "'" SWIMSIM_BINARY "' " + std::string(arguments) + " 2>'" + (folder_ / "err.txt").string() + "' >/dev/full";
    const int status = std::system(command.c_str());
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 4) << arguments;
    EXPECT_THAT(read(folder_ / "err.txt"), AnyOf(HasSubstr("standard output cannot be written"), HasSubstr("No space left"))) << arguments;
  }
  const int closed = std::system("'" SWIMSIM_BINARY "' list devices 2>/dev/null >&-");
  EXPECT_TRUE(WIFEXITED(closed) && WEXITSTATUS(closed) == 4);
}

}  // namespace
}  // namespace swimsim
