#include "base/note.hpp"

#include <doctest/doctest.h>

using namespace lookahead;

TEST_CASE("a warning says that it is one, other notes are their texts") {
  CHECK(to_string(warning("k is odd")) == "warning: k is odd");
  CHECK(to_string(Note("rows.csv: 3 rows")) == "rows.csv: 3 rows");
  CHECK(to_string(Note(Note::Kind::rate, "optimizer.lr: auto is 1")) == "optimizer.lr: auto is 1");
  // What a text begins with makes no warning of it.
  CHECK(Note("warning: k is odd").kind == Note::Kind::information);
  CHECK_FALSE(Note("warning: k is odd") == warning("k is odd"));
}
