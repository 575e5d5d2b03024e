#include "data/batch.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace lookahead;

namespace {

std::vector<Index> terms_of(const Batch& batch) {
  std::vector<Index> terms;
  for (Index i = 0; i < batch.size(); ++i) terms.push_back(batch[i]);
  return terms;
}

constexpr std::array<std::uint32_t, 7> listed = {5, 0, 6, 2, 3, 1, 4};

}  // namespace

TEST_CASE("what stands ahead in a batch is the rest of it, then what follows it, and no more") {
  const auto list = Batch::rows(std::span(listed).first(4)).followed_by(3);
  CHECK(terms_of(list.ahead(2, 4)) == std::vector<Index>{6, 2, 3, 1});
  CHECK(terms_of(list.ahead(5, 4)) == std::vector<Index>{1, 4});
  CHECK(terms_of(list.ahead(7, 4)).empty());
  CHECK(terms_of(list.ahead(9, 4)).empty());

  const auto range = Batch::range(10, 14).followed_by(3);
  CHECK(terms_of(range.ahead(2, 4)) == std::vector<Index>{12, 13, 14, 15});
  CHECK(terms_of(range.ahead(5, 4)) == std::vector<Index>{15, 16});
  CHECK(terms_of(range.ahead(9, 4)).empty());
}

TEST_CASE("the rest of a batch stands ahead in a part of it") {
  CHECK(terms_of(Batch::rows(listed).part(1, 2).ahead(2, 2)) == std::vector<Index>{2, 3});
  CHECK(terms_of(Batch::range(10, 14).part(1, 2).ahead(2, 2)) == std::vector<Index>{13});
}
