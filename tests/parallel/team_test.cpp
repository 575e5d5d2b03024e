#include "parallel/team.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "support/thread_team.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

constexpr Index sizes[] = {1, 2, 3, 4, 8};

}  // namespace

TEST_CASE("the ranks of a team have neighbouring items, all of them once, each at least one") {
  for (const Index size : sizes) {
    for (const Index count : {size, size + 1, 3 * size - 1, Index{1000}}) {
      CHECK(on_team(size, [&](Team& team) {
              const ItemRange own = items_of_rank(count, team);
              CHECK(own.count >= 1);
              CHECK(own.count <= count / size + 1);
              for (Index i = own.first; i < own.first + own.count; ++i)
                CHECK(owner_of(i, count, team) == team.rank());
              Index end = own.first;
              // The next rank begins where this one ends.
              chain(team, end, [&](Index& before) {
                if (!team.first()) CHECK(before == own.first);
                before = own.first + own.count;
              });
              CHECK(end == count);
            }) == "");
    }
  }
}

TEST_CASE("a chain adds in the order of the ranks, and all get the same bits") {
  // Numbers whose sum depends on the order.
  const std::vector<double> numbers = {1e16, 1, -1e16, 3, 1e-3, 7e15, -7e15, 2};
  const double wanted = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  for (const Index size : sizes) {
    CHECK(on_team(size, [&](Team& team) {
            const ItemRange own = items_of_rank(std::ssize(numbers), team);
            double sum = 0;
            chain(team, sum, [&](double& all) {
              for (Index i = own.first; i < own.first + own.count; ++i)
                all += numbers[static_cast<std::size_t>(i)];
            });
            CHECK(sum == wanted);
          }) == "");
  }
}

TEST_CASE("items that the ranks have made are shared, each at its place") {
  for (const Index size : sizes) {
    for (const Index count : {size, 2 * size + 1, Index{100}}) {
      CHECK(on_team(size, [&](Team& team) {
              const ItemRange own = items_of_rank(count, team);
              std::vector<double> items(static_cast<std::size_t>(count), -1);
              for (Index i = own.first; i < own.first + own.count; ++i)
                items[static_cast<std::size_t>(i)] = static_cast<double>(i * i);
              share(team, std::span<double>(items));
              for (Index i = 0; i < count; ++i)
                CHECK(items[static_cast<std::size_t>(i)] == static_cast<double>(i * i));
            }) == "");
    }
  }
}

TEST_CASE("values of the ranks are merged in their order, on all ranks") {
  for (const Index size : sizes) {
    CHECK(on_team(size, [&](Team& team) {
            Index digits = team.rank() + 1;
            merge_all(team, digits, [](Index& all, Index next) { all = 10 * all + next; });
            Index wanted = 0;
            for (Index rank = 0; rank < size; ++rank) wanted = 10 * wanted + rank + 1;
            CHECK(digits == wanted);
          }) == "");
  }
}

TEST_CASE("texts of any length reach all ranks, or the first one in the order of the ranks") {
  for (const Index size : sizes) {
    CHECK(on_team(size, [&](Team& team) {
            const auto own = std::string(static_cast<std::size_t>(team.rank()) * 1000, 'a');
            const std::vector<std::string> all = gather(team, own);
            CHECK(std::ssize(all) == (team.first() ? size : 0));
            for (std::size_t rank = 0; rank < all.size(); ++rank) CHECK(all[rank].size() == rank * 1000);
            for (Index from = 0; from < size; ++from)
              CHECK(std::ssize(broadcast_text(team, from, own)) == from * 1000);
          }) == "");
  }
}

TEST_CASE("one process alone is a team, and nothing is sent") {
  Team& team = alone();
  CHECK(team.alone());
  CHECK(team.first());
  CHECK(team.last());
  double value = 2;
  chain(team, value, [](double& all) { all *= 3; });
  CHECK(value == 6);
  CHECK(gather(team, "text") == std::vector<std::string>{"text"});
  CHECK(broadcast_text(team, 0, "text") == "text");
}

TEST_CASE("the fault of one rank gets to all of them as it is, with the rank's name") {
  const Fault fault{FaultKind::data, {"t.csv", 3, 7}, "cannot read", "look"};
  for (const Index size : sizes) {
    const Index from = size / 2;
    CHECK(on_team(size, [&](Team& team) {
            const Fault got = broadcast_fault(team, from, team.rank() == from ? fault : Fault{});
            CHECK(got.kind == FaultKind::data);
            const std::string source = size == 1 ? "t.csv" : "rank " + std::to_string(from) + ": t.csv";
            CHECK(got.place == Place{source, 3, 7});
            CHECK(got.text == "cannot read");
            CHECK(got.cure == "look");
          }) == "");
  }
}
