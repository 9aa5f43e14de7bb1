#include "models/network/worker_team.h"

#include <algorithm>
#include <utility>

#include "models/network/layers/one_dnn.h"

namespace swimsim {

WorkerTeam::WorkerTeam(int threads) : threads_(std::max(threads, 1)), failures_(static_cast<std::size_t>(threads_)) {
  for (int worker = 1; worker < threads_; ++worker) workers_.emplace_back([this, worker] { work(worker); });
}

WorkerTeam::~WorkerTeam() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void WorkerTeam::run(int count, const std::function<void(int)>& task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    count_ = count;
    task_ = &task;
    busy_ = threads_ - 1;
    ++round_;
  }
  start_.notify_all();
  run_share(0);
  {
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }
  for (std::exception_ptr& failure : failures_) {
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
  }
}

void WorkerTeam::work(int worker) {
  std::uint64_t seen = 0;
  while (true) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
    }
    run_share(worker);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      --busy_;
    }
    done_.notify_one();
  }
}

void WorkerTeam::run_share(int worker) {
  failures_[static_cast<std::size_t>(worker)] = nullptr;
  try {
    hold_one_dnn_to_one_thread();
    for (int t = worker; t < count_; t += threads_) (*task_)(t);
  } catch (...) {
    failures_[static_cast<std::size_t>(worker)] = std::current_exception();
  }
}

}  // namespace swimsim
