#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace swimsim {

/// A few threads that live as long as this object and run numbered tasks together. The caller is one of them, so one thread means
/// no thread at all. Every worker keeps oneDNN to one thread.
class WorkerTeam {
 public:
  explicit WorkerTeam(int threads);
  ~WorkerTeam();
  WorkerTeam(const WorkerTeam&) = delete;
  WorkerTeam& operator=(const WorkerTeam&) = delete;

  /// Runs task(0) ... task(count - 1) and returns when all are done; task t runs on worker t modulo threads. The first exception by
  /// worker is thrown again here.
  void run(int count, const std::function<void(int)>& task);

 private:
  void work(int worker);
  void run_share(int worker);

  int threads_;
  std::mutex mutex_;
  std::condition_variable start_, done_;
  std::uint64_t round_ = 0;
  int busy_ = 0;
  bool stopping_ = false;
  int count_ = 0;
  const std::function<void(int)>* task_ = nullptr;
  std::vector<std::exception_ptr> failures_;
  std::vector<std::thread> workers_;
};

}  // namespace swimsim
