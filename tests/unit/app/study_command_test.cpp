// A study: what it leaves does not depend on how it came to its end, and nothing that is finished is done again.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/unit/app/run_fixture.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read;
using testing::write;

class StudyCommand : public testing::RunTest {
 protected:
  StudyCommand() {
    write(folder_ / "grid.yaml", R"(schema: swimsim-study/1
workload: small.yaml
set: {network.width: 2, programming.driver: batched, selection.loop.step: 0.5}
grid: {device.card: [swim_pulse, reram_neurram_like]}
trials: {at_most: 4}
)");
  }

  /// Everything that a study leaves but what may differ between equal ones.
  static Files study_contents(const fs::path& folder) {
    Files files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      const std::string name = fs::relative(entry.path(), folder).string();
      if (!entry.is_regular_file() || entry.path().filename() == "trials.journal") continue;
      std::string bytes = read(entry.path());
      if (entry.path().filename() == "manifest.json") bytes = bytes.substr(0, bytes.find("\"volatile\""));
      files[name] = bytes;
    }
    return files;
  }

  Files study(const std::string& arguments, const std::string& name) {
    const Answer answer = run("study " + arguments + " --out " + name);
    EXPECT_EQ(answer.exit_code, 0) << answer.errors;
    return study_contents(folder_ / name);
  }

  /// Starts a study in the background; the process is the program itself.
  pid_t start(const std::string& arguments, const std::string& name) {
    const std::string command = "cd '" + folder_.string() + "' && SWIMSIM_CACHE='" + folder_.string() +
                                "/cache' exec env -u SWIMSIM_DATA -u SWIMSIM_MODELS '" SWIMSIM_BINARY "' study " + arguments + " --out " +
                                name + " >first.txt 2>first_err.txt";
    const pid_t pid = fork();
    if (pid == 0) {
      execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    return pid;
  }

  static bool has_ended(pid_t pid) {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
  }

  /// Sum of the journals' sizes: what was kept of finished programmings.
  std::uintmax_t kept(const std::string& name) const {
    std::uintmax_t sum = 0;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / name, error)) {
      if (entry.path().filename() == "trials.journal") sum += entry.file_size(error);
    }
    return sum;
  }
};

/// The jobs in a journal, in the order in which they were written.
std::vector<std::uint64_t> jobs(const fs::path& journal) {
  const std::string bytes = read(journal);
  std::vector<std::uint64_t> list;
  std::size_t at = 64;  // the key
  while (at + 80 <= bytes.size()) {
    std::uint64_t head[2];
    std::copy_n(bytes.data() + at, sizeof head, reinterpret_cast<char*>(head));
    list.push_back(head[0]);
    at += 80 + head[1];
  }
  return list;
}

TEST_F(StudyCommand, APointIsWhatARunLeaves) {
  study("grid.yaml", "out");
  const fs::path point = fs::path("out/points/002-card=reram_neurram_like");
  for (const auto& [name, bytes] : result((point / "workload.resolved.yaml").string(), "run")) {
    if (name == "manifest.json") continue;  // it names another input
    EXPECT_TRUE(read(folder_ / point / name) == bytes) << name;
  }
}

TEST_F(StudyCommand, LeavesOneTableOfAllPoints) {
  const Files files = study("grid.yaml", "out");
  for (const char* name : {"manifest.json", "study.yaml", "points.csv", "results.csv", "trials.csv", "results.h5",
                           "plots/accuracy_vs_nwc.svg", "plots/accuracy_vs_seconds.svg", "plots/accuracy_vs_joules.svg", "report.html"})
    EXPECT_EQ(files.count(name), 1u) << name;
  const std::string& trials = files.at("trials.csv");
  EXPECT_THAT(trials, HasSubstr("point,name,device.card,selector,fraction,trial,nwc,"));
  EXPECT_EQ(std::count(trials.begin(), trials.end(), '\n'), 1 + 2 * 2 * 3 * 4);  // points, selectors, fractions, trials
  EXPECT_THAT(files.at("results.csv"), HasSubstr("\n2,card=reram_neurram_like,reram_neurram_like,random,0.1,"));
  EXPECT_THAT(files.at("manifest.json"), HasSubstr("\"status\": \"complete\""));
  EXPECT_THAT(files.at("manifest.json"), HasSubstr("\"report.html\": \""));
  EXPECT_THAT(files.at("report.html"), HasSubstr("The images of this study are synthetic"));
  EXPECT_THAT(files.at("report.html"), HasSubstr("<li>Point 2: "));
  EXPECT_FALSE(fs::exists(folder_ / "out/.swimsim.lock"));
}

