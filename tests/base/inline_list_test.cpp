#include "base/inline_list.hpp"

#include <doctest/doctest.h>

using namespace lookahead;

TEST_CASE("an inline list never drops an item: one more than it holds is an exception") {
  InlineList<int, 3> list{1, 2};
  list.push_back(3);
  CHECK(list.size() == 3);
  CHECK(list[2] == 3);
  CHECK_THROWS_AS(list.push_back(4), std::logic_error);
  CHECK_THROWS_AS((InlineList<int, 3>{1, 2, 3, 4}), std::logic_error);
}
