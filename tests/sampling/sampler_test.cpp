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
