#include "sampling/sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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