TEST_F(StudyCommand, GoesOnAfterManyKillsToTheSameBytes) {
  const std::string arguments = "grid.yaml --threads 2 --trials 20";
  const Files whole = study(arguments, "whole");
  const std::uintmax_t all = kept("whole");
  ASSERT_GT(all, 0u);
  // Kill it whenever the journals have grown by another sixth: in the middle of points, and near their ends.
  int kills = 0;
  for (int sixth = 1; sixth < 6; ++sixth) {
    const pid_t pid = start(arguments, "killed");
    while (kept("killed") < all * static_cast<std::uintmax_t>(sixth) / 6 && !has_ended(pid))
      std::this_thread::sleep_for(std::chrono::milliseconds(2 + sixth));
    kills += has_ended(pid) ? 0 : 1;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  EXPECT_GE(kills, 3);
  expect_equal(whole, study(arguments, "killed"));
  for (const char* point : {"001-card=swim_pulse", "002-card=reram_neurram_like"}) {
    std::vector<std::uint64_t> done = jobs(folder_ / "killed/points" / point / "trials.journal");
    std::sort(done.begin(), done.end());
    EXPECT_TRUE(std::adjacent_find(done.begin(), done.end()) == done.end()) << point << ": a programming was repeated";
    EXPECT_EQ(done.size(), jobs(folder_ / "whole/points" / point / "trials.journal").size());
  }
}

TEST_F(StudyCommand, MoreTrialsRepeatNone) {
  study("grid.yaml --trials 2", "out");
  const fs::path journal = folder_ / "out/points/001-card=swim_pulse/trials.journal";
  const std::vector<std::uint64_t> before = jobs(journal);
  const Files extended = study("grid.yaml --trials 5", "out");
  const std::vector<std::uint64_t> after = jobs(journal);
  ASSERT_EQ(after.size(), before.size() / 2 * 5);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin())) << "what was there was written anew";
  expect_equal(study("grid.yaml --trials 5", "at_once"), extended);
}

TEST_F(StudyCommand, FewerTrialsAreCutFromWhatIsThere) {
  study("grid.yaml --trials 5", "out");
  const std::size_t before = jobs(folder_ / "out/points/001-card=swim_pulse/trials.journal").size();
  const Files cut = study("grid.yaml --trials 3", "out");
  EXPECT_EQ(jobs(folder_ / "out/points/001-card=swim_pulse/trials.journal").size(), before);
  expect_equal(study("grid.yaml --trials 3", "at_once"), cut);
}

TEST_F(StudyCommand, FinishedPointsAreLeftAlone) {
  study("grid.yaml", "out");
  const auto written = fs::last_write_time(folder_ / "out/points/001-card=swim_pulse/trials.csv");
  const Answer again = run("study grid.yaml --out out");
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_THAT(again.errors, HasSubstr("2 of 2 points are finished already"));
  EXPECT_EQ(fs::last_write_time(folder_ / "out/points/001-card=swim_pulse/trials.csv"), written);
}

TEST_F(StudyCommand, PointsOneByOneAreTheWhole) {
  const Files whole = study("grid.yaml", "whole");
  for (const char* number : {"2", "1"}) {
    const Answer answer = run(std::string("study grid.yaml --out parts --point ") + number);
    EXPECT_EQ(answer.exit_code, 0) << answer.errors;
    EXPECT_FALSE(fs::exists(folder_ / "parts/results.csv"));
  }
  expect_equal(whole, study("grid.yaml --collect", "parts"));
}

TEST_F(StudyCommand, CollectTakesWhatIsThere) {
  EXPECT_EQ(run("study grid.yaml --out parts --point 2").exit_code, 0);
  const Answer answer = run("study grid.yaml --out parts --collect");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("not finished: points 1"));
  EXPECT_THAT(read(folder_ / "parts/results.csv"), Not(HasSubstr("\n1,")));
  EXPECT_THAT(read(folder_ / "parts/manifest.json"), HasSubstr("\"status\": \"interrupted\""));
  const Answer nothing = run("study grid.yaml --out nowhere --collect");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.errors, HasSubstr("no point of the study is finished in 'nowhere'"));
}

