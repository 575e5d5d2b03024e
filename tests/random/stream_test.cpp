#include "random/stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

using namespace lookahead;

// The rows "philox4x32 10" of tests/kat_vectors in the Random123 distribution. A counter is (lane, low and
// high half of the step, purpose and agent), a key the two halves of the seed.
TEST_CASE("the bits are those of Philox-4x32-10") {
  using Bits = std::array<std::uint32_t, 4>;
  CHECK(Stream(0, static_cast<Purpose>(0)).bits(0, 0) ==
        Bits{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(Stream(~std::uint64_t{0}, static_cast<Purpose>(0xff), 0xffffff).bits(~std::uint64_t{0}, 0xffffffff) ==
        Bits{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(
      Stream(0x299f31d0a4093822, static_cast<Purpose>(0x03), 0x707344).bits(0x13198a2e85a308d3, 0x243f6a88) ==
      Bits{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the bits of many lanes are those of each") {
  const Stream stream(0x123456789abcdef0, Purpose::shuffle, 0x654321);
  for (const std::uint64_t step : {std::uint64_t{0}, std::uint64_t{0xfedcba9876543210}}) {
    for (const std::uint32_t first : {0U, 17U, 0xfffffff0U}) {
      const Stream::ManyBits many = stream.many_bits(step, first);
      for (std::uint32_t i = 0; i < Stream::many; ++i) {
        const auto bits = stream.bits(step, first + i);
        for (std::size_t word = 0; word < 4; ++word) CHECK(many[word][i] == bits[word]);
      }
    }
  }
}

TEST_CASE("seed, purpose, agent, step and lane each make other numbers") {
  std::set<std::array<std::uint32_t, 4>> seen;
  seen.insert(Stream(1, Purpose::noise, 0).bits(0, 0));
  seen.insert(Stream(2, Purpose::noise, 0).bits(0, 0));
  seen.insert(Stream(1 + (std::uint64_t{1} << 32), Purpose::noise, 0).bits(0, 0));
  seen.insert(Stream(1, Purpose::shuffle, 0).bits(0, 0));
  seen.insert(Stream(1, Purpose::noise, 1).bits(0, 0));
  seen.insert(Stream(1, Purpose::noise, 0).bits(1, 0));
  seen.insert(Stream(1, Purpose::noise, 0).bits(std::uint64_t{1} << 32, 0));
  seen.insert(Stream(1, Purpose::noise, 0).bits(0, 1));
  CHECK(seen.size() == 8);
}

TEST_CASE("a draw does not depend on how many are drawn with it") {
  const Stream stream(5, Purpose::noise);
  std::vector<double> many(33);
  std::vector<double> few(7);
  stream.uniforms(4, many);
  stream.uniforms(4, few);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  stream.normals(4, many);
  stream.normals(4, few);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
}

TEST_CASE("draws from a later lane on are those of all lanes") {
  const Stream stream(5, Purpose::noise, 2);
  std::vector<double> all(41), part(13);
  stream.uniforms(4, all);
  stream.uniforms(4, part, 18);
  CHECK(std::equal(part.begin(), part.end(), all.begin() + 18));
  stream.normals(4, all);
  stream.normals(4, part, 28);
  CHECK(std::equal(part.begin(), part.end(), all.begin() + 28));
}

TEST_CASE("uniform numbers lie in [0, 1) and have the moments of the uniform distribution") {
  constexpr std::size_t n = 1 << 18;
  std::vector<double> draws(n);
  Stream(11, Purpose::probe).uniforms(0, draws);
  CHECK(std::all_of(draws.begin(), draws.end(), [](double u) { return 0 <= u && u < 1; }));
  double mean = 0;
  double square = 0;
  double lag = 0;
  for (std::size_t i = 0; i < n; ++i) {
    mean += draws[i] / n;
    square += (draws[i] - 0.5) * (draws[i] - 0.5) / n;
    if (i > 0) lag += (draws[i] - 0.5) * (draws[i - 1] - 0.5) / n;
  }
  // Five standard errors: of the mean sqrt(1/12/n), of the variance sqrt(1/180/n), of the covariance
  // 1/12/sqrt(n).
  const double root = std::sqrt(static_cast<double>(n));
  CHECK(std::abs(mean - 0.5) < 5 * std::sqrt(1.0 / 12) / root);
  CHECK(std::abs(square - 1.0 / 12) < 5 * std::sqrt(1.0 / 180) / root);
  CHECK(std::abs(lag) < 5 * (1.0 / 12) / root);
}

TEST_CASE("normal numbers have the moments and the tail of the normal distribution") {
  constexpr std::size_t n = 1 << 18;
  std::vector<double> draws(n);
  Stream(12, Purpose::noise, 3).normals(9, draws);
  CHECK(std::all_of(draws.begin(), draws.end(), [](double z) { return std::isfinite(z); }));
  double mean = 0;
  double square = 0;
  double cube = 0;
  double fourth = 0;
  double pairs = 0;
  double beyond = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double z = draws[i];
    mean += z / n;
    square += z * z / n;
    cube += z * z * z / n;
    fourth += z * z * z * z / n;
    if (i % 2 == 1) pairs += draws[i - 1] * z / (n / 2);
    beyond += std::abs(z) > 1.959963984540054 ? 1.0 / n : 0.0;
  }
  // Five standard errors each; the variances of z, z^2, z^3, z^4 are 1, 2, 15, 96.
  const double root = std::sqrt(static_cast<double>(n));
  CHECK(std::abs(mean) < 5 / root);
  CHECK(std::abs(square - 1) < 5 * std::sqrt(2.0) / root);
  CHECK(std::abs(cube) < 5 * std::sqrt(15.0) / root);
  CHECK(std::abs(fourth - 3) < 5 * std::sqrt(96.0) / root);
  CHECK(std::abs(pairs) < 5 / std::sqrt(n / 2.0));
  CHECK(std::abs(beyond - 0.05) < 5 * std::sqrt(0.05 * 0.95) / root);
}

TEST_CASE("below() stays in its range and reaches all of it evenly") {
  const Stream stream(13, Purpose::shuffle);
  for (const Index count : {Index{1}, Index{2}, Index{7}, Index{1000}, Index{1} << 40}) {
    for (std::uint32_t lane = 0; lane < 1000; ++lane) {
      const Index drawn = stream.below(0, lane, count);
      REQUIRE(drawn >= 0);
      REQUIRE(drawn < count);
    }
  }
  constexpr int trials = 70000;
  std::array<int, 7> counts{};
  for (std::uint32_t lane = 0; lane < trials; ++lane)
    ++counts[static_cast<std::size_t>(stream.below(1, lane, 7))];
  // Five standard errors of a binomial count with p = 1/7.
  for (const int count : counts)
    CHECK(std::abs(count - trials / 7) < 5 * std::sqrt(trials * (1.0 / 7) * (6.0 / 7)));
}

TEST_CASE("a shuffle swaps from the end, two partners from every draw") {
  const Stream stream(13, Purpose::shuffle);
  for (const std::size_t count : {0, 1, 2, 3, 63, 64, 126, 127, 128, 129, 130, 255, 256, 257, 5000, 70001}) {
    CAPTURE(count);
    std::vector<std::uint32_t> order(count), expected(count);
    for (std::size_t i = 0; i < count; ++i) expected[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = count; i > 1; --i) {
      const auto drawn = stream.bits(9, static_cast<std::uint32_t>(i / 2));
      const std::size_t at = i % 2 == 0 ? 0 : 2;
      __extension__ using Wide = unsigned __int128;
      const Wide word = (static_cast<Wide>(drawn[at]) << 32) | drawn[at + 1];
      std::swap(expected[i - 1], expected[static_cast<std::size_t>((word * i) >> 64)]);
    }
    shuffle(stream, 9, order);
    CHECK(order == expected);
  }
}

TEST_CASE("a shuffle is a permutation") {
  for (const std::size_t n : {0U, 1U, 2U, 3U, 10U, 1000U}) {
    std::vector<std::uint32_t> order(n, 7);
    shuffle(Stream(1, Purpose::shuffle), 0, order);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < n; ++i) CHECK(order[i] == i);
  }
}

TEST_CASE("a shuffle is a function of seed and step, whatever stood there before") {
  const auto shuffled = [](std::uint64_t seed, std::uint64_t step, std::uint32_t before) {
    std::vector<std::uint32_t> order(50, before);
    shuffle(Stream(seed, Purpose::shuffle), step, order);
    return order;
  };
  CHECK(shuffled(1, 2, 0) == shuffled(1, 2, 99));
  CHECK(shuffled(1, 2, 0) != shuffled(1, 3, 0));
  CHECK(shuffled(1, 2, 0) != shuffled(2, 2, 0));
}

TEST_CASE("a shuffle puts every number at every place equally often") {
  constexpr int trials = 24000;
  std::array<std::array<int, 4>, 4> counts{};
  std::array<std::uint32_t, 4> order{};
  for (std::uint64_t step = 0; step < trials; ++step) {
    shuffle(Stream(17, Purpose::shuffle), step, order);
    for (std::size_t i = 0; i < 4; ++i) ++counts[i][order[i]];
  }
  for (const auto& row : counts) {
    // Five standard errors of a binomial count with p = 1/4.
    for (const int count : row) CHECK(std::abs(count - trials / 4) < 5 * std::sqrt(trials * 0.25 * 0.75));
  }
}
