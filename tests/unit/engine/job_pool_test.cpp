#include "sim/engine/job_pool.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "models/common/errors.h"
#include "sim/engine/interrupt.h"

namespace swimsim {
namespace {

std::map<std::size_t, std::string> run(std::size_t count, int parallel, const std::function<std::string(std::size_t)>& work) {
  std::map<std::size_t, std::string> collected;
  EXPECT_TRUE(run_jobs(count, parallel, work, [&](std::size_t job, std::string bytes) { collected[job] = std::move(bytes); }));
  return collected;
}

TEST(JobPool, CollectsEveryJobForAnyNumberOfChildren) {
  for (const int parallel : {1, 2, 7}) {
    const auto collected = run(20, parallel, [](std::size_t job) { return std::string(job * 10'000, static_cast<char>('a' + job)); });
    ASSERT_EQ(collected.size(), 20u);
    for (const auto& [job, bytes] : collected) EXPECT_EQ(bytes, std::string(job * 10'000, static_cast<char>('a' + job)));
  }
}

TEST(JobPool, ThrowsTheChildsErrorsByKind) {
  EXPECT_THROW(run(3, 2, [](std::size_t job) -> std::string { return job == 1 ? throw InputError("mistake") : ""; }), InputError);
  EXPECT_THROW(run(1, 1, [](std::size_t) -> std::string { throw RangeError("range"); }), RangeError);
  EXPECT_THROW(run(1, 1, [](std::size_t) -> std::string { throw ResourceError("disk"); }), ResourceError);
  EXPECT_THROW(run(1, 1, [](std::size_t) -> std::string { throw std::logic_error("bug"); }), std::runtime_error);
}

std::string error_after(int signal) {
  try {
    run(2, 2, [signal](std::size_t job) -> std::string {
      if (job == 1) kill(getpid(), signal);
      return "";
    });
  } catch (const ResourceError& error) {
    return std::string("resource: ") + error.what();
  } catch (const std::runtime_error& error) {
    return std::string("bug: ") + error.what();
  }
  return {};
}

TEST(JobPool, AChildThatIsKilledLackedMemory) {
  EXPECT_EQ(error_after(SIGKILL).rfind("resource: ", 0), 0u);
  EXPECT_NE(error_after(SIGKILL).find("memory"), std::string::npos);
}

TEST(JobPool, AChildThatDiesOtherwiseIsOurMistake) { EXPECT_EQ(error_after(SIGUSR1).rfind("bug: ", 0), 0u); }

TEST(JobPool, ChildrenDieWithTheirParent) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    run_jobs(
        1, 1,
        [&](std::size_t) -> std::string {
          if (write(ends[1], "x", 1) != 1) _exit(1);
          sleep(60);
          return {};
        },
        [](std::size_t, const std::string&) {});
    _exit(0);
  }
  close(ends[1]);
  char byte = 0;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);  // the child is at work
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  pollfd waits{ends[0], POLLIN, 0};
  ASSERT_EQ(poll(&waits, 1, 20'000), 1) << "the child lives on";
  EXPECT_EQ(read(ends[0], &byte, 1), 0);  // nobody can write any more
  close(ends[0]);
}

TEST(JobPool, StopsWhenInterrupted) {
  request_interrupt();
  EXPECT_FALSE(run_jobs(
      5, 2, [](std::size_t) { return std::string(); }, [](std::size_t, const std::string&) {}));
}

}  // namespace
}  // namespace swimsim
