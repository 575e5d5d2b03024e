#include "simd/lanes.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/aligned.hpp"
#include "random/stream.hpp"

using namespace lookahead;

namespace {

template <class T>
std::vector<T> random_numbers(std::size_t count, std::uint64_t step) {
  std::vector<double> draws(count);
  Stream(3, Purpose::probe).normals(step, draws);
  return {draws.begin(), draws.end()};
}

}  // namespace

TEST_CASE_TEMPLATE("sums in lanes agree with sums in long double at every length", T, float, double) {
  for (std::size_t n = 0; n < 70; ++n) {
    const auto a = random_numbers<T>(n, 2 * n);
    const auto b = random_numbers<T>(n, 2 * n + 1);
    long double product = 0;
    long double square = 0;
    long double distance = 0;
    long double size = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const long double x = a[i];
      const long double y = b[i];
      product += x * y;
      square += x * x;
      distance += (x - y) * (x - y);
      size += std::abs(x * y);
    }
    // Each term is rounded once or twice and passes through fewer than 16 additions.
    const double eps = 16 * std::numeric_limits<double>::epsilon();
    CAPTURE(n);
    CHECK(std::abs(static_cast<long double>(dot<T>(a, b)) - product) <= eps * size);
    CHECK(std::abs(static_cast<long double>(squared_norm<T>(a)) - square) <= eps * square);
    CHECK(std::abs(static_cast<long double>(squared_distance<T>(a, b)) - distance) <= eps * distance);
  }
}

TEST_CASE_TEMPLATE("a sum has the same bits at every address", T, float, double) {
  const auto numbers = random_numbers<T>(61, 1000);
  const double expected = squared_norm<T>(numbers);
  Aligned<T> buffer(numbers.size() + 16);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    std::copy(numbers.begin(), numbers.end(), buffer.begin() + static_cast<Index>(offset));
    CHECK(squared_norm<T>(std::span<const T>(buffer.data() + offset, numbers.size())) == expected);
  }
}

TEST_CASE("float sums are kept in double") {
  const std::vector<float> numbers(1 << 20, 0.1F);
  const double one = static_cast<double>(0.1F) * static_cast<double>(0.1F);
  // 2^17 equal additions per lane, each off by at most half a unit of 2^-53: far below 1e-9, which a float
  // sum misses.
  CHECK(squared_norm<float>(numbers) == doctest::Approx(one * (1 << 20)).epsilon(1e-9));
}

TEST_CASE("widening and narrowing keep the order of eight numbers") {
  const std::array<float, 8> from{1, 2, 3, 4, 5, 6, 7, 8};
  const Lanes lanes = widen(from.data());
  std::array<float, 8> back{};
  narrow(back.data(), lanes);
  CHECK(back == from);
  std::array<double, 8> wide{};
  narrow(wide.data(), lanes);
  for (std::size_t i = 0; i < 8; ++i) CHECK(wide[i] == static_cast<double>(from[i]));
  CHECK(total(lanes) == 36.0);
}

TEST_CASE_TEMPLATE("one number that is not finite is seen wherever it stands", T, float, double) {
  CHECK(all_finite<T>(std::vector<T>{}));
  CHECK(all_finite<T>(std::vector<T>{std::numeric_limits<T>::max(), -std::numeric_limits<T>::max(), T{0}}));
  for (std::size_t at = 0; at < 19; ++at) {
    for (const T bad : {std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
                        std::numeric_limits<T>::quiet_NaN()}) {
      std::vector<T> numbers(19, T{1});
      CHECK(all_finite<T>(numbers));
      numbers[at] = bad;
      CHECK_FALSE(all_finite<T>(numbers));
    }
  }
}

TEST_CASE("aligned buffers begin on a boundary of 64 bytes") {
  for (std::size_t n = 1; n < 40; ++n) {
    const Aligned<float> buffer(n);
    CHECK(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0);
  }
}
