#include "engine/workers_mean.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/thread_team.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Numbers whose sum depends on the order, of many sizes.
template <Scalar T>
T coordinate(Index worker, std::size_t i) {
  const auto number =
      static_cast<double>((i * 2654435761u + static_cast<std::size_t>(worker) * 40503u) % 10007);
  return static_cast<T>(std::sin(number) * std::pow(10.0, number / 1000 - 5));
}

template <Scalar T>
using Vectors = std::vector<Aligned<T>>;

template <Scalar T>
Vectors<T> vectors_of(ItemRange own, std::size_t size) {
  Vectors<T> vectors;
  for (Index w = own.first; w < own.first + own.count; ++w) {
    vectors.emplace_back(size);
    for (std::size_t i = 0; i < size; ++i) vectors.back()[i] = coordinate<T>(w, i);
  }
  return vectors;
}

std::vector<double> shares_of(Index count) {
  std::vector<double> shares;
  for (Index w = 0; w < count; ++w)
    shares.push_back(2.0 * static_cast<double>(w + 1) / static_cast<double>(count * (count + 1)));
  return shares;
}

// By the definition, node by node.
template <Scalar T>
T sum(const SumTree& tree, SumTree::Node node, const std::vector<double>& shares, std::size_t i) {
  const ItemRange items = tree.items(node);
  if (items.count > 1)
    return sum<T>(tree, SumTree::left(node), shares, i) + sum<T>(tree, SumTree::right(node), shares, i);
  const T value = coordinate<T>(items.first, i);
  return shares.empty() ? value : static_cast<T>(shares[static_cast<std::size_t>(items.first)]) * value;
}

template <Scalar T>
Aligned<T> mean_of(Index count, const std::vector<double>& shares, std::size_t size) {
  Aligned<T> mean(size);
  const T factor = shares.empty() ? static_cast<T>(1.0 / static_cast<double>(count)) : T{1};
  for (std::size_t i = 0; i < size; ++i)
    mean[i] = sum<T>(SumTree(count), SumTree::root(), shares, i) * factor;
  return mean;
}

// All ways to a mean on one rank of a team; how many coordinates of them are wrong.
template <Scalar T>
std::size_t wrong(Team& team, Index threads, Index count, const std::vector<double>& shares,
                  const Aligned<T>& wanted) {
  const std::size_t size = wanted.size();
  const ItemRange own = items_of_rank(count, team);
  Pool pool(threads);
  const WorkersMean<T> mean(shares, count, own, pool, team);
  Vectors<T> vectors = vectors_of<T>(own, size);
  std::size_t wrong = 0;
  const auto compare = [&](const Aligned<T>& got) {
    for (std::size_t i = 0; i < size; ++i) wrong += got[i] == wanted[i] ? 0 : 1;
  };
  Aligned<T> got(size);
  for (int turn = 0; turn < 2; ++turn) {
    mean(got, [&](std::size_t w) { return std::span<const T>(vectors[w]); });
    compare(got);
    got.assign(size, 0);
  }
  Aligned<T> space;
  mean.one_by_one(got, space, [&](std::size_t w, std::span<T> space) {
    std::copy(vectors[w].begin(), vectors[w].end(), space.begin());
  });
  compare(got);
  mean.replace([&](std::size_t w) { return std::span<T>(vectors[w]); });
  for (const Aligned<T>& vector : vectors) compare(vector);
  return wrong;
}

template <Scalar T>
void check_means(std::size_t size) {
  CAPTURE(size);
  for (const Index count : {1, 2, 3, 5, 8, 11}) {
    CAPTURE(count);
    for (const bool equal : {true, false}) {
      const std::vector<double> shares = equal ? std::vector<double>() : shares_of(count);
      const Aligned<T> wanted = mean_of<T>(count, shares, size);
      for (const Index threads : {1, 3}) CHECK(wrong(alone(), threads, count, shares, wanted) == 0);
      for (Index ranks = 2; ranks <= std::min<Index>(count, 8); ++ranks) {
        CAPTURE(ranks);
        CHECK(on_team(ranks, [&](Team& team) {
                CHECK(wrong(team, ranks == 3 ? 2 : 1, count, shares, wanted) == 0);
              }) == "");
      }
    }
  }
}

}  // namespace

TEST_CASE("a mean of workers has the bits of their tree for any number of processes and threads") {
  for (const std::size_t size : {1u, 7u, 512u, 513u, 5000u}) {
    check_means<double>(size);
    check_means<float>(size);
  }
}

TEST_CASE("two processes that have many coordinates make the mean of half of them each") {
  constexpr std::size_t size = (1u << 17) + 100;
  const Aligned<double> wanted = mean_of<double>(5, {}, size);
  CHECK(on_team(2, [&](Team& team) { CHECK(wrong(team, 1, 5, {}, wanted) == 0); }) == "");
}

TEST_CASE("equal shares that are given are those that are not") {
  const std::vector<double> shares(6, 1.0 / 6);
  const Aligned<double> wanted = mean_of<double>(6, {}, 100);
  CHECK(wrong(alone(), 1, 6, shares, wanted) == 0);
}
