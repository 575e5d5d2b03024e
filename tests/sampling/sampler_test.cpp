#include "sampling/sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace lookahead;

namespace {

std::vector<std::uint32_t> epoch_of(Sampler& sampler) {
  std::vector<std::uint32_t> rows;
  for (Index step = 0; step < sampler.steps_per_epoch(); ++step) {
    const auto draw = sampler.next();
    rows.insert(rows.end(), draw.rows.begin(), draw.rows.end());
  }
  return rows;
}

}  // namespace

TEST_CASE("an epoch uses every row once, in batches of the wanted size and a last short one") {
  Sampler sampler(103, 10, 1, 0);
  CHECK(sampler.steps_per_epoch() == 11);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::vector<bool> seen(103, false);
    for (Index step = 0; step < 11; ++step) {
      const auto draw = sampler.next();
      CHECK(draw.size == (step == 10 ? 3 : 10));
      CHECK(static_cast<Index>(draw.rows.size()) == draw.size);
      for (const auto row : draw.rows) {
        CHECK(!seen[row]);
        seen[row] = true;
      }
    }
  }
}

TEST_CASE("epochs, seeds and agents have orders of their own, equal ones the same") {
  Sampler a(50, 7, 1, 0), same(50, 7, 1, 0), seed(50, 7, 2, 0), agent(50, 7, 1, 1);
  const auto first = epoch_of(a);
  CHECK(first == epoch_of(same));
  CHECK(first != epoch_of(seed));
  CHECK(first != epoch_of(agent));
  CHECK(first != epoch_of(a));
}

TEST_CASE("a batch as large as the data is all of it in order, and a deterministic objective has no epochs") {
  Sampler whole(20, 20, 1, 0), larger(20, 64, 1, 0), none(0, 1, 1, 0);
  CHECK(whole.next().all);
  CHECK(whole.next().size == 20);
  CHECK(larger.steps_per_epoch() == 1);
  CHECK(none.steps_per_epoch() == 0);
  CHECK(none.next().all);
  CHECK(none.next().size == 1);
}

TEST_CASE("single rows that are looked at ahead are those of the next steps, to the end of the epoch") {
  const std::vector<std::uint32_t> listed = {4, 5, 9, 30, 31, 40, 77};
  for (const Sampling sampling : {Sampling::shuffle, Sampling::sequential, Sampling::blocks}) {
    for (const bool some : {false, true}) {
      const Index terms = some ? std::ssize(listed) : 300;
      const auto rows = some ? std::span<const std::uint32_t>(listed) : std::span<const std::uint32_t>();
      Sampler one(terms, 1, 1, 0, sampling, rows), other = one;
      for (Index left = terms, round = 0; round < 90; ++round) {
        const Index wanted = 1 + round % 7;
        const auto ahead = one.single_rows(wanted);
        CHECK(ahead.size == std::min(wanted, left));
        CHECK(ahead.upcoming == left - ahead.size);
        CHECK(!ahead.all);
        for (const std::uint32_t row : ahead.rows) CHECK(other.next().rows[0] == row);
        one.skip(ahead.size);
        left -= ahead.size;
        const auto next = one.next();
        CHECK(next.rows[0] == other.next().rows[0]);
        left = left == 0 ? terms - 1 : left - 1;
        CHECK(next.upcoming == left);
      }
    }
  }
  CHECK(Sampler(300, 2, 1, 0).single_rows(9).size == 0);
  CHECK(Sampler(1, 1, 1, 0).single_rows(9).size == 0);
  CHECK(Sampler(0, 1, 1, 0).single_rows(9).size == 0);
  CHECK(Sampler(300, 1, 1, 0, Sampling::replacement).single_rows(9).size == 0);
  CHECK(Sampler::independent(300, 1, 1, 0).single_rows(9).size == 0);
}

TEST_CASE("independent draws are a function of seed, agent and step, uniform, and restored by their state") {
  Sampler sampler = Sampler::independent(7, 5, 3, 0), same = Sampler::independent(7, 5, 3, 0);
  Sampler seed = Sampler::independent(7, 5, 4, 0), agent = Sampler::independent(7, 5, 3, 1);
  CHECK(sampler.steps_per_epoch() == 0);
  CHECK(!sampler.all_terms());
  std::vector<int> counts(7);
  bool other_seed = false, other_agent = false, repeated = false;
  constexpr int steps = 14000;
  for (int step = 0; step < steps; ++step) {
    if (step == 100) {
      Archive saved;
      same.exchange(saved);
      same = Sampler::independent(7, 5, 3, 0);
      Archive loaded(saved.bytes());
      same.exchange(loaded);
    }
    const auto draw = sampler.next();
    CHECK(draw.size == 5);
    CHECK(!draw.all);
    const std::vector<std::uint32_t> rows(draw.rows.begin(), draw.rows.end());
    const auto equal = [&](Sampler& other) {
      const auto drawn = other.next();
      return std::equal(rows.begin(), rows.end(), drawn.rows.begin(), drawn.rows.end());
    };
    REQUIRE(equal(same));
    other_seed = !equal(seed) || other_seed;
    other_agent = !equal(agent) || other_agent;
    repeated = repeated || rows[0] == rows[1];
    for (const auto row : rows) ++counts[row];
  }
  CHECK(other_seed);
  CHECK(other_agent);
  CHECK(repeated);  // with replacement
  // Five standard errors of a binomial count with p = 1/7.
  for (const int count : counts)
    CHECK(std::abs(count - 10000) < 5 * std::sqrt(70000 * (1.0 / 7) * (6.0 / 7)));
}

