#pragma once
#include <algorithm>

#include "parallel/pool.hpp"

// Threads for one piece of work that lasts, where there is no pool to share.
namespace lookahead {

// Calls work(i) once for every i in [0, threads), threads >= 1, on as many threads, the caller's included, and returns
// when all are done. One thread may make several of the calls, so they must not wait for each other. What one of them
// throws is thrown on.
template <class F>
void on_threads(Index threads, F&& work) {
  Pool pool(threads);
  pool.run(threads, [&](Index i, Index) { work(i); });
}

// Calls task(i) once for every i in [0, count), shared by `threads` threads; which thread does which is left open.
template <class F>
void for_each_on(Index threads, Index count, F&& task) {
  constexpr Index most = (Index{1} << 24) - 1;  // tasks of a job
  Pool pool(std::max<Index>(1, std::min(threads, count)));
  for (Index from = 0; from < count; from += most)
    pool.run(std::min(most, count - from), [&](Index i, Index) { task(from + i); });
}

}  // namespace lookahead
