#include "simd/packs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace lookahead;

namespace {

template <class T, int n>
void check_last() {
  std::vector<T> from(3 * n);
  std::iota(from.begin(), from.end(), T{1});
  for (Index count = 0; count <= n; ++count) {
    CAPTURE(n);
    CAPTURE(count);
    const auto pack = packs::load_last<T, n>(from.data() + 2 * n, count);
    std::vector<T> loaded(n), expected(n, T{0});
    packs::store<T, n>(loaded.data(), pack);
    std::copy(from.begin() + 2 * n - count, from.begin() + 2 * n, expected.end() - count);
    CHECK(loaded == expected);

    std::vector<T> stored(3 * n, T{-1});
    packs::store_last<T, n>(stored.data() + 2 * n, count, pack);
    expected.assign(3 * n, T{-1});
    std::copy(from.begin() + 2 * n - count, from.begin() + 2 * n, expected.begin() + 2 * n - count);
    CHECK(stored == expected);
  }
}

template <class T>
void check_parts() {
  for (std::size_t n = 0; n <= 70; ++n) {
    std::size_t at = 0, before = packs::widest<T>;
    packs::for_each<T>(n, [&](auto width, std::size_t i) {
      CHECK(i == at);
      CHECK(width() <= before);
      before = width();
      at += width();
    });
    CHECK(at == n);
  }
}

}  // namespace

TEST_CASE("the last numbers of a vector are loaded and stored, and no others") {
  check_last<float, 1>();
  check_last<float, 2>();
  check_last<float, 4>();
  check_last<float, 8>();
  check_last<float, 16>();
  check_last<double, 1>();
  check_last<double, 2>();
  check_last<double, 4>();
  check_last<double, 8>();
}

TEST_CASE("packs cover a vector once, in order, the widest first") {
  check_parts<float>();
  check_parts<double>();
}