TEST_CASE("a sampler saved anywhere and restored draws the same rows") {
  for (const int steps : {0, 3, 8, 9, 20}) {
    Sampler sampler(50, 6, 5, 0), restored(50, 6, 5, 0);
    for (int i = 0; i < steps; ++i) sampler.next();
    Archive saved;
    sampler.exchange(saved);
    Archive loaded(saved.bytes());
    restored.exchange(loaded);
    for (int i = 0; i < 30; ++i) {
      const auto a = sampler.next();
      const auto b = restored.next();
      CHECK(std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end()));
    }
  }
}

TEST_CASE("sequential goes through the rows in order, epoch after epoch") {
  Sampler sampler(7, 3, 1, 0, Sampling::sequential);
  CHECK(epoch_of(sampler) == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6});
  CHECK(epoch_of(sampler) == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE(
    "blocks: every row once an epoch, blocks of consecutive rows together, both in a new random order") {
  constexpr std::uint32_t terms = 256 * 3 + 100;
  Sampler sampler(terms, 64, 1, 0, Sampling::blocks);
  const auto first = epoch_of(sampler), second = epoch_of(sampler);
  CHECK(first != second);
  for (const auto& order : {first, second}) {
    REQUIRE(order.size() == terms);
    std::vector<std::uint32_t> blocks;
    for (const auto row : order) {
      if (blocks.empty() || blocks.back() != row / 256) blocks.push_back(row / 256);
    }
    CHECK(blocks.size() == 4);  // none is left and entered again
    CHECK(!std::is_sorted(order.begin(), order.begin() + 100));
    auto sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::uint32_t i = 0; i < terms; ++i) CHECK(sorted[i] == i);
  }
}

TEST_CASE("replacement draws whole batches independently and has epochs of as many rows") {
  Sampler sampler(50, 8, 1, 0, Sampling::replacement);
  CHECK(sampler.steps_per_epoch() == 7);
  const auto first = epoch_of(sampler);
  CHECK(first.size() == 56);
  CHECK(first != epoch_of(sampler));
  auto sorted = first;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end());
  CHECK(sorted.back() < 50);
  CHECK(Sampler(50, 50, 1, 0, Sampling::replacement).next().all);
}

TEST_CASE("a part of sorted terms draws what the same part of dealt out terms does, where they stand") {
  for (const Sampling sampling :
       {Sampling::shuffle, Sampling::replacement, Sampling::sequential, Sampling::blocks}) {
    for (const Index batch : {30, 5000}) {
      for (const Index part : {0, 1, 6}) {
        const Division sorted{7, true};
        Sampler dealt = Sampler::part(1000, batch, 1, part, {7, false}, sampling);
        Sampler own = Sampler::part(1000, batch, 1, part, sorted, sampling);
        for (int epoch = 0; epoch < 2; ++epoch) {
          std::vector<std::uint32_t> places;
          for (const auto term : epoch_of(dealt))
            places.push_back(static_cast<std::uint32_t>(sorted.place(1000, term)));
          std::vector<std::uint32_t> found;
          for (Index step = 0; step < own.steps_per_epoch(); ++step) {
            const Sampler::Draw draw = own.next();
            for (Index i = 0; i < draw.size; ++i)
              found.push_back(draw.all ? static_cast<std::uint32_t>(draw.first + i)
                                       : draw.rows[static_cast<std::size_t>(i)]);
          }
          CHECK(found == places);
        }
        CHECK(!own.all_terms());
      }
    }
  }
}

TEST_CASE("every sampling keeps to its part, to a list of rows, and to its state") {
  std::vector<std::uint32_t> list;
  for (std::uint32_t i = 0; i < 1000; ++i) list.push_back(3 * i + 1);
  for (const Sampling sampling :
       {Sampling::shuffle, Sampling::replacement, Sampling::sequential, Sampling::blocks}) {
    for (const Index batch : {30, 5000}) {
      CAPTURE(batch);
      Sampler listed(1000, batch, 1, 0, sampling, list);
      Sampler part = Sampler::part(1000, batch, 1, 1, {3, false}, sampling, list);
      CHECK(!listed.all_terms());
      for (const auto row : epoch_of(listed)) REQUIRE((row % 3 == 1 && row < 3000));
      for (const auto row : epoch_of(part)) REQUIRE((row % 3 == 1 && row / 3 % 3 == 1));
      for (int i = 0; i < 20; ++i) listed.next();
      Archive saved;
      listed.exchange(saved);
      Sampler restored(1000, batch, 1, 0, sampling, list);
      Archive loaded(saved.bytes());
      restored.exchange(loaded);
      CHECK(epoch_of(restored) == epoch_of(listed));
    }
  }
  const auto all = [&](Sampler sampler) {
    auto rows = epoch_of(sampler);
    std::sort(rows.begin(), rows.end());
    return rows;
  };
  CHECK(all(Sampler(1000, 30, 1, 0, Sampling::shuffle, list)) == list);
  CHECK(all(Sampler(1000, 30, 1, 0, Sampling::blocks, list)) == list);
  CHECK(all(Sampler(1000, 1000, 1, 0, Sampling::shuffle, list)) == list);
}
