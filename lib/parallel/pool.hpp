#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// A fixed set of threads that share numbered tasks. Which thread runs which task is left open, so tasks must
// not care; results stay the same for any number of threads when every task writes to its own place.
class Pool {
 public:
  // threads >= 1, the caller's own included.
  explicit Pool(Index threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  Index threads() const { return static_cast<Index>(workers_.size()) + 1; }

  // Calls task(i, thread) once for every i in [0, count), 0 <= thread < threads(), and returns when all are
  // done. count < 2^24. No allocation. Not to be called from within a task. What a task throws is thrown
  // here; of several the first one caught. With threads the other tasks are done all the same.
  template <class F>
  void run(Index count, F&& task) {
    run_tasks(count, &task,
              [](void* context, Index i, Index thread) { (*static_cast<F*>(context))(i, thread); });
  }

 private:
  using Call = void (*)(void* context, Index task, Index thread);
  void run_tasks(Index count, void* context, Call call);
  void serve(Index thread);
  bool do_one(Index thread);
  void wait_for(Index count);

  // Generation, number of tasks and next task in one word, so that a thread that comes late can neither take
  // a task of a finished job nor mistake one job for another.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<Index> finished_{0};
  std::atomic<int> sleeping_{0};
  std::atomic<bool> closing_{false}, waiting_{false};  // waiting: for the end of the last tasks, asleep
  void* context_ = nullptr;
  Call call_ = nullptr;
  std::exception_ptr thrown_;  // by a task; guarded by mutex_ while tasks run
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> workers_;
};

}  // namespace lookahead
