#pragma once
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// Calls work(thread) on `threads` >= 1 threads, the caller's own included, and returns when all are done.
// Where the system gives fewer threads, or has no memory for them, fewer do the work. What one of them throws
// is thrown on.
template <class F>
void on_threads(Index threads, F&& work) {
  std::exception_ptr thrown;
  std::mutex mutex;
  const auto guarded = [&](Index thread) {
    try {
      work(thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  others.reserve(static_cast<std::size_t>(threads - 1));
  try {
    for (Index thread = 1; thread < threads; ++thread) others.emplace_back(guarded, thread);
  } catch (const std::exception&) {
    // No more threads, or no memory for one: those that run must still be joined.
  }
  guarded(0);
  for (std::thread& other : others) other.join();
  if (thrown) std::rethrow_exception(thrown);
}

// Calls task(i) once for every i in [0, count), shared by `threads` threads; which thread does which is left
// open.
template <class F>
void for_each_on(Index threads, Index count, F&& task) {
  std::atomic<Index> next{0};
  on_threads(std::max<Index>(1, std::min(threads, count)), [&](Index) {
    for (Index i = next++; i < count; i = next++) task(i);
  });
}

}  // namespace lookahead