// The accuracy with everything verified scatters little, with nothing verified much.
TEST_F(StudyCommand, EndsAtALookWhenTheIntervalIsNarrow) {
  const auto with = [this](const char* name, const std::string& width) {
    write(folder_ / (std::string(name) + ".yaml"),
          "schema: swimsim-study/1\nname: same\nworkload: small.yaml\nset: {network.width: 2, programming.driver: batched}\n"
          "trials: {at_least: 2, at_most: 9, look_at: [3, 6]}\n"
          "until: {ci95_half_width: " +
              width + ", at: {selector: swim, fraction: 0}}\n");
    study(std::string(name) + ".yaml", name);
    return read(folder_ / name / "points/001-base/point.json");
  };
  const std::string at_once = with("wide", "10");
  EXPECT_THAT(at_once, HasSubstr("\"trials\": 3"));
  EXPECT_THAT(at_once, HasSubstr("\"ended\": \"narrow enough\""));
  EXPECT_THAT(read(folder_ / "wide/points/001-base/workload.resolved.yaml"), HasSubstr("trials: 3"));
  const std::string never = with("narrow", "1e-9");
  EXPECT_THAT(never, HasSubstr("\"trials\": 9"));
  EXPECT_THAT(never, HasSubstr("\"ended\": \"largest number of trials\""));
  const std::string first = read(folder_ / "wide/trials.csv"), second = read(folder_ / "narrow/trials.csv");
  EXPECT_THAT(second, HasSubstr(first.substr(first.find("\n") + 1, 100)));
}

TEST_F(StudyCommand, AnInterruptSaysHowFarItIs) {
  const pid_t pid = start("grid.yaml --threads 1 --trials 30", "out");
  while (kept("out") < 1000 && !has_ended(pid)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  kill(pid, SIGINT);
  int status = 0;
  waitpid(pid, &status, 0);
  const std::string errors = read(folder_ / "first_err.txt");
  ASSERT_TRUE(WIFEXITED(status)) << errors;
  EXPECT_EQ(WEXITSTATUS(status), 130) << errors;
  EXPECT_THAT(errors, HasSubstr("interrupted; 0 of 2 points are finished, and the same command goes on from there"));
}

// A chip that leaks so much needs more attojoules than 64 bits count.
TEST_F(StudyCommand, APointThatFailsKeepsNoOtherFromRunning) {
  write(folder_ / "leak.yaml",
        "schema: swimsim-study/1\nworkload: small.yaml\nset: {network.width: 2, programming.driver: batched, hardware.read_after_write: "
        "100 us}\n"
        "grid: {hardware.chip_leakage: [1000 W, 1 mW]}\ntrials: {at_most: 2}\n");
  const Answer answer = run("study leak.yaml --out out");
  EXPECT_EQ(answer.exit_code, 3) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("a model left the range it is valid in: point 1 of 2 (chip_leakage="));
  EXPECT_THAT(answer.errors, HasSubstr("not finished: points 1"));
  EXPECT_THAT(read(folder_ / "out/results.csv"), HasSubstr("\n2,chip_leakage=1 mW,"));
}

TEST_F(StudyCommand, ListsPointsWithoutRunningThem) {
  const Answer answer = run("study grid.yaml --out out --list");
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("2  points/002-card=reram_neurram_like"));
  EXPECT_THAT(answer.output, HasSubstr("2 points, 4 trials at most each, about"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(StudyCommand, KeepsOutOfOtherFolders) {
  fs::create_directories(folder_ / "other");
  write(folder_ / "other/thesis.txt", "");
  const Answer other = run("study grid.yaml --out other");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.errors, HasSubstr("holds something that is not a swimsim result"));
  result("small.yaml --set evaluate.trials=1", "ran");
  const Answer ran = run("study grid.yaml --out ran");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.errors, HasSubstr("holds the result of 'swimsim run'"));
}

TEST_F(StudyCommand, RefusesWrongInput) {
  EXPECT_THAT(run("study smok").errors, HasSubstr("there is no study 'smok': neither a file nor built in; did you mean 'smoke'?"));
  EXPECT_THAT(run("study grid.yaml --point 3").errors, HasSubstr("--point 3: the study has points 1 to 2"));
  write(folder_ / "wrong.yaml", read(folder_ / "grid.yaml") + "unti: {}\n");
  const Answer wrong = run("study wrong.yaml");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("wrong.yaml:6:1: unknown key 'unti'; did you mean 'until'?"));
}

// The shipped study, as a newcomer starts it.
TEST_F(StudyCommand, SmokeRuns) {
  const Files files = study("smoke", "smoke");
  EXPECT_THAT(files.at("points.csv"), HasSubstr("\n4,\"card="));
}

}  // namespace
}  // namespace swimsim
