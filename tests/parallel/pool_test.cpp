#include "parallel/pool.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <new>
#include <numeric>
#include <thread>
#include <vector>

#include "parallel/parallel.hpp"
#include "parallel/threads.hpp"

using namespace lookahead;

TEST_CASE("a pool does every task once, whatever the number of threads and tasks") {
  for (const Index threads : {1, 2, 3, 8}) {
    Pool pool(threads);
    CHECK(pool.threads() == threads);
    for (const Index count : {0, 1, 2, 7, 64, 1000}) {
      std::vector<int> done(static_cast<std::size_t>(count), 0);
      std::vector<int> by_thread(static_cast<std::size_t>(threads), 0);
      pool.run(count, [&](Index i, Index thread) {
        ++done[static_cast<std::size_t>(i)];
        ++by_thread[static_cast<std::size_t>(thread)];
      });
      CHECK(std::accumulate(done.begin(), done.end(), 0) == count);
      CHECK(std::accumulate(by_thread.begin(), by_thread.end(), 0) == count);
      for (const int times : done) CHECK(times == 1);
    }
  }
}

TEST_CASE("a pool stands thousands of short jobs one after the other") {
  Pool pool(4);
  Index sum = 0;
  for (int round = 0; round < 5000; ++round) {
    std::array<Index, 5> parts{};
    pool.run(5, [&](Index i, Index) { parts[static_cast<std::size_t>(i)] = i + round; });
    for (const Index part : parts) sum += part;
  }
  CHECK(sum == 5 * (4999 * 5000 / 2) + 10 * 5000);
}

TEST_CASE("a CPU quota is read from cpu.max, rounded down but never to zero") {
  CHECK(quota_of_cpu_max("max 100000") == 0);
  CHECK(quota_of_cpu_max("") == 0);
  CHECK(quota_of_cpu_max("200000 100000") == 2);
  CHECK(quota_of_cpu_max("150000 100000") == 1);
  CHECK(quota_of_cpu_max("50000 100000") == 1);
  CHECK(quota_of_cpu_max("-1 100000") == 0);
  CHECK(quota_of_cpu_max("100000 0") == 0);
}

TEST_CASE("at least one thread is usable, and never more than the machine has") {
  CHECK(usable_threads() >= 1);
  CHECK(usable_threads() <= static_cast<Index>(std::thread::hardware_concurrency()));
}

TEST_CASE("what a task throws reaches the caller, whoever ran it, and the pool works on") {
  for (const Index threads : {Index{1}, Index{2}, Index{5}}) {
    Pool pool(threads);
    for (int round = 0; round < 20; ++round) {
      CHECK_THROWS_AS(pool.run(40,
                               [&](Index i, Index) {
                                 if (i % 3 == 1) throw std::bad_alloc();
                               }),
                      std::bad_alloc);
      std::atomic<Index> sum{0};
      pool.run(40, [&](Index i, Index) { sum += i; });
      CHECK(sum == 780);
    }
  }
}

TEST_CASE("a caller whose share is done waits for the others' long tasks, again and again") {
  Pool pool(3);
  for (int round = 0; round < 200; ++round) {
    std::atomic<Index> sum{0};
    pool.run(3, [&](Index i, Index) {
      // Long enough for the others to fall asleep.
      const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(i == 2 ? 3000 : 1);
      while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
      sum += i + 1;
    });
    CHECK(sum == 6);
  }
}

TEST_CASE("threads of one piece of work each do their part once, and hand on what one of them throws") {
  for (const Index threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> done(static_cast<std::size_t>(threads));
    on_threads(threads, [&](Index i) { ++done[static_cast<std::size_t>(i)]; });
    for (const auto& times : done) CHECK(times == 1);
    CHECK_THROWS_AS(on_threads(threads,
                               [](Index i) {
                                 if (i == 0) throw std::bad_alloc();
                               }),
                    std::bad_alloc);
    std::atomic<Index> sum{0};
    for_each_on(threads, 1000, [&](Index i) { sum += i; });
    CHECK(sum == 499500);
  }
}
