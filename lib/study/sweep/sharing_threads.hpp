#pragma once
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

#include "parallel/team.hpp"

namespace lookahead {

// How often a rank looks for messages: no load on a processor, and little beside a run.
inline constexpr std::chrono::milliseconds between_looks{1};

// Threads that do a rank's part of a sweep while its own thread talks to the others; joined with their end here.
// `ended` is what makes them return before their work is done.
class SharingThreads {
 public:
  SharingThreads(Index count, std::atomic<bool>& ended, const std::function<void()>& work) : ended_(ended) {
    threads_.reserve(static_cast<std::size_t>(count));
    try {
      for (Index i = 0; i < count; ++i) {
        ++working_;
        threads_.emplace_back([this, work] { run(work); });
      }
    } catch (const std::exception&) {
      // Fewer do the work.
      --working_;
    }
    if (threads_.empty()) throw TeamLost("the system gives the process no thread");
  }
  SharingThreads(const SharingThreads&) = delete;
  SharingThreads& operator=(const SharingThreads&) = delete;
  ~SharingThreads() {
    ended_ = true;
    join();
  }

  Index count() const { return std::ssize(threads_); }
  bool done() const { return working_ == 0; }
  bool failed() const { return failed_; }
  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  // When they are joined.
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  void run(const std::function<void()>& work) {
    try {
      work();
    } catch (...) {
      if (!failed_.exchange(true)) thrown_ = std::current_exception();
      ended_ = true;
    }
    --working_;
  }

  std::atomic<bool>& ended_;
  std::atomic<Index> working_{0};
  std::atomic<bool> failed_{false};
  std::exception_ptr thrown_;
  std::vector<std::thread> threads_;
};

}  // namespace lookahead
