#pragma once
#include <algorithm>

#include "parallel/pool.hpp"

// Threads for one piece of work that lasts, where there is no pool to share.
namespace lookahead {

// Calls work(i) once for every i in [0, threads), threads >= 1, each on a thread of its own, the caller's
// included, and returns when all are done. Where the system gives fewer threads, some calls follow others. What
// one of them throws is thrown on.
template <class F>
void on_threads(Index threads, F&& work) {
  Pool pool(threads);
  pool.run(threads, [&](Index i, Index) { work(i); });
}

// Calls task(i) once for every i in [0, count), count < 2^24, shared by `threads` threads; which thread does
// which is left open.
template <class F>
void for_each_on(Index threads, Index count, F&& task) {
  Pool pool(std::max<Index>(1, std::min(threads, count)));
  pool.run(count, [&](Index i, Index) { task(i); });
}

}  // namespace lookahead
