#include "parallel/shards.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "parallel/sums.hpp"

using namespace lookahead;

namespace {

struct Visit {
  std::size_t from, size;
};

// In the order of where they begin.
std::vector<Visit> ranges_of(const Shards& shards, std::size_t n) {
  std::vector<Visit> seen;
  std::mutex mutex;
  shards.each(n, [&](std::size_t from, std::size_t size) {
    const std::lock_guard lock(mutex);
    seen.push_back({from, size});
  });
  std::sort(seen.begin(), seen.end(), [](const Visit& a, const Visit& b) { return a.from < b.from; });
  return seen;
}

// A number that depends on its place and that sums round.
double number(std::size_t i) { return 1.0 / static_cast<double>(1 + (i * 7919) % 10007); }

std::vector<double> numbers(std::size_t n) {
  std::vector<double> all(n);
  for (std::size_t i = 0; i < n; ++i) all[i] = number(i);
  return all;
}

}  // namespace

TEST_CASE("few coordinates are one shard on the caller's thread") {
  Pool pool(3);
  const std::thread::id here = std::this_thread::get_id();
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, Shards::least - 1}) {
    CHECK(Shards::count(n) == 1);
    Shards(pool).each(n, [&](std::size_t from, std::size_t size) {
      CHECK(from == 0);
      CHECK(size == n);
      CHECK(std::this_thread::get_id() == here);
    });
  }
}

TEST_CASE("shards follow each other without a gap, of equal lengths that keep groups of 64 together") {
  for (const Index threads : {1, 2, 5}) {
    Pool pool(threads);
    for (const std::size_t n : {Shards::least, Shards::least + 1, std::size_t{100001}, std::size_t{1} << 22,
                                (std::size_t{1} << 22) + 1, std::size_t{5000011}}) {
      CAPTURE(n);
      CHECK(Shards::count(n) > 1);
      CHECK(Shards::count(n) <= 256);
      std::size_t next = 0;
      for (const Visit& range : ranges_of(Shards(pool), n)) {
        CHECK(range.from == next);
        CHECK(range.from % 64 == 0);
        CHECK(range.size > 0);
        next = range.from + range.size;
      }
      CHECK(next == n);
      CHECK(ranges_of(Shards(pool), n).size() == Shards::count(n));
    }
  }
}

TEST_CASE("sums over shards have the same bits with any number of threads, and those of one sum where few") {
  for (const std::size_t n : {std::size_t{1000}, Shards::least - 1, Shards::least, std::size_t{300007}}) {
    CAPTURE(n);
    const std::vector<double> a = numbers(n), b(a.rbegin(), a.rend());
    const Shards alone;
    const double product = dot<double>(alone, a, b), norm = squared_norm<double>(alone, a),
                 distance = squared_distance<double>(alone, a, b);
    for (const Index threads : {1, 2, 5}) {
      Pool pool(threads);
      const Shards shards(pool);
      CHECK(dot<double>(shards, a, b) == product);
      CHECK(squared_norm<double>(shards, a) == norm);
      CHECK(squared_distance<double>(shards, a, b) == distance);
    }
    if (n < Shards::least) {
      CHECK(product == dot<double>(a, b));
      CHECK(norm == squared_norm<double>(a));
      CHECK(distance == squared_distance<double>(a, b));
    } else {
      // As many roundings as there are numbers, at most.
      const double rounding = 1e-16 * static_cast<double>(n);
      CHECK(product == doctest::Approx(dot<double>(a, b)).epsilon(rounding));
      CHECK(norm == doctest::Approx(squared_norm<double>(a)).epsilon(rounding));
    }
  }
}

TEST_CASE("a number that is not finite is seen in whichever shard it stands") {
  Pool pool(2);
  std::vector<float> x(100000, 1.0F);
  CHECK(all_finite<float>(Shards(pool), x));
  for (const std::size_t i : {std::size_t{0}, std::size_t{16384}, x.size() - 1}) {
    x[i] = std::numeric_limits<float>::infinity();
    CHECK_FALSE(all_finite<float>(Shards(pool), x));
    x[i] = 1;
  }
}

TEST_CASE("a copy over shards is a copy") {
  Pool pool(2);
  const std::vector<double> a = numbers(200003);
  std::vector<double> b(a.size());
  Shards(pool).copy(a, std::span(b));
  CHECK(a == b);
}

TEST_CASE_TEMPLATE(
    "the norm of a vector with a NaN is NaN, and infinite with an infinity, wherever it stands", T, float,
    double) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  Pool pool(2);
  for (const std::size_t n : {std::size_t{2}, std::size_t{5}, std::size_t{100}, 2 * Shards::least + 3}) {
    for (const T rest : {T{0}, T{1}, std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max()}) {
      for (const std::size_t at : {std::size_t{0}, std::size_t{1}, n / 2, n - 1}) {
        CAPTURE(n);
        CAPTURE(rest);
        CAPTURE(at);
        std::vector<T> x(n, rest);
        const auto norm_of = [&](const Shards& shards) { return norm<T>(shards, std::span<const T>(x)); };
        x[at] = -infinity;
        CHECK(norm_of(Shards(pool)) == infinity);
        x[at] = nan;
        CHECK(std::isnan(norm_of(Shards(pool))));
        CHECK(std::isnan(norm_of(Shards())));
        x[n - 1 - at] = infinity;
        CHECK(std::isnan(norm_of(Shards(pool))) == (n - 1 - at != at));
      }
    }
  }
}
