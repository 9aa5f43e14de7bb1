#include "sim/engine/job_pool.h"

#include <gtest/gtest.h>
#include <signal.h>
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

TEST(JobPool, NoticesAChildThatDies) {
  EXPECT_THROW(run(2, 2,
                   [](std::size_t job) -> std::string {
                     if (job == 1) kill(getpid(), SIGKILL);
                     return "";
                   }),
               std::runtime_error);
}

TEST(JobPool, StopsWhenInterrupted) {
  request_interrupt();
  EXPECT_FALSE(run_jobs(
      5, 2, [](std::size_t) { return std::string(); }, [](std::size_t, const std::string&) {}));
}

}  // namespace
}  // namespace swimsim
