#pragma once
#include <time.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace lookahead::bench {

// Seconds that `work()` takes.
template <class F>
double seconds_of(F&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Processor seconds of this thread in `work()`: what a busy machine does besides does not count.
template <class F>
double processor_seconds_of(F&& work) {
  const auto now = [] {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

inline double least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace lookahead::bench
